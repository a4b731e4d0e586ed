package jetstream

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

func openFeed(t testing.TB, s *Embedded) *Feed {
	t.Helper()
	f, err := s.OpenFeed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// entryOf is the entry of a seat given to a user.
func entryOf(t testing.TB, account, user string) events.Entry {
	return encode(t, account, &events.UserLicenseAssigned{AccountID: account, UserID: user, Product: "mitel_one"})
}

func encode(t testing.TB, account string, p events.Payload) events.Entry {
	t.Helper()
	id := ulid.Make().String()
	b, err := events.Kinds.Encode(&events.Event{
		ID: id, Time: time.Now().UTC(), Partner: "acme", AggregateID: account,
		Cause: events.Cause{Actor: `Ana "100%"`, ActorRole: "partner", CommandID: id, CommandType: "Do", CorrelationID: id, CausationID: id},
		Data:  p,
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// entriesOf are entries for the positions from..to.
func entriesOf(t testing.TB, from, to int) (all []events.Entry) {
	for n := from; n <= to; n++ {
		all = append(all, entryOf(t, "contoso", fmt.Sprintf("u-%d", n)))
	}
	return all
}

// expectFeed reads the feed's messages from..to.
func expectFeed(t *testing.T, f *Feed, from, to uint64) {
	t.Helper()
	next := from
	err := readStream(t.Context(), f.stream, from, to, func(m events.Message, err error) bool {
		next++
		return true
	})
	if err != nil || next != to+1 {
		t.Fatalf("read up to %d of %d: %v", next-1, to, err)
	}
}

func TestFeedIsWrittenInOrderAndOnce(t *testing.T) {
	dir := t.TempDir()
	s := start(t, Options{StoreDir: dir})
	f := openFeed(t, s)
	all := entriesOf(t, 1, 3000)
	expectLast := func(want uint64) {
		t.Helper()
		if last, err := f.Last(t.Context()); err != nil || last != want {
			t.Fatalf("the end is %d, %v; want %d", last, err, want)
		}
	}
	expectLast(0)
	for _, step := range []struct {
		first, to int
		fails     bool
		end       uint64
	}{
		{1, 2000, false, 2000},
		{1, 2000, true, 2000},    // once more
		{2002, 2010, true, 2000}, // too far
		{2001, 2000, false, 2000},
		{2001, 2100, false, 2100},
	} {
		err := f.Publish(t.Context(), uint64(step.first), all[step.first-1:step.to])
		if (err != nil) != step.fails {
			t.Fatalf("%+v: %v", step, err)
		}
		if err != nil && !errors.Is(err, events.ErrConflict) {
			t.Errorf("%+v: %v", step, err)
		}
		expectLast(step.end)
	}
	// Of entries that overlap the end, those that fit may be stored: they
	// are the right ones.
	if err := f.Publish(t.Context(), 2000, all[1999:2500]); !errors.Is(err, events.ErrConflict) {
		t.Errorf("overlapping: %v", err)
	}
	for last := uint64(0); last < 3000; {
		var err error
		if last, err = f.Last(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := f.Publish(t.Context(), last+1, all[last:]); err != nil && !errors.Is(err, events.ErrConflict) {
			t.Fatal(err)
		}
	}
	expectEntries(t, f, all)
	s.Close()
	f = openFeed(t, start(t, Options{StoreDir: dir}))
	expectEntries(t, f, all)
}

func TestFeedRefusesWhatIsNoEntry(t *testing.T) {
	f := openFeed(t, start(t, Options{StoreDir: t.TempDir()}))
	entries := append(entriesOf(t, 1, 2), events.Entry("{}"))
	if err := f.Publish(t.Context(), 1, entries); !errors.Is(err, events.ErrNotCanonical) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Publish(ctx, 1, entries[:1]); err == nil {
		t.Error("published with a cancelled context")
	}
	// What came of either does not matter: the end says it.
	last, err := f.Last(t.Context())
	for ; err == nil && last < 2; last, err = f.Last(t.Context()) {
		_ = f.Publish(t.Context(), last+1, entries[last:2])
	}
	if err != nil || last != 2 {
		t.Errorf("%d, %v", last, err)
	}
}

// expectEntries compares the payloads of the whole feed.
func expectEntries(t *testing.T, f *Feed, all []events.Entry) {
	t.Helper()
	n := 0
	err := readStream(t.Context(), f.stream, 1, uint64(len(all)), func(m events.Message, err error) bool {
		if h, err := events.Split(all[n]); err != nil || string(h.Data) != string(m.Data) {
			t.Errorf("message %d is %s, %v", m.Seq, m.Data, err)
		}
		n++
		return true
	})
	if err != nil || n != len(all) {
		t.Fatalf("read %d of %d: %v", n, len(all), err)
	}
}

func TestStreamsThatLoseMessagesAreRefused(t *testing.T) {
	for what, change := range map[string]func(*js.StreamConfig){
		"limits":              func(c *js.StreamConfig) { c.MaxMsgs = 10 },
		"be deleted":          func(c *js.StreamConfig) { c.DenyPurge = false },
		"takes":               func(c *js.StreamConfig) { c.Subjects = append(c.Subjects, "more") },
		"is stored as Memory": func(c *js.StreamConfig) { c.Storage, c.PersistMode = js.MemoryStorage, js.DefaultPersistMode },
	} {
		s := start(t, Options{StoreDir: t.TempDir()})
		create(t, s.Private(), journalConfig(JournalOptions{}), change)
		create(t, s.Feed(), feedConfig(FeedOptions{}), change)
		if _, err := s.OpenJournal(t.Context(), JournalOptions{}); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("journal with %s: %v", what, err)
		}
		if _, err := s.OpenFeed(t.Context()); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("feed with %s: %v", what, err)
		}
	}
}

// create makes a stream that is not quite as it should be.
func create(t *testing.T, nc *nats.Conn, config js.StreamConfig, change func(*js.StreamConfig)) {
	t.Helper()
	c, err := js.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	change(&config)
	if _, err := c.CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
}
