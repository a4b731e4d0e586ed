package bundle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/audit"
)

// Files of a bundle beside the tiles.
const (
	ManifestFile   = "manifest.json"
	CheckpointFile = "checkpoint"
	KeyFile        = "key"
)

// Format is what the manifest calls this layout.
const Format = "seatledger-bundle-1"

// EntriesLevel is the level of a tile of entries in a [tlog.Tile].
const EntriesLevel = -1

const (
	tileHeight = 8 // of C2SP tlog-tiles
	tileWidth  = 1 << tileHeight

	lengthBytes = 2 // before an entry
	tlogHead    = "tile/8/"
	entriesHead = "tile/entries/"
)

// Limits of a bundle's files, in bytes.
const (
	MaxManifestBytes = 4 << 10
	MaxKeyBytes      = 4 << 10
	MaxTileBytes     = tileWidth * tlog.HashSize
	MaxEntriesBytes  = tileWidth * (lengthBytes + events.MaxEntryBytes)
	// MaxBytes is the most that an archive may hold, unpacked.
	MaxBytes = 64 << 30
)

// errNoFile: no file of a bundle has that name.
var errNoFile = errors.New("no file of a bundle has this name")

// Manifest says what a bundle is. Nothing in it is believed: all follows from
// checkpoint and key.
type Manifest struct {
	Format string    `json:"format"`
	Origin string    `json:"origin"` // the log's name
	Size   int64     `json:"size"`   // entries
	Root   tlog.Hash `json:"root"`
	Key    string    `json:"key"` // vkey
}

func (m Manifest) bytes() ([]byte, error) {
	b, err := json.Marshal(m, jsontext.WithIndent("  "))
	return append(b, '\n'), err
}

// Name is where a bundle, and a ledger under /log/, has a tile; level -1 is of
// entries.
func Name(t tlog.Tile) string {
	rest := strings.TrimPrefix(t.Path(), tlogHead) // tlog's own names have the height, and call entries data
	if t.L == EntriesLevel {
		return entriesHead + strings.TrimPrefix(rest, "data/")
	}
	return "tile/" + rest
}

// maxBytes is the most that the file of a name may hold; errNoFile, where there
// is no such file in any bundle.
func maxBytes(name string) (int64, error) {
	switch name {
	case ManifestFile:
		return MaxManifestBytes, nil
	case CheckpointFile:
		return audit.MaxCheckpointBytes, nil
	case KeyFile:
		return MaxKeyBytes, nil
	}
	limit, path := int64(MaxTileBytes), strings.TrimPrefix(name, "tile/")
	if rest, ok := strings.CutPrefix(name, entriesHead); ok {
		limit, path = MaxEntriesBytes, "data/"+rest
	}
	t, err := tlog.ParseTilePath(tlogHead + path)
	if err != nil || Name(t) != name {
		return 0, fmt.Errorf("%w: %q", errNoFile, name)
	}
	return limit, nil
}

// tileOf is the n-th tile of a level of which there are so many hashes, or
// entries.
func tileOf(level int, n, hashes int64) tlog.Tile {
	return tlog.Tile{H: tileHeight, L: level, N: n, W: int(min(hashes-n<<tileHeight, tileWidth))}
}

// Entries takes a tile of entries apart. It must hold exactly so many.
func Entries(data []byte, width int) ([]events.Entry, error) {
	all := make([]events.Entry, 0, width)
	for len(data) > 0 {
		if len(data) < lengthBytes {
			return nil, fmt.Errorf("expected the length of entry %d; found the end", len(all)+1)
		}
		end := lengthBytes + int(binary.BigEndian.Uint16(data))
		if len(data) < end {
			return nil, fmt.Errorf("expected %d bytes of entry %d; found %d", end-lengthBytes, len(all)+1, len(data)-lengthBytes)
		}
		all, data = append(all, events.Entry(data[lengthBytes:end])), data[end:]
	}
	if len(all) != width {
		return nil, fmt.Errorf("expected %d entries; found %d", width, len(all))
	}
	return all, nil
}
