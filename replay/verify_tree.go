package replay

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/audit"
)

// Signed is a checkpoint that the log must agree with.
type Signed struct {
	Name string // where it is from
	Note []byte // the signed note
}

// CheckOfTree hashes the entries into a Merkle tree anew, and compares its roots
// with those of signed checkpoints. It is a [Check].
type CheckOfTree struct {
	Public      string // the key that signed (vkey)
	Checkpoints []Signed

	begun bool
	open  map[string]*audit.Checkpoint // by name; those that could be opened
	roots map[int64]tlog.Hash          // by size; of the sizes that were signed
	edge  audit.Edge
}

// Name is tree.
func (c *CheckOfTree) Name() string { return "tree" }

// begin opens the checkpoints.
func (c *CheckOfTree) begin(report func(Finding)) {
	if c.begun {
		return
	}
	c.begun, c.open, c.roots = true, map[string]*audit.Checkpoint{}, map[int64]tlog.Hash{}
	for _, s := range c.Checkpoints {
		p, err := audit.OpenCheckpoint(s.Note, c.Public)
		if err != nil {
			report(Finding{Part: "tree", Where: s.Name, Message: "is not one that the log's key signed: " + err.Error()})
			continue
		}
		c.open[s.Name] = p
		c.roots[p.Size] = tlog.Hash{}
	}
	c.note()
}

// Entry adds a leaf.
func (c *CheckOfTree) Entry(_ context.Context, _ uint64, b events.Entry, report func(Finding)) error {
	c.begin(report)
	c.edge.Add(tlog.RecordHash(b))
	c.note()
	return nil
}

// note keeps the root, if the tree's size was signed.
func (c *CheckOfTree) note() {
	if _, wanted := c.roots[c.edge.Size]; wanted {
		c.roots[c.edge.Size] = c.edge.Root()
	}
}

// Rehash reads a log, and compares the roots that its entries make with those
// of a check's checkpoints, and nothing else. A difference is an error.
func Rehash(ctx context.Context, l *Log, c *CheckOfTree) error {
	var found []error
	report := func(f Finding) { found = append(found, fmt.Errorf("%s %s", f.Where, f.Message)) }
	for p, err := range l.entries(ctx) {
		if err == nil {
			err = c.Entry(ctx, p.position, p.entry, report)
		}
		if err != nil {
			return err
		}
	}
	_, err := c.End(ctx, uint64(c.edge.Size), report)
	return errors.Join(append(found, err)...)
}

// End compares.
func (c *CheckOfTree) End(_ context.Context, _ uint64, report func(Finding)) (string, error) {
	c.begin(report)
	var names []string
	for _, s := range c.Checkpoints {
		p := c.open[s.Name]
		if p == nil {
			continue
		}
		names = append(names, fmt.Sprintf("%s of %d", s.Name, p.Size))
		switch root := c.roots[p.Size]; {
		case p.Size > c.edge.Size:
			report(Finding{Part: "tree", Where: s.Name, Position: uint64(c.edge.Size) + 1,
				Message: fmt.Sprintf("covers %d events, and the log has %d", p.Size, c.edge.Size)})
		case root != p.Root:
			report(Finding{Part: "tree", Where: s.Name,
				Message: fmt.Sprintf("has root %s at size %d, and the entries make %s", p.Root, p.Size, root)})
		}
	}
	if len(names) == 0 {
		return fmt.Sprintf("%d leaves, no checkpoint", c.edge.Size), nil
	}
	return fmt.Sprintf("%d leaves, %s", c.edge.Size, strings.Join(names, ", ")), nil
}
