package writer

import (
	"log/slog"
	"testing"
	"time"
)

func TestClock(t *testing.T) {
	base := time.Now()
	var shift time.Duration // of the wall clock against the monotonic one
	elapsed := time.Duration(0)
	wall := func() time.Time {
		at := base.Add(elapsed)
		if shift != 0 {
			return at.Round(0).Add(shift) // a reading without its monotonic part
		}
		return at
	}
	c := newClock(wall, base, slog.New(slog.DiscardHandler))
	last := c.now()
	for _, step := range []time.Duration{time.Second, 0, time.Millisecond} {
		elapsed += step
		now := c.now()
		if now.Before(last) || now.Location() != time.UTC {
			t.Fatalf("%s after %s", now, last)
		}
		last = now
	}
	over := last.Add(time.Hour)
	c.over(over)
	if now := c.now(); !now.After(over) {
		t.Fatalf("%s is not after %s", now, over)
	}
}

// jumpingClock is a wall clock that can be set, with a monotonic part.
func TestClockDoesNotFollowJumps(t *testing.T) {
	base := time.Now()
	c := newClock(func() time.Time { return base }, base, slog.New(slog.DiscardHandler))
	// A wall clock cannot be moved against the monotonic one from outside, so
	// the clock's own idea of the difference is moved instead.
	c.shift = time.Hour
	if got := c.reading(); got.Sub(base.Round(0)).Round(time.Minute) != time.Hour {
		t.Fatalf("%s: a jump of an hour back was followed", got)
	}
	c.shift = time.Second
	if got := c.reading(); !got.Equal(base) {
		t.Fatalf("%s: a step of a second was not followed", got)
	}
}
