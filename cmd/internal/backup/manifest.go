package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/projections/audit"
)

const (
	manifestFile = "manifest.json"
	lockFile     = "lock"
	// format is the version of manifest and segments.
	format = 1
	// maxManifestBytes bounds a manifest that is read.
	maxManifestBytes = 64 << 20
)

// Manifest says what a backup has. It is read with strict names: one of a newer
// program is refused.
type Manifest struct {
	Format     int        `json:"format"`
	Origin     string     `json:"origin"`
	Key        string     `json:"key"`        // that verifies Checkpoint (vkey)
	Checkpoint string     `json:"checkpoint"` // signed; the backup ends with it
	Edge       audit.Edge `json:"edge"`       // of the tree at that size
	Commit     ulid.ULID  `json:"commit"`     // the last one
	Segments   []Segment  `json:"segments"`
	MadeAt     time.Time  `json:"made_at"` // before the checkpoint was asked for
}

// Segment is a file of frames.
type Segment struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hex
	First  uint64 `json:"first"`  // position of its first entry, or of the next one if it has none
	Last   uint64 `json:"last"`   // of its last entry; before First if it has none
	Frames uint64 `json:"frames"`
}

// readManifest reads a folder's manifest, nil if there is none.
func readManifest(dir string) (*Manifest, error) {
	path := filepath.Join(dir, manifestFile)
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && info.Size() > maxManifestBytes {
		err = fmt.Errorf("%d bytes", info.Size())
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m, err := openManifest(b)
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	if m.Format != format {
		return nil, fmt.Errorf("%s is of format %d, and this program knows %d", path, m.Format, format)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, path, err)
	}
	return m, nil
}

// summed is a manifest in its file, with the SHA-256 of its bytes (hex).
type summed struct {
	SHA256   string         `json:"sha256"`
	Manifest jsontext.Value `json:"manifest"`
}

func openManifest(b []byte) (*Manifest, error) {
	var s summed
	if err := json.Unmarshal(b, &s, json.RejectUnknownMembers(true)); err != nil {
		return nil, err
	}
	if sum := sha256.Sum256(s.Manifest); hex.EncodeToString(sum[:]) != s.SHA256 {
		return nil, errors.New("its bytes are not those that were written")
	}
	m := new(Manifest)
	return m, json.Unmarshal(s.Manifest, m, json.RejectUnknownMembers(true))
}

// check compares what a manifest says of the same thing twice.
func (m *Manifest) check() error {
	c, err := audit.OpenCheckpoint([]byte(m.Checkpoint), m.Key)
	switch {
	case err != nil:
		return err
	case c.Size != m.Edge.Size || c.Root != m.Edge.Root():
		return fmt.Errorf("its tree of %d leaves is not the one that its checkpoint signs", m.Edge.Size)
	}
	last := uint64(0)
	for i, s := range m.Segments {
		if s.Name != segmentName(i+1) || s.First != last+1 || s.Last+1 < s.First {
			return fmt.Errorf("segment %d is out of place", i+1)
		}
		last = s.Last
	}
	if last != uint64(m.Edge.Size) {
		return fmt.Errorf("its segments end with position %d, and its checkpoint with %d", last, m.Edge.Size)
	}
	return nil
}

// Place is where the backup ends.
func (m *Manifest) Place() Place { return Place{uint64(m.Edge.Size), m.Commit} }

// write replaces a folder's manifest.
func (m *Manifest) write(dir string) error {
	b, err := json.Marshal(m, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(b)
	return replaceFile(filepath.Join(dir, manifestFile), fmt.Appendf(nil, "{\"sha256\": \"%x\",\n\"manifest\": %s}\n", sum, b))
}
