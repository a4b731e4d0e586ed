package jetstream

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
)

// devFeed is a server with a feed of ten events, and a network client.
func devFeed(t *testing.T) (*Embedded, *Feed, *nats.Conn) {
	t.Helper()
	s := start(t, Options{StoreDir: t.TempDir(), Listen: "127.0.0.1:0", Dev: true})
	openJournal(t, s)
	f := openFeed(t, s)
	if err := f.Publish(t.Context(), 1, entriesOf(t, 1, 10)); err != nil {
		t.Fatal(err)
	}
	addr, err := s.AcceptClients()
	if err != nil {
		t.Fatal(err)
	}
	nc, err := nats.Connect("nats://"+addr, nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return s, f, nc
}

// unchanged: nobody but the ledger wrote into the feed, and it still takes
// what the ledger writes.
func unchanged(t *testing.T, f *Feed) {
	t.Helper()
	time.Sleep(50 * time.Millisecond) // for what is on its way
	last, err := f.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if last != 10 {
		t.Errorf("the feed has %d messages", last)
	}
	expectFeed(t, f, 1, 10)
	if err := f.Publish(t.Context(), 11, nil); err != nil {
		t.Error(err)
	}
}

func TestDevClientsReadTheFeed(t *testing.T) {
	_, _, nc := devFeed(t)
	c, err := js.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.AccountInfo(t.Context()); err != nil {
		t.Errorf("account information: %v", err)
	}
	names := c.StreamNames(t.Context())
	for name := range names.Name() {
		if name != FeedStream {
			t.Errorf("stream %s is seen", name)
		}
	}
	stream, err := c.Stream(t.Context(), FeedStream)
	if err != nil || stream.CachedInfo().State.LastSeq != 10 || names.Err() != nil {
		t.Fatalf("%v, %v", err, names.Err())
	}
	if m, err := stream.GetMsg(t.Context(), 3); err != nil || m.Sequence != 3 {
		t.Errorf("direct get: %v", err)
	}
	if _, err := stream.GetLastMsgForSubject(t.Context(), "ledger.acme.account.contoso.*"); err != nil {
		t.Errorf("direct get by subject: %v", err)
	}
	if a, err := nc.Request("$JS.API.STREAM.MSG.GET."+FeedStream, []byte(`{"seq":3}`), time.Second); err != nil || !strings.Contains(string(a.Data), `"seq":3`) {
		t.Errorf("message get: %v", err)
	}
	ordered, err := stream.OrderedConsumer(t.Context(), js.OrderedConsumerConfig{})
	if err != nil {
		t.Fatal(err)
	}
	if got := receive(t, ordered, 10); got[9] != 10 {
		t.Errorf("ordered consumer: %v", got)
	}
	durable, err := stream.CreateOrUpdateConsumer(t.Context(), js.ConsumerConfig{Durable: "reader", AckPolicy: js.AckExplicitPolicy})
	if err != nil {
		t.Fatal(err)
	}
	if got := receive(t, durable, 10); got[9] != 10 {
		t.Errorf("durable consumer: %v", got)
	}
	if info, err := durable.Info(t.Context()); err != nil || info.AckFloor.Stream != 10 {
		t.Errorf("durable consumer: %+v, %v", info, err)
	}
	if err := stream.DeleteConsumer(t.Context(), "reader"); err != nil {
		t.Errorf("deleting a consumer: %v", err)
	}
}

// receive takes n messages, acknowledges them and returns their positions.
func receive(t *testing.T, c js.Consumer, n int) (positions []uint64) {
	t.Helper()
	it, err := c.Messages()
	if err != nil {
		t.Fatal(err)
	}
	defer it.Stop()
	for range n {
		m, err := it.Next(js.NextMaxWait(5 * time.Second))
		if err != nil {
			t.Fatalf("after %v: %v", positions, err)
		}
		meta, err := m.Metadata()
		if err != nil {
			t.Fatal(err)
		}
		if c.CachedInfo().Config.AckPolicy == js.AckExplicitPolicy {
			if err := m.DoubleAck(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		positions = append(positions, meta.Sequence.Stream)
	}
	return positions
}

func TestDevClientsReadThroughPushConsumers(t *testing.T) {
	_, _, nc := devFeed(t)
	old, err := nc.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	sub, err := old.SubscribeSync("ledger.>", nats.OrderedConsumer(), nats.BindStream(FeedStream))
	if err != nil {
		t.Fatal(err)
	}
	for n := range 10 {
		if _, err := sub.NextMsg(5 * time.Second); err != nil {
			t.Fatalf("message %d: %v", n+1, err)
		}
	}
}

// What a client may not ask for goes unanswered, and has no effect.
func TestDevClientsWriteNothing(t *testing.T) {
	_, f, nc := devFeed(t)
	for _, subject := range []string{
		"ledger.acme.account.contoso.UserRemoved", "journal.1",
		"$JS.API.STREAM.CREATE.MINE", "$JS.API.STREAM.UPDATE.LEDGER", "$JS.API.STREAM.DELETE.LEDGER",
		"$JS.API.STREAM.PURGE.LEDGER", "$JS.API.STREAM.MSG.DELETE.LEDGER", "$JS.API.STREAM.RESTORE.LEDGER",
		"$JS.API.STREAM.SNAPSHOT.LEDGER", "$JS.API.STREAM.INFO.LEDGER_JOURNAL", "$JS.API.STREAM.MSG.GET.LEDGER_JOURNAL",
		"$JS.API.CONSUMER.CREATE.LEDGER_JOURNAL", "$JS.API.META.LEADER.STEPDOWN", "$JS.API.SERVER.REMOVE",
		"$SYS.REQ.SERVER.PING", "$SYS.REQ.SERVER.STATSZ",
	} {
		body := `{"name":"MINE","subjects":["mine"],"seq":1}`
		if a, err := nc.Request(subject, []byte(body), 30*time.Millisecond); err == nil {
			t.Errorf("%s is answered: %s", subject, a.Data)
		}
	}
	unchanged(t, f)
}

// The server answers with its own rights, wherever the client wants it to.
func TestRepliesDoNotReachTheFeed(t *testing.T) {
	s, f, nc := devFeed(t)
	c, err := js.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.CreateOrUpdateConsumer(t.Context(), FeedStream, js.ConsumerConfig{Durable: "reader"}); err != nil {
		t.Fatal(err)
	}
	for _, reply := range []string{
		"ledger.acme.account.contoso.UserRemoved", "$JS.API.STREAM.DELETE.LEDGER", "$JS.API.STREAM.PURGE.LEDGER", "journal.1",
	} {
		for subject, body := range map[string]string{
			"$JS.API.INFO": "", "$JS.API.STREAM.INFO.LEDGER": "", "$JS.API.STREAM.NAMES": "", "$JS.API.CONSUMER.NAMES.LEDGER": "",
			"$JS.API.STREAM.MSG.GET.LEDGER": `{"seq":1}`, "$JS.API.DIRECT.GET.LEDGER": `{"seq":1}`,
			"$JS.API.CONSUMER.INFO.LEDGER.reader": "", "$JS.API.CONSUMER.MSG.NEXT.LEDGER.reader": "3",
			"$JS.API.CONSUMER.CREATE.LEDGER":   `{"stream_name":"LEDGER","config":{"durable_name":"x"}}`,
			"$JS.API.CONSUMER.CREATE.LEDGER.y": `{"stream_name":"LEDGER","config":{"name":"y"}}`,
		} {
			if err := nc.PublishRequest(subject, reply, []byte(body)); err != nil {
				t.Fatal(err)
			}
		}
	}
	unchanged(t, f)
	// In the feed's own account it does: that is why clients are not in it.
	if err := s.Feed().PublishRequest("$JS.API.INFO", "ledger.acme.account.contoso.UserRemoved", nil); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	if last, err := f.Last(t.Context()); err != nil || last != 11 {
		t.Errorf("an answer is no longer stored: the end is %d, %v", last, err)
	}
}

func TestPushConsumersDeliverToInboxesOnly(t *testing.T) {
	_, f, nc := devFeed(t)
	create := func(to string) error {
		body := fmt.Sprintf(`{"stream_name":"LEDGER","config":{"durable_name":"push","deliver_policy":"all","ack_policy":"none","deliver_subject":%q}}`, to)
		a, err := nc.Request("$JS.API.CONSUMER.DURABLE.CREATE.LEDGER.push", []byte(body), time.Second)
		if err != nil {
			t.Fatal(err)
		}
		var r refusal
		if err := json.Unmarshal(a.Data, &r); err != nil {
			t.Fatal(err)
		}
		if r.Error.Code == 0 {
			return nil
		}
		return errors.New(r.Error.Description)
	}
	for _, to := range []string{
		"ledger.acme.account.contoso.UserRemoved", "$JS.API.STREAM.DELETE.LEDGER", "$JS.API.STREAM.PURGE.LEDGER",
		"journal.1", inboxHead + "LEDGER_FEED.x", "_INBOX", "_R_.x", "$JS.ACK.LEDGER.push.1.1.1.1.1",
	} {
		if err := create(to); err == nil || !strings.Contains(err.Error(), "_INBOX.>") {
			t.Errorf("delivery to %s: %v", to, err)
		}
	}
	unchanged(t, f)
	if err := create("_INBOX.mine"); err != nil {
		t.Errorf("delivery to an inbox: %v", err)
	}
}

func TestNoClientWithoutDev(t *testing.T) {
	s := start(t, Options{StoreDir: t.TempDir(), Listen: "127.0.0.1:0"})
	addr, err := s.AcceptClients()
	if err != nil {
		t.Fatal(err)
	}
	expectRefused(t, s, addr)
}

func TestDevClientsCannotBeTheLedger(t *testing.T) {
	s, _, nc := devFeed(t)
	expectRefused(t, s, strings.TrimPrefix(nc.ConnectedUrl(), "nats://"), accountPrivate, accountFeed, accountClients)
}

// expectRefused connects with the ledger's own keys, and if no user is given
// with none, too.
func expectRefused(t *testing.T, s *Embedded, addr string, users ...string) {
	t.Helper()
	if len(users) == 0 {
		users = []string{"", accountPrivate, accountFeed, accountClients, userDev}
	}
	for _, user := range users {
		var o []nats.Option
		if user != "" {
			o = append(o, nats.Nkey(s.keys.public(user), s.keys[user].Sign))
		}
		nc, err := nats.Connect("nats://"+addr, o...)
		if !errors.Is(err, nats.ErrAuthorization) {
			t.Errorf("user %q over the network: %v", user, err)
		}
		if err == nil {
			nc.Close()
		}
	}
}

func TestNoPortBeforeClientsAreAccepted(t *testing.T) {
	s := start(t, Options{StoreDir: t.TempDir(), Listen: "127.0.0.1:0", Dev: true})
	if a := s.srv.Addr(); a != nil {
		t.Errorf("listening on %v", a)
	}
	addr, err := s.AcceptClients()
	if err != nil || strings.HasSuffix(addr, ":0") {
		t.Fatalf("%q, %v", addr, err)
	}
	if again, err := s.AcceptClients(); err != nil || again != addr {
		t.Errorf("asked again: %q, %v", again, err)
	}
	taken := start(t, Options{StoreDir: t.TempDir(), Listen: addr, Dev: true})
	if _, err := taken.AcceptClients(); err == nil || !strings.Contains(err.Error(), addr) {
		t.Errorf("an address in use: %v", err)
	}
	none := start(t, Options{StoreDir: t.TempDir()})
	if addr, err := none.AcceptClients(); err != nil || addr != "" {
		t.Errorf("no address: %q, %v", addr, err)
	}
	if _, err := Start(Options{StoreDir: t.TempDir(), Listen: "4222", Log: testLog(t)}); err == nil {
		t.Error("a port alone is no address")
	}
}

// Clients find the server again after it was replaced, at the same address.
func TestClientsSurviveReplacement(t *testing.T) {
	s, f, nc := devFeed(t)
	s.srv.DisableJetStream() // as it does itself when it may not write
	s.doubt()
	if err := f.Publish(t.Context(), 11, entriesOf(t, 11, 12)); err != nil {
		t.Fatal(err)
	}
	var a *nats.Msg
	var err error
	for range 100 {
		if a, err = nc.Request("$JS.API.STREAM.INFO.LEDGER", nil, 500*time.Millisecond); err == nil {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err != nil || !strings.Contains(string(a.Data), `"last_seq":12`) {
		t.Errorf("%v", err)
	}
	c, _ := js.New(nc)
	if _, err := c.CreateOrUpdateConsumer(t.Context(), FeedStream, js.ConsumerConfig{Durable: "reader"}); err != nil {
		t.Errorf("consumers cannot be made: %v", err)
	}
}
