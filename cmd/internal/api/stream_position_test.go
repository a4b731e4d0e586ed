package api

import (
	"fmt"
	"testing"
)

// A reader that asked for what is new must know what that is behind, or it
// could not come again before the first event.
func TestStreamTellsItsPosition(t *testing.T) {
	s := newLedger(t)
	end := fmt.Sprint(s.story())
	r := s.open("")
	if got := r.res.Header.Get(PositionHeader); got != end {
		t.Fatalf("position %q, want %s", got, end)
	}
	r.leave()
	again := s.open("", "Last-Event-ID", end)
	s.do("EnableSingleSignOnIntegration", `{"account_id":"initech"}`)
	if got := again.next(); got[:len(end)] == end {
		t.Fatalf("came again and got %s", got)
	}
}
