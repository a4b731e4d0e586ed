package replay

import (
	"bytes"
	"fmt"
	"time"

	"github.com/seatledger/seatledger/events"
)

// Canon looks at entries, one after another: each must be what the ledger
// itself would write, and no time before the one of the entry before.
type Canon struct {
	time time.Time // of the entry before
}

// Check says what is wrong with the next entry; "" is nothing.
func (c *Canon) Check(position uint64, b events.Entry) (wrong string) {
	at, wrong := canonical(position, b)
	return c.follow(at, wrong)
}

// follow compares an entry's time with that of the one before.
func (c *Canon) follow(at time.Time, wrong string) string {
	if at.IsZero() { // it could not be read
		return wrong
	}
	if wrong == "" && at.Before(c.time) {
		wrong = fmt.Sprintf("time runs backwards, from %s to %s", c.time.Format(events.TimeLayout), at.Format(events.TimeLayout))
	}
	c.time = at
	return wrong
}

// canonical reads an entry by itself, and says when it was and what is wrong
// with it.
func canonical(position uint64, b events.Entry) (at time.Time, wrong string) {
	e, err := events.Kinds.Decode(position, b)
	if err != nil {
		return at, err.Error()
	}
	if again, err := reencoded(e); err != nil || again != nil && !bytes.Equal(again, b) {
		wrong = "the payload is not in its canonical form"
	}
	return e.Time, wrong
}

// reencoded is the entry as it would be written today; nil where it is of an
// older version, which is not written any more.
func reencoded(e *events.Event) (events.Entry, error) {
	k, ok := events.Kinds.Kind(e.Type())
	if !ok || k.Current() != e.Version {
		return nil, nil
	}
	return events.Kinds.Encode(e)
}
