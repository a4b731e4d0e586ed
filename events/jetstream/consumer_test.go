package jetstream

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	ce "github.com/cloudevents/sdk-go/protocol/nats_jetstream/v2"
	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/events"
)

// mixed are events of two accounts and two types, in turn.
func mixed(t *testing.T) (all []events.Entry) {
	for n := range 20 {
		for _, account := range []string{"contoso", "fabrikam"} {
			user := fmt.Sprintf("u-%d", n)
			all = append(all, entryOf(t, account, user),
				encode(t, account, &events.UserRemoved{AccountID: account, UserID: user}))
		}
	}
	return all
}

// A consumer that knows nothing but NATS gets what its filter says.
func TestConsumerFiltersByAccountAndType(t *testing.T) {
	_, f, nc := devFeed(t)
	entries := mixed(t)
	if err := f.Publish(t.Context(), 11, entries); err != nil {
		t.Fatal(err)
	}
	c, err := js.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	consumer, err := c.CreateOrUpdateConsumer(t.Context(), FeedStream, js.ConsumerConfig{
		Durable: "contoso", FilterSubject: "ledger.*.account.contoso.UserLicenseAssigned",
		AckPolicy: js.AckExplicitPolicy, DeliverPolicy: js.DeliverByStartSequencePolicy, OptStartSeq: 11,
	})
	if err != nil {
		t.Fatal(err)
	}
	var want []uint64
	for i := 0; i < len(entries); i += 4 {
		want = append(want, uint64(11+i))
	}
	if got := receive(t, consumer, len(want)); !reflect.DeepEqual(got, want) {
		t.Errorf("positions %v, want %v", got, want)
	}
	if info, err := consumer.Info(t.Context()); err != nil || info.NumPending != 0 {
		t.Errorf("more is pending: %+v, %v", info, err)
	}
}

// The feed's messages are CloudEvents to the SDK of the CloudEvents project.
func TestFeedIsCloudEvents(t *testing.T) {
	_, f, nc := devFeed(t)
	if err := f.Publish(t.Context(), 11, mixed(t)); err != nil {
		t.Fatal(err)
	}
	for position := uint64(1); position <= 90; position++ {
		m := rawMessage(t, nc, position)
		event, err := binding.ToEvent(t.Context(), ce.NewMessage(m))
		if err != nil {
			t.Fatalf("position %d: %v", position, err)
		}
		if err := event.Validate(); err != nil {
			t.Fatalf("position %d: %v", position, err)
		}
		part := strings.Split(m.Subject, ".")
		if event.SpecVersion() != "1.0" || event.Type() != "seatledger."+part[4]+".v1" || event.Subject() != part[3] ||
			event.Source() != "/partners/acme/accounts/"+part[3] || event.DataContentType() != "application/json" ||
			event.DataSchema() != "urn:seatledger:schema:"+part[4]+".v1" || time.Since(event.Time()) > time.Hour {
			t.Errorf("position %d: %v", position, event)
		}
		if x := event.Extensions(); x["actor"] != "Ana%20%22100%25%22" || x["actorrole"] != "partner" || x["commandid"] != event.ID() {
			t.Errorf("position %d: extensions %v", position, x)
		}
		var data map[string]string
		if err := event.DataAs(&data); err != nil || data["account_id"] != part[3] {
			t.Errorf("position %d: data %v, %v", position, data, err)
		}
	}
}

// rawMessage asks for a message as it is stored.
func rawMessage(t *testing.T, nc *nats.Conn, position uint64) *nats.Msg {
	t.Helper()
	m, err := nc.Request("$JS.API.DIRECT.GET."+FeedStream, fmt.Appendf(nil, `{"seq":%d}`, position), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	m.Subject = m.Header.Get("Nats-Subject")
	return m
}

// The entry can be made again from a message: its bytes are what is proved.
func TestEntriesComeBackFromMessages(t *testing.T) {
	_, f, nc := devFeed(t)
	entries := mixed(t)
	if err := f.Publish(t.Context(), 11, entries); err != nil {
		t.Fatal(err)
	}
	for i, want := range entries {
		m := rawMessage(t, nc, uint64(11+i))
		h, err := events.Split(want)
		if err != nil {
			t.Fatal(err)
		}
		if m.Subject != h.Subject || string(m.Data) != string(h.Data) {
			t.Fatalf("message %d: %s %s", 11+i, m.Subject, m.Data)
		}
		seen := 0
		for name := range m.Header {
			if strings.HasPrefix(name, "ce-") {
				seen++
			}
		}
		for _, a := range h.Attrs {
			if got := m.Header[a.Name]; len(got) != 1 || got[0] != a.Value {
				t.Errorf("message %d: %s is %q, want %q", 11+i, a.Name, got, a.Value)
			}
		}
		if seen != len(h.Attrs) {
			t.Errorf("message %d has %d attributes, want %d", 11+i, seen, len(h.Attrs))
		}
	}
}
