package events

import (
	"bytes"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func anyEvent(t *rapid.T) *Event {
	token := rapid.StringMatching(`[A-Za-z0-9_-]{1,64}`)
	odd := rapid.OneOf(rapid.String(), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.SampledFrom([]string{"", "%", "%41", "a\nce-type: b", " ", "\"", "é", "\x00", "\r\n\r\n"}))
	e := &Event{
		ID: odd.Draw(t, "id"), Position: rapid.Uint64().Draw(t, "position"), Version: 1,
		Time:    time.UnixMicro(rapid.Int64Range(0, 250_000_000_000_000_000).Draw(t, "time")).UTC(),
		Partner: token.Draw(t, "partner"), Aggregate: "account", AggregateID: token.Draw(t, "aggregate id"),
		Cause: Cause{
			Actor: odd.Draw(t, "actor"), ActorRole: odd.Draw(t, "role"),
			CommandID: odd.Draw(t, "command"), CommandType: odd.Draw(t, "command type"),
			CorrelationID: odd.Draw(t, "correlation"), CausationID: odd.Draw(t, "causation"),
			Traceparent: odd.Draw(t, "traceparent"),
		},
		Data: &UserLicenseDisabled{
			AccountID: rapid.String().Draw(t, "account"), UserID: rapid.String().Draw(t, "user"),
			Product: rapid.String().Draw(t, "product"), Reason: rapid.String().Draw(t, "reason"),
			MiCollabDisabledAt: rapid.Uint64().Draw(t, "at"),
		},
	}
	return e
}

func TestEncodedEventsDecodeToThemselves(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEvent(t)
		b, err := Kinds.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		got, err := Kinds.Decode(e.Position, b)
		if err != nil {
			t.Fatalf("%v in\n%s", err, b)
		}
		if !reflect.DeepEqual(got, e) {
			t.Fatalf("got %+v, want %+v", got, e)
		}
		if again, err := Kinds.Encode(got); err != nil || !bytes.Equal(again, b) {
			t.Fatalf("encoded again: %v\n%s\nwas\n%s", err, again, b)
		}
	})
}

// The feed's message holds all that is needed to make the entry again.
func TestEntriesCanBeMadeOfHeaders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := anyEvent(t)
		b, err := Kinds.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		h, err := Split(b)
		if err != nil {
			t.Fatal(err)
		}
		if h.Subject != e.Subject() {
			t.Fatalf("subject %q, want %q", h.Subject, e.Subject())
		}
		if !slices.IsSortedFunc(h.Attrs, func(a, b Attr) int { return strings.Compare(a.Name, b.Name) }) {
			t.Fatalf("attributes are not sorted: %v", h.Attrs)
		}
		again := h.Subject + "\n"
		for _, a := range h.Attrs {
			if strings.ContainsAny(a.Value, " \r\n\x00\"") {
				t.Fatalf("%s: %q is no header's value", a.Name, a.Value)
			}
			again += a.Name + ": " + a.Value + "\n"
		}
		if again += "\n" + string(h.Data); again != string(b) {
			t.Fatalf("made again:\n%s\nwas\n%s", again, b)
		}
	})
}

func TestTimesAreCutToTicks(t *testing.T) {
	e := sampleEvent(t, &AccountDeleted{"contoso"})
	e.Time = time.Date(2026, 1, 1, 1, 0, 0, 1999, time.FixedZone("", 3600))
	got, err := Kinds.Decode(7, mustEncode(t, e))
	if want := time.Date(2026, 1, 1, 0, 0, 0, 1000, time.UTC); err != nil || got.Time != want {
		t.Errorf("%v, %v; want %v", got.Time, err, want)
	}
}

// A stamped entry is the one that would have been encoded with that time.
func TestStamp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.Custom(func(t *rapid.T) time.Time {
			return time.UnixMicro(rapid.Int64Range(0, 4e15).Draw(t, "µs")).UTC()
		})
		e := anyEvent(t)
		e.Time = times.Draw(t, "at first")
		b, err := Kinds.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		e.Time = times.Draw(t, "then")
		b.Stamp(e.Time)
		want, err := Kinds.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		if string(b) != string(want) {
			t.Fatalf("stamped:\n%s\nencoded:\n%s", b, want)
		}
	})
}
