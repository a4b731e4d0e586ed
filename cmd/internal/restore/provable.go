package restore

import (
	"context"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/cmd/internal/heal"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/audit"
)

// proving finds how much of what is left is proved by signed checkpoints.
// Leaves of entries that are lost are taken from the tree's tiles: if the root
// with them is the one that was signed, all other entries are proved too.
type proving struct {
	l     *heal.Left
	roots map[int64]tlog.Hash // by size, as signed

	commits *events.Assembler // nil behind a frame that is not whole
	edge    audit.Edge
	blind   bool // a leaf is not known: nothing behind it can be proved

	readable uint64 // the last position before the first damage
	damaged  bool
	agreed   int64 // the largest size whose root is the one signed
	differs  int64 // the smallest whose root is not; -1 is none
}

// provable reads all that is left.
func provable(ctx context.Context, l *heal.Left, signed []*audit.Checkpoint) (*proving, error) {
	p := &proving{l: l, roots: map[int64]tlog.Hash{}, commits: events.NewAssembler(nil, 1), differs: -1}
	for _, c := range signed {
		p.roots[c.Size] = c.Root
	}
	seq := uint64(0)
	for frame := range l.Whole(ctx) {
		seq++
		if frame == nil {
			p.damaged, p.commits = true, nil
			continue
		}
		p.take(seq, frame)
	}
	return p, ctx.Err()
}

// take goes on with a whole frame.
func (p *proving) take(seq uint64, data []byte) {
	if p.commits == nil && !p.resume(data) {
		return
	}
	c, err := p.commits.Add(events.Message{Seq: seq, Data: data})
	if err != nil {
		p.damaged, p.commits = true, nil
		return
	}
	if c == nil {
		return
	}
	for _, e := range c.Entries {
		p.add(tlog.RecordHash(e))
	}
	if !p.damaged {
		p.readable = c.Last()
	}
}

// resume finds the next commit behind damage, and the leaves up to there.
func (p *proving) resume(data []byte) bool {
	f, err := events.DecodeFrame(data)
	if err != nil || f.Part != 0 {
		return false
	}
	for uint64(p.edge.Size)+1 < f.First && !p.blind {
		h, ok := p.l.Leaf(p.edge.Size)
		if p.blind = !ok; ok {
			p.add(h)
		}
	}
	p.commits = events.NewAssembler(nil, f.First)
	return true
}

// add adds a leaf, and compares the root where one was signed.
func (p *proving) add(h tlog.Hash) {
	if p.blind {
		return
	}
	p.edge.Add(h)
	root, ok := p.roots[p.edge.Size]
	switch {
	case !ok:
	case root == p.edge.Root() && p.differs < 0:
		p.agreed = p.edge.Size
	case p.differs < 0:
		p.differs = p.edge.Size
	}
}

// size is how much can be kept: up to the first damage, and no further than the
// checkpoints agree.
func (p *proving) size() uint64 {
	if p.differs >= 0 && uint64(p.differs) <= p.readable {
		return min(p.readable, uint64(p.agreed))
	}
	return p.readable
}

// lost reports that something of the log is missing, up to a size that was
// signed.
func (p *proving) lost(newest int64) bool {
	return p.damaged || p.size() < uint64(newest) || p.size() < p.readable
}
