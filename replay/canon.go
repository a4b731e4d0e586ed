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
	_, wrong = c.read(position, b)
	return wrong
}

// read is Check, and the event too, nil where the entry cannot be read.
func (c *Canon) read(position uint64, b events.Entry) (e *events.Event, wrong string) {
	e, err := events.Kinds.Decode(position, b)
	if err != nil {
		return nil, err.Error()
	}
	switch {
	case e.Time.Before(c.time):
		wrong = fmt.Sprintf("time runs backwards, from %s to %s", c.time.Format(events.TimeLayout), e.Time.Format(events.TimeLayout))
	case !canonical(e, b):
		wrong = "the payload is not in its canonical form"
	}
	c.time = e.Time
	return e, wrong
}

// canonical reports that an event's payload stands in its entry as it would be
// written today. One of an older version is not written any more; that the head
// is canonical was seen when it was read.
func canonical(e *events.Event, b events.Entry) bool {
	k, ok := events.Kinds.Kind(e.Type())
	if !ok || k.Current() != e.Version {
		return true
	}
	_, payload, _ := bytes.Cut(b, []byte("\n\n"))
	again, err := events.MarshalStrict(e.Data)
	return err == nil && bytes.Equal(again, payload)
}
