package e2e

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// feedTimeout is how long the feed may take for all that a test waits for.
const feedTimeout = 20 * time.Second

func (b *bed) nats() (*nats.Conn, jetstream.JetStream) {
	b.Helper()
	quiet := nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}) // denials are what some tests want
	nc, err := nats.Connect("nats://"+b.process.NATS, quiet)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		b.Fatal(err)
	}
	return nc, js
}

// feed reads the feed with a plain ordered consumer, up to the message that a
// function says is the last.
func (b *bed) feed(last func(jetstream.Msg) bool, filters ...string) []jetstream.Msg {
	b.Helper()
	nc, js := b.nats()
	defer nc.Close()
	ctx, cancel := context.WithTimeout(b.Context(), feedTimeout)
	defer cancel()
	consumer, err := js.OrderedConsumer(ctx, "LEDGER", jetstream.OrderedConsumerConfig{FilterSubjects: filters})
	if err != nil {
		b.Fatal(err)
	}
	messages, err := consumer.Messages()
	if err != nil {
		b.Fatal(err)
	}
	defer messages.Stop()
	var all []jetstream.Msg
	for {
		m, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			b.Fatalf("the feed after %d messages: %v", len(all), err)
		}
		if all = append(all, m); last(m) {
			return all
		}
	}
}

func sequence(m jetstream.Msg) uint64 {
	meta, err := m.Metadata()
	if err != nil {
		return 0
	}
	return meta.Sequence.Stream
}

// feedIsHistory wants each event in the feed once, at its position.
func (b *bed) feedIsHistory(events []map[string]any) {
	b.Helper()
	end := uint64(len(events))
	all := b.feed(func(m jetstream.Msg) bool { return sequence(m) >= end })
	if len(all) != len(events) {
		b.Fatalf("the feed has %d messages, the history %d events", len(all), len(events))
	}
	for i, m := range all {
		e := events[i]
		subject := fmt.Sprintf("ledger.%s.%s.%s.%s", e["partner_id"], e["aggregate"], e["aggregate_id"], e["type"])
		if sequence(m) != uint64(i+1) || m.Headers().Get("ce-id") != e["id"] || m.Subject() != subject {
			b.Fatalf("message %d of the feed is %s %s; the history has %s %s", sequence(m), m.Headers().Get("ce-id"), m.Subject(), e["id"], subject)
		}
	}
}

// A consumer with a filter on one account and one type gets just those.
func TestFeedIsFiltered(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.peopled()
	for u := range 4 {
		for i := range crowdAccounts {
			b.done("AssignLicense", seat(fmt.Sprintf("a%d", i), fmt.Sprintf("u%d", u)))
		}
	}
	n := 0
	got := b.feed(func(jetstream.Msg) bool { n++; return n == 4 }, "ledger.p.account.a1.UserLicenseAssigned")
	for i, m := range got {
		if !strings.Contains(string(m.Data()), fmt.Sprintf(`"user_id":"u%d"`, i)) || m.Headers().Get("ce-type") != "seatledger.UserLicenseAssigned.v1" {
			t.Errorf("message %d: %s %s", i, m.Headers().Get("ce-type"), m.Data())
		}
	}
	b.feedIsHistory(b.history(1))
}

// In --dev everybody may read the feed, and nobody may write, delete, purge or
// see the journal.
func TestFeedIsReadOnly(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.feedIsHistory(b.history(1))
	end := b.end()
	nc, js := b.nats()
	ctx, cancel := context.WithTimeout(t.Context(), feedTimeout)
	defer cancel()
	brief, stop := context.WithTimeout(ctx, 300*time.Millisecond)
	defer stop()
	if _, err := js.Publish(brief, "ledger.p.account.a.UserAdded", []byte("{}"), jetstream.WithRetryAttempts(0)); err == nil {
		t.Error("a client published into the feed")
	}
	for _, request := range []struct{ subject, body string }{
		{"$JS.API.STREAM.PURGE.LEDGER", "{}"},
		{"$JS.API.STREAM.MSG.DELETE.LEDGER", `{"seq":1}`},
		{"$JS.API.STREAM.DELETE.LEDGER", ""},
		{"$JS.API.STREAM.UPDATE.LEDGER", `{"name":"LEDGER","subjects":["other.>"]}`},
		{"$JS.API.STREAM.CREATE.MINE", `{"name":"MINE","subjects":["mine.>"]}`},
		{"$JS.API.STREAM.INFO.LEDGER_JOURNAL", ""},
		{"$JS.API.STREAM.MSG.GET.LEDGER_JOURNAL", `{"seq":1}`},
	} {
		m, err := nc.Request(request.subject, []byte(request.body), 300*time.Millisecond)
		if err == nil && !strings.Contains(string(m.Data), `"error"`) {
			t.Errorf("%s: %s", request.subject, m.Data)
		}
	}
	pushed := `{"stream_name":"LEDGER","config":{"name":"x","deliver_subject":"ledger.p.account.a.Evil","ack_policy":"none"}}`
	if m, err := nc.Request("$JS.API.CONSUMER.CREATE.LEDGER.x", []byte(pushed), 300*time.Millisecond); err == nil && !strings.Contains(string(m.Data), `"error"`) {
		t.Logf("a push consumer was made: what matters is that nothing comes of it")
	}
	b.done("EnableMiCCIntegration", body{"account_id": "a"})
	info, err := js.Stream(ctx, "LEDGER")
	if err != nil {
		t.Fatal(err)
	}
	events := b.history(1)
	b.feedIsHistory(events)
	state := info.CachedInfo().State
	if state.FirstSeq != 1 || uint64(len(events)) != end+3 { // the switch and its two privileges
		t.Errorf("the feed begins at %d; the history has %d events, %d before", state.FirstSeq, len(events), end)
	}
}
