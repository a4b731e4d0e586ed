package backup

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections/audit"
)

// ErrNone: there is no backup in the folder, or none that was finished.
var ErrNone = errors.New("there is no finished backup")

// Backup is one that is read.
type Backup struct {
	Manifest
	dir string
}

// Open reads a backup's manifest, and sees that its files are there.
func Open(dir string) (*Backup, error) {
	m, err := readManifest(dir)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return nil, fmt.Errorf("%w in %s", ErrNone, dir)
	}
	return &Backup{*m, dir}, m.present(dir)
}

// present sees that a folder has the files that are listed, as long as they were.
func (m *Manifest) present(dir string) error {
	for _, s := range m.Segments {
		info, err := os.Stat(filepath.Join(dir, s.Name))
		if err == nil && info.Size() != s.Bytes {
			err = fmt.Errorf("%d bytes, and it had %d", info.Size(), s.Bytes)
		}
		if err != nil {
			return fmt.Errorf("%w: %s: %w", ErrDamaged, s.Name, err)
		}
	}
	return nil
}

// Size is the last position.
func (b *Backup) Size() uint64 { return uint64(b.Edge.Size) }

// Frames yields all frames. Errors are ErrDamaged, and name the file.
func (b *Backup) Frames() iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for _, s := range b.Segments {
			for frame, err := range s.read(b.dir) {
				if !yield(frame, err) || err != nil {
					return
				}
			}
		}
	}
}

// Limit says how much of a backup is wanted: up to a position, or a time; the
// zero value is all.
type Limit struct {
	Position uint64
	Time     time.Time
}

func (l Limit) covers(e *events.Event) bool {
	return (l.Position == 0 || e.Position <= l.Position) && (l.Time.IsZero() || !e.Time.After(l.Time))
}

// Survey is what a backup was found to have.
type Survey struct {
	// Cut is the last position within the limit that ends a command.
	Cut uint64
	// Time is that of the event at Cut.
	Time time.Time
	// Roots are those of the tree at the sizes that were asked for.
	Roots map[int64]tlog.Hash
	// Persons are all that have personal data in it.
	Persons map[ulid.ULID]struct{}
	// Erased are the persons that it says were erased, behind Cut too.
	Erased []string
	// Receipts counts the commands whose idempotency keys it remembers.
	Receipts int
}

// Check reads the whole backup: every file is as it was written, every entry is
// one that this program knows, and the tree of all has the root that the
// checkpoint signs. Anything else is ErrDamaged, and names the file or position.
func (b *Backup) Check(limit Limit, sizes []int64, progress func(done, total uint64)) (*Survey, error) {
	s := &Survey{Roots: map[int64]tlog.Hash{}, Persons: map[ulid.ULID]struct{}{}}
	for _, size := range sizes {
		s.Roots[size] = tlog.Hash{}
	}
	chain := newChain(audit.Edge{}, ulid.ULID{}, events.Kinds)
	read := &reading{Survey: s, limit: limit}
	read.root(chain)
	for _, segment := range b.Segments {
		for frame, err := range segment.read(b.dir) {
			if err != nil {
				return nil, err
			}
			c, _, err := chain.add(frame)
			if err != nil {
				return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, segment.Name, err)
			}
			if c != nil {
				read.commit(chain, c)
				progress(chain.size(), b.Size())
			}
		}
	}
	read.end()
	if root := b.Edge.Root(); chain.edge.Size != b.Edge.Size || chain.edge.Root() != root {
		return nil, fmt.Errorf("%w: its entries end with position %d and have the root %s, and its checkpoint says %d and %s",
			ErrDamaged, chain.size(), chain.edge.Root(), b.Size(), root)
	}
	return s, nil
}

// reading is a survey on its way.
type reading struct {
	*Survey
	limit Limit
	last  *events.Event
}

func (r *reading) commit(chain *chain, c *events.Commit) {
	for i, e := range c.Events {
		if r.last != nil && e.CommandID != r.last.CommandID {
			r.end()
		}
		r.last = e
		r.persons(e)
		chain.edge.Add(tlog.RecordHash(c.Entries[i]))
		r.root(chain)
	}
	r.Receipts += len(c.Receipts)
	chain.commit = c.ID
}

// end ends a command with the last event.
func (r *reading) end() {
	if r.last != nil && r.limit.covers(r.last) {
		r.Cut, r.Time = r.last.Position, r.last.Time
	}
}

func (r *reading) root(chain *chain) {
	if _, wanted := r.Roots[chain.edge.Size]; wanted {
		r.Roots[chain.edge.Size] = chain.edge.Root()
	}
}

func (r *reading) persons(e *events.Event) {
	if erased, ok := e.Data.(*events.PersonErased); ok {
		r.Erased = append(r.Erased, erased.PersonIDs...)
	}
	p, ok := e.Data.(events.Personable)
	if !ok {
		return
	}
	for person := range p.Persons() {
		if id, err := ulid.ParseStrict(person); err == nil {
			r.Persons[id] = struct{}{}
		}
	}
}
