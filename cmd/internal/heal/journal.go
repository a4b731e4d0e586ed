package heal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/projections/audit"
)

// journal is what the journal's files say.
type journal struct {
	folder jetstream.Folder
	exists bool
	epoch  uint64
	first  uint64 // sequence of the first message that can be
	start  uint64 // of the first that is there, 0 if none is
	last   uint64 // of the last that is whole, first-1 if none is
	faults []string
	torn   bool // the last message is there in part, as a crash leaves it
}

// maxFaults is how many faults of a part are told one by one.
const maxFaults = 5

func (j *journal) fault(format string, args ...any) {
	j.faults = append(j.faults, fmt.Sprintf(format, args...))
}

// readJournal reads all of the journal's files; compare is given every message.
func readJournal(ctx context.Context, f jetstream.Folder, compare func(jetstream.Stored)) (*journal, error) {
	j := &journal{folder: f, exists: f.Exists(), epoch: 1, first: 1}
	if !j.exists {
		return j, nil
	}
	config, err := f.Config()
	if err == nil {
		j.epoch, j.first = jetstream.EpochOf(config), max(1, config.FirstSeq)
	} else {
		j.fault("its description cannot be read: %v", err)
	}
	j.last = j.first - 1
	for m, err := range f.Read() {
		var damage *jetstream.Damage
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.As(err, &damage) && damage.Torn && damage.Partial:
			j.torn = true
			continue
		case errors.As(err, &damage):
			j.fault("%v", damage)
			continue
		case err != nil:
			return nil, err
		}
		j.take(m, len(j.faults) > 0 && j.start == 0)
		compare(m)
	}
	return j, nil
}

// take notes the next whole message. Where the description is lost, the
// message says what stood there.
func (j *journal) take(m jetstream.Stored, undescribed bool) {
	if j.start == 0 {
		j.start = m.Seq
		if f, err := events.DecodeFrame(m.Data); err == nil && undescribed {
			j.epoch, j.first, j.last = f.Epoch, m.Seq, m.Seq-1
		}
	}
	switch {
	case m.Seq <= j.last:
		j.fault("message %d stands behind %d", m.Seq, j.last)
		return
	case m.Seq != j.last+1:
		j.fault("messages %d to %d are missing", j.last+1, m.Seq-1)
	}
	j.last = m.Seq
}

// messages yields what is whole, in order.
func (j *journal) messages() iter.Seq[events.Message] {
	return func(yield func(events.Message) bool) {
		last := uint64(0)
		for m, err := range j.folder.Read() {
			if err != nil || m.Seq <= last {
				continue
			}
			last = m.Seq
			if !yield(events.Message{Seq: m.Seq, Data: m.Data}) {
				return
			}
		}
	}
}

// differences compares each message of the journal with the copy's.
type differences struct {
	copy  *audit.Copy // nil compares nothing
	found []string
}

func (d *differences) compare(m jetstream.Stored) {
	if d.copy == nil || m.Seq > d.copy.Last() {
		return
	}
	c, err := d.copy.Frame(m.Seq)
	switch {
	case err != nil:
		d.found = append(d.found, fmt.Sprintf("frame %d: %v", m.Seq, err))
	case !bytes.Equal(c, m.Data) && m.Seq != d.copy.Last():
		d.found = append(d.found, fmt.Sprintf("frame %d is not the journal's", m.Seq))
	}
}
