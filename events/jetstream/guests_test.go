package jetstream

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
)

// house is a server with a feed of forty events of two accounts, and guests
// whose tokens are their keys.
type house struct {
	*testing.T
	s      *Embedded
	f      *Feed
	all    *Consumers
	addr   string
	revoke map[string]context.CancelFunc
}

func newHouse(t *testing.T) *house {
	t.Helper()
	h := &house{T: t, revoke: map[string]context.CancelFunc{}}
	life := map[string]context.Context{}
	for _, key := range []string{"ann", "bob", "eve"} {
		life[key], h.revoke[key] = context.WithCancel(context.Background())
		t.Cleanup(h.revoke[key])
	}
	h.s = start(t, Options{StoreDir: t.TempDir(), Listen: "127.0.0.1:0", Admit: func(address, token string) (Guest, error) {
		if name, _, _ := strings.Cut(token, "@"); life[name] == nil || !strings.HasPrefix(address, "127.0.0.1:") {
			return Guest{}, errors.New("unknown")
		}
		key, partner, moved := strings.Cut(token, "@") // as an issuer may give new claims
		if !moved {
			partner = "acme"
		}
		return Guest{Key: key, Partner: partner, Revoked: life[key]}, nil
	}})
	openJournal(t, h.s)
	h.f = openFeed(t, h.s)
	if err := h.f.Publish(t.Context(), 1, mixed(t)); err != nil {
		t.Fatal(err)
	}
	var err error
	if h.all, err = h.s.OpenConsumers(t.Context(), h.f); err != nil {
		t.Fatal(err)
	}
	if h.addr, err = h.s.AcceptClients(); err != nil {
		t.Fatal(err)
	}
	return h
}

func (h *house) make(name, owner, filter string) {
	h.Helper()
	if _, err := h.all.Create(h.Context(), Consumer{Name: name, Owner: owner, Filter: filter, From: 1, Partner: "acme"}); err != nil {
		h.Fatal(err)
	}
}

// enter connects as a guest does: with a plain client.
func (h *house) enter(token string, more ...nats.Option) *nats.Conn {
	h.Helper()
	quiet := nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {})
	nc, err := nats.Connect("nats://"+h.addr, append(more, nats.Token(token), quiet, nats.ReconnectWait(10*time.Millisecond))...)
	if err != nil {
		h.Fatal(err)
	}
	h.Cleanup(nc.Close)
	return nc
}

func (h *house) consumer(nc *nats.Conn, name string) js.Consumer {
	h.Helper()
	c, err := js.New(nc)
	if err != nil {
		h.Fatal(err)
	}
	consumer, err := c.Consumer(h.Context(), FeedStream, name)
	if err != nil {
		h.Fatal(err)
	}
	return consumer
}

// Allowed is what the guest's own consumers need, in all the ways that a plain
// client has.
func TestGuestsReadTheirConsumers(t *testing.T) {
	h := newHouse(t)
	h.make("a", "ann", "ledger.acme.account.contoso.>")
	for kind, nc := range map[string]*nats.Conn{
		"token": h.enter("ann"), "password": h.enter("", nats.UserInfo("anything", "ann")),
	} {
		c := h.consumer(nc, "a")
		if got := receiveSome(t, c, 5); len(got) != 5 {
			t.Fatalf("%s: %v", kind, got)
		}
		nc.Close()
	}
	nc := h.enter("ann")
	c := h.consumer(nc, "a")
	for _, answer := range []func(js.Msg) error{
		js.Msg.Ack, js.Msg.Nak, js.Msg.InProgress, js.Msg.Term,
	} {
		m, err := c.Next(js.FetchMaxWait(5 * time.Second))
		if err != nil || answer(m) != nil {
			t.Fatal(err)
		}
	}
	old, err := nc.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	sub, err := old.PullSubscribe("ledger.acme.account.contoso.>", "a", nats.Bind(FeedStream, "a"))
	if err != nil {
		t.Fatal(err)
	}
	if all, err := sub.Fetch(2, nats.MaxWait(5*time.Second)); err != nil || len(all) != 2 || all[1].AckSync() != nil {
		t.Fatalf("%d, %v", len(all), err)
	}
	is, err := h.all.Get(t.Context(), "a")
	if err != nil || is.Owner != "ann" || is.Filter != "ledger.acme.account.contoso.>" || is.Unacknowledged == 0 || is.Pending == 0 || is.Acknowledged == 0 {
		t.Errorf("%+v, %v", is, err)
	}
	receive(t, c, int(is.Pending))
}

// receiveSome takes up to n messages and acknowledges them.
func receiveSome(t *testing.T, c js.Consumer, n int) (positions []uint64) {
	t.Helper()
	batch, err := c.Fetch(n, js.FetchMaxWait(2*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	for m := range batch.Messages() {
		meta, err := m.Metadata()
		if err != nil || m.DoubleAck(t.Context()) != nil {
			t.Fatal(err)
		}
		positions = append(positions, meta.Sequence.Stream)
	}
	return positions
}
