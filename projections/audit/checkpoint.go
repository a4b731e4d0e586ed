package audit

import (
	"context"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/cockroachdb/pebble/v2"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// MaxCheckpointBytes bounds a checkpoint that is read.
const MaxCheckpointBytes = 64 << 10

// Checkpoints keeps signed checkpoints outside of the copy's folder.
type Checkpoints interface {
	// Put stores a checkpoint, newer than all before; it is durable then.
	Put(ctx context.Context, note []byte) error
	// Newest is the one stored last, nil if there is none.
	Newest(ctx context.Context) ([]byte, error)
}

// Checkpoint is a signed statement: the tree with these many leaves has this
// root.
type Checkpoint struct {
	Size int64
	Root tlog.Hash
	Note []byte // the signed note
}

// sign signs the tree's root at a size.
func (k *Key) sign(size int64, root tlog.Hash) (*Checkpoint, error) {
	text := fmt.Sprintf("%s\n%d\n%s\n", k.Origin(), size, base64.StdEncoding.EncodeToString(root[:]))
	signed, err := note.Sign(&note.Note{Text: text}, k.signer)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	return &Checkpoint{Size: size, Root: root, Note: signed}, nil
}

// OpenCheckpoint verifies a checkpoint with a log's public key (vkey), and
// reads it. A checkpoint of another log or key is an error.
func OpenCheckpoint(signed []byte, public string) (*Checkpoint, error) {
	if len(signed) > MaxCheckpointBytes {
		return nil, fmt.Errorf("checkpoint: %d bytes", len(signed))
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	n, err := note.Open(signed, note.VerifierList(v))
	if err != nil {
		return nil, fmt.Errorf("checkpoint: %w", err)
	}
	lines := strings.SplitN(n.Text, "\n", 4)
	if len(lines) < 4 || lines[0] != v.Name() {
		return nil, fmt.Errorf("checkpoint: not of %s", v.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || lines[1] != strconv.FormatInt(size, 10) {
		return nil, fmt.Errorf("checkpoint: size %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, fmt.Errorf("checkpoint: root %q", lines[2])
	}
	return &Checkpoint{Size: size, Root: root, Note: signed}, nil
}

// keepCheckpoint stores the newest checkpoint in the copy, durably.
func (c *Copy) keepCheckpoint(signed []byte) error {
	b, err := c.batch()
	if err != nil {
		return err
	}
	if err := b.Set(checkpointKey, signed, nil); err != nil {
		return err
	}
	return c.commit(b, pebble.Sync)
}
