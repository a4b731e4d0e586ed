package heal

import (
	"context"
	"errors"
	"fmt"

	"github.com/seatledger/seatledger/events/jetstream"
)

// feedLook is what the feed's files say.
type feedLook struct {
	folder jetstream.Folder
	last   uint64 // position of the last whole message
	faults []string
}

func (f *feedLook) fault(format string, args ...any) {
	f.faults = append(f.faults, fmt.Sprintf(format, args...))
}

// lookAtFeed reads all of the feed's files. A feed that is only behind goes on
// by itself; so does one that has lost the last message that was being written.
func (l *Ledger) lookAtFeed(ctx context.Context) ([]string, error) {
	f := &feedLook{folder: l.feedFolder()}
	if !f.folder.Exists() {
		return nil, nil
	}
	if _, err := f.folder.Config(); err != nil {
		f.fault("its description cannot be read: %v", err)
	}
	for m, err := range f.folder.Read() {
		var damage *jetstream.Damage
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.As(err, &damage) && damage.Torn && damage.Partial:
			continue
		case errors.As(err, &damage):
			f.fault("%v", damage)
			continue
		case err != nil:
			return nil, err
		case m.Seq != f.last+1:
			f.fault("position %d follows %d", m.Seq, f.last)
		}
		f.last = max(f.last, m.Seq)
	}
	return f.faults, nil
}

// judgeFeed adds what is wrong with the feed.
func (l *Ledger) judgeFeed(r *Report, faults []string) {
	if !l.feedFolder().Exists() && (r.journal.last >= r.journal.first || r.copy.Last > 0) {
		faults = []string{"it is gone"}
	}
	r.add(Feed, remedyFeed, faults...)
}
