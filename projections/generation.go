package projections

import (
	"errors"

	"github.com/seatledger/seatledger/events"
)

// Errors of what is to be applied.
var (
	// ErrGap: a commit does not follow on what was applied.
	ErrGap = errors.New("views: the next commit does not follow on")
	// ErrOrder: an event's time is earlier than that of the one before.
	ErrOrder = errors.New("views: time runs backwards")
)

// generation is one whole set of views in a key space of its own. One
// goroutine at a time applies to it.
type generation struct {
	store *Store
	keys  keyspace
	mark  mark
	cache *rowCache
	told  func(position uint64)
}

func (s *Store) openGeneration(number uint32) (*generation, error) {
	g := &generation{
		store: s, cache: newRowCache(MaxCachedRows),
		keys: keyspace{generation: number, secret: s.idKey},
	}
	var err error
	g.mark, err = readMark(s.db, g.keys)
	return g, err
}

// apply takes commits, in order and behind the mark, into all views, in one
// batch.
func (g *generation) apply(commits []*events.Commit) error {
	p := g.begin(nil)
	defer p.close()
	for _, c := range commits {
		if err := p.add(c); err != nil {
			return err
		}
	}
	if err := p.finish(); err != nil {
		return err
	}
	return p.commit()
}
