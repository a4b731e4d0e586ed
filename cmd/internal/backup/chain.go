package backup

import (
	"iter"

	"github.com/oklog/ulid/v2"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/audit"
)

// chain follows frames in their order: they make whole commits, whose entries
// go on without a gap, and are leaves of the tree.
type chain struct {
	assembler *events.Assembler
	edge      audit.Edge
	commit    ulid.ULID // the last whole one
	held      [][]byte  // frames of a commit that is not whole yet
	of        ulid.ULID // that commit
	frames    uint64
}

// newChain goes on behind an edge. Kinds, if given, decode every entry.
func newChain(edge audit.Edge, commit ulid.ULID, kinds *events.Table) *chain {
	return &chain{assembler: events.NewAssembler(kinds, uint64(edge.Size)+1), edge: edge, commit: commit}
}

// size is the last position.
func (c *chain) size() uint64 { return uint64(c.edge.Size) }

// add takes the next frame. When a commit is whole with it, it returns that and
// its frames, which are then to be accepted.
func (c *chain) add(data []byte) (*events.Commit, [][]byte, error) {
	f, err := events.DecodeFrame(data)
	if err != nil {
		return nil, nil, err
	}
	if f.Commit != c.of {
		c.of, c.held = f.Commit, nil // another commit abandons what was not whole
	}
	c.held = append(c.held, data)
	c.frames++
	whole, err := c.assembler.Add(events.Message{Seq: c.frames, Data: data})
	if whole == nil || err != nil {
		return nil, nil, err
	}
	frames := c.held
	c.held = nil
	return whole, frames, nil
}

// accept makes a commit's entries leaves.
func (c *chain) accept(whole *events.Commit) {
	for _, e := range whole.Entries {
		c.edge.Add(tlog.RecordHash(e))
	}
	c.commit = whole.ID
}

// Commit is a whole commit, and the frames that it came in.
type Commit struct {
	*events.Commit
	Frames [][]byte
}

// Commits makes whole commits of all frames of a log.
func Commits(frames iter.Seq2[[]byte, error]) iter.Seq2[Commit, error] {
	return func(yield func(Commit, error) bool) {
		chain := newChain(audit.Edge{}, ulid.ULID{}, nil)
		for frame, err := range frames {
			var c Commit
			if err == nil {
				c.Commit, c.Frames, err = chain.add(frame)
			}
			if err != nil {
				yield(Commit{}, err)
				return
			}
			if c.Commit != nil && !yield(c, nil) {
				return
			}
		}
	}
}
