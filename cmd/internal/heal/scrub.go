package heal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/projections/audit"
)

// Limits of scrubbing.
const (
	// scrubPause is between two passes.
	scrubPause = 10 * time.Second
	// scrubSlice is read at once, in bytes; then the scrubber rests.
	scrubSlice = 64 << 10
)

// Scrubber reads journal, copy and feed again and again while the ledger runs,
// slowly, and compares them with the tree.
type Scrubber struct {
	ledger *Ledger
	log    *audit.Log
	rate   int64 // bytes a second

	read, found, mended atomic.Uint64

	mu    sync.Mutex
	first map[string]error // of each part, what was found first
}

// NewScrubber makes a scrubber of a running ledger; rate is in bytes a second.
func NewScrubber(l *Ledger, log *audit.Log, rate int64) *Scrubber {
	return &Scrubber{ledger: l, log: log, rate: max(1, rate), first: map[string]error{}}
}

// Entries is how many messages were compared; Findings how many differed;
// Mended how many of those were put right while the ledger ran.
func (s *Scrubber) Entries() uint64 { return s.read.Load() }

// Findings counts what differed.
func (s *Scrubber) Findings() uint64 { return s.found.Load() }

// Mended counts what was put right at once.
func (s *Scrubber) Mended() uint64 { return s.mended.Load() }

// Err says what was found and waits for a restart, nil if nothing does.
func (s *Scrubber) Err() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for part, err := range s.first {
		return fmt.Errorf("the %s is damaged; restart the ledger, which heals it: %w", part, err)
	}
	return nil
}

// Run scrubs until ctx ends.
func (s *Scrubber) Run(ctx context.Context) {
	for ctx.Err() == nil {
		s.Pass(ctx)
		select {
		case <-time.After(scrubPause):
		case <-ctx.Done():
		}
	}
}

// Pass compares everything once.
func (s *Scrubber) Pass(ctx context.Context) {
	scrub, last := s.log.Scrub(), uint64(0)
	s.walk(ctx, Journal, jetstream.JournalFolder(s.ledger.NATS), func(m jetstream.Stored) error {
		end, err := s.log.Journal().Last(ctx)
		if err != nil || m.Seq > end {
			return nil // it is being written, or that is told elsewhere
		}
		if last > 0 && m.Seq != last+1 {
			return fmt.Errorf("%w: %d follows %d", events.ErrGap, m.Seq, last)
		}
		last = m.Seq
		mended, err := scrub.Frame(events.Message{Seq: m.Seq, Data: m.Data})
		if mended && err == nil {
			s.mended.Add(1)
			s.ledger.Log.Warn("a frame of the copy was put right from the journal", "frame", m.Seq)
		}
		return err
	})
	position := uint64(0)
	s.walk(ctx, Feed, s.ledger.feedFolder(), func(m jetstream.Stored) error {
		if m.Seq != position+1 {
			return fmt.Errorf("position %d follows %d", m.Seq, position)
		}
		position = m.Seq
		e, err := m.Entry()
		if err == nil {
			err = scrub.Entry(m.Seq, e)
		}
		return err
	})
}

// walk reads a stream's files at the rate, and notes what is found.
func (s *Scrubber) walk(ctx context.Context, part string, f jetstream.Folder, compare func(jetstream.Stored) error) {
	began, bytes := time.Now(), int64(0)
	for m, err := range f.Read() {
		if ctx.Err() != nil {
			return
		}
		var damage *jetstream.Damage
		if errors.As(err, &damage) && damage.Torn {
			continue // what is being written now looks so
		}
		if err == nil {
			s.read.Add(1)
			err = compare(m)
		}
		if err != nil && ctx.Err() == nil {
			s.note(part, err)
		}
		bytes += int64(len(m.Data) + len(m.Header))
		if bytes < scrubSlice {
			continue
		}
		due := time.Duration(float64(bytes) / float64(s.rate) * float64(time.Second))
		select {
		case <-time.After(due - time.Since(began)):
		case <-ctx.Done():
			return
		}
		began, bytes = time.Now(), 0
	}
}

// note tells of a finding, once for each part, and remembers it for the next
// start.
func (s *Scrubber) note(part string, err error) {
	s.found.Add(1)
	s.mu.Lock()
	_, known := s.first[part]
	if !known {
		s.first[part] = err
	}
	s.mu.Unlock()
	if known {
		return
	}
	s.ledger.Log.Error("damage was found; a restart heals it", "part", part, "found", err)
	if err := s.ledger.Suspect(part, err.Error()); err != nil {
		s.ledger.Log.Error("the finding is not remembered", "cause", err)
	}
}
