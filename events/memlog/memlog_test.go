package memlog

import (
	"errors"
	"testing"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/logtest"
)

func TestSuite(t *testing.T) {
	logtest.Run(t, func(testing.TB) logtest.Store {
		j := New()
		return logtest.Store{
			Open:   func(testing.TB) events.Journal { return j },
			Close:  func(testing.TB) {},
			Damage: func(_ testing.TB, seq uint64) { j.Drop(seq) },
		}
	})
}

func TestScript(t *testing.T) {
	j := New()
	var hooked []uint64
	j.OnAppend(func(last uint64, _ []byte) { hooked = append(hooked, last) })
	j.Script(Fine, NotWritten, Lost, Landed, Foreign([]byte("theirs")))
	for i, step := range []struct {
		last, end uint64 // given, and afterwards
		err       error
	}{
		{0, 1, nil}, {1, 1, events.ErrNotWritten}, {1, 1, events.ErrUnanswered}, {1, 2, events.ErrUnanswered},
		{2, 3, events.ErrConflict}, {3, 4, nil}, {3, 4, events.ErrConflict},
	} {
		_, err := j.Append(t.Context(), step.last, []byte{byte(i)})
		end, _ := j.Last(t.Context())
		if !errors.Is(err, step.err) || (err == nil) != (step.err == nil) || end != step.end {
			t.Errorf("append %d: %v and the end at %d, want %v and %d", i, err, end, step.err, step.end)
		}
	}
	want := []string{"\x00", "\x03", "theirs", "\x05"}
	for m, err := range j.Read(t.Context(), 1) {
		if err != nil || string(m.Data) != want[m.Seq-1] {
			t.Errorf("message %d is %q, %v", m.Seq, m.Data, err)
		}
	}
	if len(hooked) != 7 {
		t.Errorf("the hook ran %d times", len(hooked))
	}
}
