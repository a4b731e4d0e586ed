package jetstream

import (
	"fmt"
	"strings"
	"testing"
	"time"

	js "github.com/nats-io/nats.go/jetstream"
)

// forbidden are requests that a guest with the consumer "e" may not make; a is
// another's.
var forbidden = []struct{ subject, body string }{
	{"ledger.acme.account.contoso.UserRemoved", `{}`},
	{"journal.1", `x`},
	{"$JS.API.INFO", ""},
	{"$JS.API.ACCOUNT.PURGE.LEDGER_FEED", ""},
	{"$JS.API.STREAM.NAMES", ""},
	{"$JS.API.STREAM.LIST", ""},
	{"$JS.API.STREAM.INFO.LEDGER", ""},
	{"$JS.API.STREAM.INFO.LEDGER_JOURNAL", ""},
	{"$JS.API.STREAM.CREATE.MINE", `{"name":"MINE","subjects":["mine.>"]}`},
	{"$JS.API.STREAM.UPDATE.LEDGER", `{"name":"LEDGER","subjects":["other.>"]}`},
	{"$JS.API.STREAM.DELETE.LEDGER", ""},
	{"$JS.API.STREAM.PURGE.LEDGER", "{}"},
	{"$JS.API.STREAM.MSG.GET.LEDGER", `{"seq":1}`},
	{"$JS.API.STREAM.MSG.GET.LEDGER_JOURNAL", `{"seq":1}`},
	{"$JS.API.STREAM.MSG.DELETE.LEDGER", `{"seq":1}`},
	{"$JS.API.DIRECT.GET.LEDGER", `{"seq":1}`},
	{"$JS.API.DIRECT.GET.LEDGER.ledger.acme.account.contoso.UserRemoved", ""},
	{"$JS.API.DIRECT.GET.LEDGER_CHECKPOINTS", `{"seq":1}`},
	{"$JS.API.STREAM.SNAPSHOT.LEDGER", `{"deliver_subject":"_INBOX.x"}`},
	{"$JS.API.STREAM.RESTORE.LEDGER", "{}"},
	{"$JS.API.STREAM.PEER.REMOVE.LEDGER", "{}"},
	{"$JS.API.STREAM.LEADER.STEPDOWN.LEDGER", ""},
	{"$JS.API.STREAM.TEMPLATE.NAMES", ""},
	{"$JS.API.CONSUMER.NAMES.LEDGER", ""},
	{"$JS.API.CONSUMER.LIST.LEDGER", ""},
	{"$JS.API.CONSUMER.CREATE.LEDGER", `{"stream_name":"LEDGER","config":{"deliver_subject":"_INBOX.x"}}`},
	{"$JS.API.CONSUMER.CREATE.LEDGER.mine", `{"stream_name":"LEDGER","config":{"name":"mine","ack_policy":"explicit"}}`},
	{"$JS.API.CONSUMER.CREATE.LEDGER.e.ledger.>", `{"stream_name":"LEDGER","config":{"durable_name":"e","filter_subject":"ledger.>"}}`},
	{"$JS.API.CONSUMER.CREATE.LEDGER.push", `{"stream_name":"LEDGER","config":{"name":"push","deliver_subject":"journal.1","ack_policy":"none"}}`},
	{"$JS.API.CONSUMER.DURABLE.CREATE.LEDGER.push", `{"stream_name":"LEDGER","config":{"durable_name":"push","deliver_subject":"journal.1","ack_policy":"none"}}`},
	{"$JS.API.CONSUMER.DURABLE.CREATE.LEDGER_JOURNAL.x", `{"stream_name":"LEDGER_JOURNAL","config":{"durable_name":"x"}}`},
	{"$JS.API.CONSUMER.DELETE.LEDGER.e", ""},
	{"$JS.API.CONSUMER.DELETE.LEDGER.a", ""},
	{"$JS.API.CONSUMER.PAUSE.LEDGER.a", `{"pause_until":"2099-01-01T00:00:00Z"}`},
	{"$JS.API.CONSUMER.RESET.LEDGER.e", `{"seq":1}`},
	{"$JS.API.CONSUMER.UNPIN.LEDGER.a", `{"group":"x"}`},
	{"$JS.API.CONSUMER.LEADER.STEPDOWN.LEDGER.a", ""},
	{"$JS.API.CONSUMER.INFO.LEDGER.a", ""},
	{"$JS.API.CONSUMER.INFO.LEDGER_JOURNAL.e", ""},
	{"$JS.API.CONSUMER.MSG.NEXT.LEDGER.a", "1"},
	{"$JS.API.CONSUMER.MSG.NEXT.LEDGER_JOURNAL.e", "1"},
	{"$JS.ACK.LEDGER.a.1.1.1.1.1", "+ACK"},
	{"$JS.ACK.LEDGER.a.1.1.1.1.1", "+NXT"},
	{"$JS.FC.LEDGER.a.x", ""},
	{"$JS.API.META.LEADER.STEPDOWN", ""},
	{"$JS.API.SERVER.REMOVE", "{}"},
	{"$SYS.REQ.SERVER.PING", ""},
	{"$SYS.REQ.SERVER.PING.VARZ", ""},
	{"$SYS.REQ.ACCOUNT.LEDGER_FEED.INFO", ""},
	{"$SYS.REQ.ACCOUNT.PING.CONNZ", ""},
	{"$SYS.REQ.ACCOUNT.LEDGER_FEED.CLAIMS.UPDATE", `{}`},
	{"$SYS.REQ.CLAIMS.UPDATE", `{}`},
	{"$SYS.REQ.USER.INFO", ""},
	{"_INBOX.of.somebody", "x"},
	{"$SRV.PING", ""},
	{"seatledger.commands.RegisterPartner", "{}"},
	{"seatledger.queries.accounts", ""},
	{"seatledger.guest.1.queries.accounts", ""},
	{"_R_.x", "x"},
	{inboxHead + "LEDGER_FEED.x", "x"},
	{"anything", "x"},
}

func TestGuestsMayDoNothingElse(t *testing.T) {
	h := newHouse(t)
	h.make("a", "ann", "ledger.acme.>")
	h.make("e", "eve", "ledger.acme.account.fabrikam.>")
	eve := h.enter("eve")
	h.consumer(eve, "e") // so that what is refused is not refused for another reason
	for _, f := range forbidden {
		if a, err := eve.Request(f.subject, []byte(f.body), 30*time.Millisecond); err == nil {
			t.Errorf("%s is answered: %s", f.subject, a.Data)
		}
	}
	for _, subject := range []string{
		">", "*", "ledger.>", "journal.>", "$JS.>", "$JS.API.>", "$JS.API.CONSUMER.MSG.NEXT.LEDGER.a", "$JS.ACK.>", "$SYS.>",
		"$SRV.>", "_R_.>", inboxHead + ">", "_INBOX", "_GR_.>", "seatledger.>", "$KV.>", "$O.>", "_INBOX.> workers",
	} {
		subject, queue, _ := strings.Cut(subject, " ")
		sub, err := eve.QueueSubscribeSync(subject, queue)
		if err == nil {
			_, err = sub.NextMsg(30 * time.Millisecond)
		}
		if queue == "" && (err == nil || !strings.Contains(err.Error()+fmt.Sprint(eve.LastError()), "ermissions")) {
			t.Errorf("%s can be subscribed to: %v, %v", subject, err, eve.LastError())
		}
	}
	h.untouched("a", "e")
}

// untouched: feed, journal and consumers are as the ledger made them.
func (h *house) untouched(names ...string) {
	h.Helper()
	time.Sleep(50 * time.Millisecond) // for what is on its way
	expectFeed(h.T, h.f, 1, 80)
	if last, err := h.f.Last(h.Context()); err != nil || last != 80 {
		h.Errorf("the feed ends with %d, %v", last, err)
	}
	private, err := js.New(h.s.Private())
	if err != nil {
		h.Fatal(err)
	}
	journal, err := private.Stream(h.Context(), JournalStream)
	if err != nil || journal.CachedInfo().State.Msgs != 0 || journal.CachedInfo().State.Consumers != 0 {
		h.Errorf("the journal is not as it was: %v", err)
	}
	var there []string
	list := h.f.stream.ListConsumers(h.Context())
	for info := range list.Info() {
		if info.Config.Durable != "" {
			there = append(there, info.Name)
		}
	}
	if len(there) != len(names) {
		h.Errorf("there are consumers %v, want %v", there, names)
	}
	for _, name := range names {
		if k, err := h.all.Get(h.Context(), name); err != nil || k.Delivered != 0 || k.Acknowledged != 0 || k.Unacknowledged != 0 {
			h.Errorf("consumer %s: %+v, %v", name, k, err)
		}
	}
}

// The server answers with its own rights, wherever the client wants it to. All
// the answers that a guest can bring about, sent to all that could do harm.
func TestGuestsAnswersLeadNowhere(t *testing.T) {
	h := newHouse(t)
	h.make("a", "ann", "ledger.acme.account.contoso.>")
	h.make("e", "eve", "ledger.acme.account.fabrikam.>")
	ann := h.consumer(h.enter("ann"), "a")
	if got, err := ann.Fetch(5, js.FetchMaxWait(time.Second)); err != nil || len(drain(got)) != 5 {
		t.Fatal(err) // five that wait for her acknowledgement
	}
	before, err := h.all.Get(t.Context(), "a")
	if err != nil || before.Unacknowledged != 5 {
		t.Fatalf("%+v, %v", before, err)
	}
	eve := h.enter("eve")
	mine := h.consumer(eve, "e")
	m, err := mine.Next(js.FetchMaxWait(time.Second))
	if err != nil {
		t.Fatal(err)
	}
	for _, reply := range []string{
		"ledger.acme.account.contoso.UserRemoved", "journal.1", "$JS.API.STREAM.DELETE.LEDGER", "$JS.API.STREAM.PURGE.LEDGER",
		"$JS.API.CONSUMER.DELETE.LEDGER.a", "$JS.API.CONSUMER.MSG.NEXT.LEDGER.a", "$JS.API.CONSUMER.INFO.LEDGER.a",
		"$JS.ACK.LEDGER.a.1.1.1.1.1", "$JS.ACK.LEDGER.a.1.9.5.1.1", "$SYS.REQ.SERVER.PING",
	} {
		for _, request := range []struct{ subject, body string }{
			{"$JS.API.CONSUMER.INFO.LEDGER.e", ""},
			{"$JS.API.CONSUMER.MSG.NEXT.LEDGER.e", `{"batch":2,"no_wait":true}`},
			{"$JS.API.CONSUMER.MSG.NEXT.LEDGER.e", `nonsense`},
			{"$JS.API.CONSUMER.MSG.NEXT.LEDGER.e", `{"batch":1,"expires":20000000}`},
			{m.Reply(), "+ACK"}, {m.Reply(), "+NXT"},
		} {
			if err := eve.PublishRequest(request.subject, reply, []byte(request.body)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := eve.Flush(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(100 * time.Millisecond)
	after, err := h.all.Get(t.Context(), "a")
	if err != nil || after != before {
		t.Errorf("another's consumer was %+v, and is %+v, %v", before, after, err)
	}
	expectFeed(t, h.f, 1, 80)
	if last, err := h.f.Last(t.Context()); err != nil || last != 80 {
		t.Errorf("the feed ends with %d, %v", last, err)
	}
}

func drain(b js.MessageBatch) (all []js.Msg) {
	for m := range b.Messages() {
		all = append(all, m)
	}
	return all
}

// Nobody hears what is sent to another's inbox, whatever they subscribe to.
func TestGuestsInboxesAreTheirOwn(t *testing.T) {
	h := newHouse(t)
	h.make("a", "ann", "ledger.acme.>")
	h.make("e", "eve", "ledger.acme.account.fabrikam.>")
	h.make("n", "bob", "ledger.acme.account.nobody.>")
	eve := h.enter("eve")
	heard, err := eve.SubscribeSync("_INBOX.>")
	if err != nil || eve.Flush() != nil {
		t.Fatal(err)
	}
	if got := receiveSome(t, h.consumer(h.enter("ann"), "a"), 80); len(got) != 80 {
		t.Fatalf("%v", got)
	}
	if m, err := heard.NextMsg(50 * time.Millisecond); err == nil {
		t.Errorf("another's message is heard: %s", m.Subject)
	}
	if got := receiveSome(t, h.consumer(eve, "e"), 3); len(got) != 3 {
		t.Fatalf("%v", got)
	}
	if _, err := heard.NextMsg(time.Second); err != nil {
		t.Errorf("her own messages are not heard: %v", err)
	}
}

// The same holder with credentials for another partner does not get what was
// made for the first.
func TestGuestsWhoAreSomebodyElsesNow(t *testing.T) {
	h := newHouse(t)
	h.make("b", "bob", "ledger.acme.>")
	old := h.enter("bob")
	h.consumer(old, "b")
	moved := h.enter("bob@zeta")
	if a, err := moved.Request("$JS.API.CONSUMER.MSG.NEXT.LEDGER.b", []byte("1"), 100*time.Millisecond); err == nil {
		t.Errorf("%s %s", a.Subject, a.Data)
	}
	if got := receiveSome(t, h.consumer(old, "b"), 3); len(got) != 3 {
		t.Error(got)
	}
}
