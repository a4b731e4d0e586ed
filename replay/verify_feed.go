package replay

import (
	"bytes"
	"context"
	"fmt"
	"iter"

	"github.com/seatledger/seatledger/events"
)

// FeedMessages is the feed as it was published: every message made an entry
// again, its sequence the position; what is missing is left out.
type FeedMessages interface {
	Read(ctx context.Context) iter.Seq2[events.Message, error]
}

// CheckOfFeed compares the feed with the log, message by message. It is a
// [Check]. Close it.
type CheckOfFeed struct {
	Feed FeedMessages
	// Unfinished: the ledger is stopped, and what is missing at the feed's end
	// is published when it starts.
	Unfinished bool

	next     func() (events.Message, error, bool)
	stop     func()
	ahead    events.Message // the next of the feed's messages
	more     bool
	missing  uint64 // first of the positions that are missing, 0: none is
	compared uint64
}

// Name is feed.
func (c *CheckOfFeed) Name() string { return "feed" }

// Close lets the feed go.
func (c *CheckOfFeed) Close() {
	if c.stop != nil {
		c.stop()
	}
}

func (c *CheckOfFeed) begin(ctx context.Context) error {
	if c.next != nil {
		return nil
	}
	c.next, c.stop = iter.Pull2(c.Feed.Read(ctx))
	return c.advance()
}

func (c *CheckOfFeed) advance() (err error) {
	c.ahead, err, c.more = c.next()
	return err
}

// Entry compares one message.
func (c *CheckOfFeed) Entry(ctx context.Context, position uint64, b events.Entry, report func(Finding)) error {
	if err := c.begin(ctx); err != nil {
		return err
	}
	if !c.more || c.ahead.Seq > position {
		if c.missing == 0 {
			c.missing = position
		}
		return nil
	}
	c.tellMissing(position-1, report)
	if c.compared++; !bytes.Equal(c.ahead.Data, b) {
		report(Finding{"feed", fmt.Sprintf("message %d", position), position, "is not what the log has: " + difference(c.ahead.Data, b)})
	}
	return c.advance()
}

func (c *CheckOfFeed) tellMissing(last uint64, report func(Finding)) {
	switch first := c.missing; {
	case first == 0:
		return
	case first == last:
		report(Finding{"feed", fmt.Sprintf("message %d", first), first, "is missing"})
	default:
		report(Finding{"feed", fmt.Sprintf("messages %d to %d", first, last), first, "are missing"})
	}
	c.missing = 0
}

// End tells what the feed has too little or too much at its end. What was
// recorded while the feed was read is not too much.
func (c *CheckOfFeed) End(ctx context.Context, last uint64, report func(Finding)) (string, error) {
	if err := c.begin(ctx); err != nil {
		return "", err
	}
	what := fmt.Sprintf("%d messages", c.compared)
	if c.Unfinished && c.missing > 0 {
		return fmt.Sprintf("%s; %d are still to be published", what, last-c.missing+1), nil
	}
	c.tellMissing(last, report)
	return what, nil
}

// shownBytes is how much of two values is shown around where they differ.
const shownBytes = 60

// difference shows where two values part.
func difference(got, want []byte) string {
	at := 0
	for at < len(got) && at < len(want) && got[at] == want[at] {
		at++
	}
	from := max(0, at-shownBytes/3)
	piece := func(b []byte) []byte { return b[min(from, len(b)):min(from+shownBytes, len(b))] }
	return fmt.Sprintf("at byte %d it has %q, not %q", at, piece(got), piece(want))
}
