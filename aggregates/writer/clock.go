package writer

import (
	"log/slog"
	"time"

	"github.com/seatledger/seatledger/events"
)

// MaxClockJump is how far the wall clock may move against the monotonic one
// before the ledger stops following it: one wrong time would stay for ever.
const MaxClockJump = 2 * time.Minute

// clock gives event times: never earlier than the last one, and later than
// every moment that a query was told is over.
type clock struct {
	wall  func() time.Time
	log   *slog.Logger
	base  time.Time // a reading of wall, with its monotonic part
	shift time.Duration
	last  time.Time // time of the newest event, or the latest moment that is over
	told  time.Time // when a jump was last told
}

func newClock(wall func() time.Time, last time.Time, log *slog.Logger) *clock {
	c := &clock{wall: wall, log: log, base: wall(), last: last}
	if behind := last.Sub(c.base); behind > MaxClockJump {
		log.Error("the wall clock is behind the log; events keep the log's last time until it has caught up",
			"behind", behind.String(), "last_event", last)
	}
	return c
}

// now is the time for the events decided next: in whole ticks, UTC.
func (c *clock) now() time.Time {
	t := c.reading().UTC().Truncate(events.Tick)
	if t.Before(c.last) {
		t = c.last
	}
	c.last = t
	return t
}

// over says that a query was answered for the moment t: no event decided from
// now on has that time or an earlier one.
func (c *clock) over(t time.Time) {
	if next := t.UTC().Truncate(events.Tick).Add(events.Tick); next.After(c.last) {
		c.last = next
	}
}

// reading follows the wall clock in small steps only.
func (c *clock) reading() time.Time {
	wall := c.wall()
	steady := c.base.Add(wall.Sub(c.base)) // by the monotonic clock
	jump := wall.Round(0).Sub(steady.Round(0)) - c.shift
	if jump.Abs() <= MaxClockJump {
		c.shift += jump
		return wall
	}
	if wall.Sub(c.told) > time.Minute {
		c.told = wall
		c.log.Error("the wall clock jumped and is not followed; set it right, or restart the ledger to accept it",
			"jump", jump.String())
	}
	return steady.Add(c.shift)
}
