package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/cmd/internal/certs/selfsigned"
	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

// enters connects over NATS with a token, as anybody's client would.
func (g *guarded) enters(token string, more ...nats.Option) *nats.Conn {
	g.Helper()
	quiet := nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {})
	nc, err := nats.Connect("nats://"+g.process.NATS, append(more, nats.Token(token), quiet, nats.PermissionErrOnSubscribe(true))...)
	if err != nil {
		g.Fatal(err)
	}
	g.Cleanup(nc.Close)
	return nc
}

// consumes makes a consumer over HTTP.
func (g *guarded) consumes(token string, in body) *ledger.Answer {
	g.Helper()
	return accepted(g, g.as(token).Send("POST", "/v1/consumers", in), "consumer", in)
}

// pulls takes up to n events through a consumer and acknowledges them.
func (g *guarded) pulls(nc *nats.Conn, name string, n int) (subjects []string, last uint64) {
	g.Helper()
	js, err := jetstream.New(nc)
	if err != nil {
		g.Fatal(err)
	}
	c, err := js.Consumer(g.Context(), "LEDGER", name)
	if err != nil {
		g.Fatal(err)
	}
	batch, err := c.Fetch(n, jetstream.FetchMaxWait(2*time.Second))
	if err != nil {
		g.Fatal(err)
	}
	for m := range batch.Messages() {
		if err := m.DoubleAck(g.Context()); err != nil {
			g.Fatal(err)
		}
		subjects, last = append(subjects, m.Subject()), sequence(m)
		if strings.Contains(string(m.Data()), "Secret") || strings.Contains(string(m.Data()), "@") {
			g.Errorf("%s tells of a person: %s", m.Subject(), m.Data())
		}
	}
	return subjects, last
}

// downstream is a ledger with the story, events of two partners, and tokens.
type downstream struct {
	*guarded
	acme, acmeID, acme2, zeta, local, partner, operator string
}

func newDownstream(t *testing.T, flags ...string) *downstream {
	t.Helper()
	d := &downstream{guarded: startGuarded(t, filepath.Join(t.TempDir(), "data"), flags...)}
	d.story()
	d.acme, d.acmeID = d.makes("--role", "consumer", "--partner", "acme")
	d.acme2, _ = d.makes("--role", "consumer", "--partner", "acme")
	d.zeta, _ = d.makes("--role", "consumer", "--partner", "zeta")
	d.partner, _ = d.makes("--role", "partner", "--partner", "acme")
	d.local, _ = d.makes("--role", "account_admin", "--account", "contoso")
	d.operator, _ = d.makes("--role", "operator")
	return d
}

func (d *downstream) history(query string) (subjects []string) {
	d.Helper()
	for _, e := range d.status(d.as(d.token), "/v1/events?order=asc&limit=1000&"+query, 200).Items() {
		subjects = append(subjects, fmt.Sprintf("ledger.%s.%s.%s.%s", e["partner_id"], e["aggregate"], e["aggregate_id"], e["type"]))
	}
	return subjects
}

// Each consumer gets what its token may see, and its filter selects; all of it.
func TestConsumersOfPartners(t *testing.T) {
	t.Parallel()
	d := newDownstream(t)
	for _, c := range []struct {
		token, name, filter string
		from                int
		want                []string
	}{
		{d.acme, "erp", "", 0, d.history("partner_id=acme")},
		{d.acme, "users", "ledger.acme.account.contoso.UserAdded", 0, d.history("partner_id=acme&type=UserAdded")},
		{d.acme2, "late", "", 4, d.history("partner_id=acme&from=4")},
		{d.zeta, "z", "ledger.zeta.>", 0, d.history("partner_id=zeta")},
		{d.local, "local", "", 0, d.history("account_id=contoso")},
		{d.partner, "partner", "ledger.acme.account.*.UserAdded", 0, d.history("partner_id=acme&type=UserAdded")},
		{d.token, "all", "", 0, d.history("")},
	} {
		in := body{"name": c.name}
		if c.filter != "" {
			in["filter"] = c.filter
		}
		if c.from > 0 {
			in["from"] = c.from
		}
		made := d.consumes(c.token, in)
		if made.View["name"] != c.name || made.View["stream"] != "LEDGER" || made.View["filter"] == "" {
			t.Errorf("%s", made.Body)
		}
		if again := d.as(c.token).Send("POST", "/v1/consumers", in); again.Status != 200 || again.View["created_at"] != made.View["created_at"] {
			t.Errorf("made again: %s", shown(again))
		}
		got, _ := d.pulls(d.enters(c.token), c.name, len(c.want)+1)
		if len(c.want) == 0 || !slices.Equal(got, c.want) {
			t.Errorf("%s gets %v, want %v", c.name, got, c.want)
		}
	}
	d.consumersOverHTTP()
}

// consumersOverHTTP: what is another's is not there, and bad requests are
// refused, each with its status.
func (d *downstream) consumersOverHTTP() {
	d.Helper()
	names := func(token, query string) (all []string) {
		for _, k := range d.status(d.as(token), "/v1/consumers"+query, 200).Items() {
			all = append(all, k["name"].(string))
		}
		return all
	}
	for _, c := range []struct{ token, want string }{
		{d.acme, "[erp users]"}, {d.acme2, "[late]"}, {d.zeta, "[z]"}, {d.local, "[local]"},
		{d.partner, "[erp late partner users]"}, {d.token, "[all erp late local partner users z]"}, {d.operator, "[all erp late local partner users z]"},
	} {
		if got := fmt.Sprint(names(c.token, "")); got != c.want {
			d.Errorf("listed %s, want %s", got, c.want)
		}
	}
	page := d.status(d.as(d.partner), "/v1/consumers?limit=3", 200)
	if rest := names(d.partner, "?cursor="+page.View["next_cursor"].(string)); len(page.Items()) != 3 || fmt.Sprint(rest) != "[users]" {
		d.Errorf("%s, then %v", page.Body, rest)
	}
	for _, c := range []struct {
		token, method, name string
		in                  any
		status              int
		code                string
	}{
		{"", "POST", "", body{"name": "x"}, 401, "unauthenticated"},
		{d.operator, "POST", "", body{"name": "x"}, 403, "forbidden"},
		{d.operator, "DELETE", "erp", nil, 403, "forbidden"},
		{d.acme, "POST", "", []byte("{"), 400, "invalid_request"},
		{d.acme, "POST", "", body{"name": "x", "deliver_subject": "journal.1"}, 400, "invalid_request"},
		{d.acme, "POST", "", body{"name": "x", "from": -1}, 400, "invalid_request"},
		{d.acme, "POST", "", body{"name": "x", "from": 1.5}, 400, "invalid_request"},
		{d.acme, "POST", "", body{}, 422, "invalid_field"},
		{d.acme, "POST", "", body{"name": "a.b"}, 422, "invalid_field"},
		{d.acme, "POST", "", body{"name": "../../x"}, 422, "invalid_field"},
		{d.acme, "POST", "", body{"name": "x", "filter": "ledger.>"}, 422, "invalid_field"},
		{d.acme, "POST", "", body{"name": "x", "filter": "journal.>"}, 422, "invalid_field"},
		{d.acme, "POST", "", body{"name": "x", "from": 1 << 40}, 422, "invalid_field"},
		{d.acme, "POST", "", body{"name": "x", "filter": "ledger.zeta.>"}, 404, "not_found"},
		{d.acme, "POST", "", body{"name": "erp", "from": 2}, 409, "already_exists"},
		{d.acme2, "POST", "", body{"name": "erp"}, 409, "already_exists"},
		{d.zeta, "GET", "erp", nil, 404, "not_found"},
		{d.acme2, "GET", "erp", nil, 404, "not_found"},
		{d.acme2, "DELETE", "erp", nil, 404, "not_found"},
		{d.zeta, "DELETE", "erp", nil, 404, "not_found"},
		{d.local, "DELETE", "erp", nil, 404, "not_found"},
		{d.acme, "DELETE", "none", nil, 404, "not_found"},
		{d.acme, "GET", "a b", nil, 404, "not_found"},
	} {
		path := "/v1/consumers"
		if c.name != "" {
			path += "/" + strings.ReplaceAll(c.name, " ", "%20")
		}
		who := d.as(c.token)
		if c.token == "" {
			who = ledger.Client{Base: d.base}
		}
		if wrong := refusal(who.Send(c.method, path, c.in), c.status, c.code); wrong != "" {
			d.Errorf("%s %s %v: %s", c.method, path, c.in, wrong)
		}
	}
	if a := d.status(d.as(d.acme), "/v1/consumers/erp", 200); a.View["progress"].(map[string]any)["pending"] != 0.0 {
		d.Errorf("%s", a.Body)
	}
	if a := d.as(d.partner).Send("DELETE", "/v1/consumers/late", nil); a.Status != 204 {
		d.Errorf("a partner removes a consumer of its own: %s", shown(a))
	}
}

// forbiddenSubjects are what a consumer's token may not ask for over NATS, and
// what may not come of it. {{e}} is its own consumer, {{a}} another's.
var forbiddenSubjects = []struct{ subject, body string }{
	{"ledger.acme.account.contoso.UserRemoved", `{}`}, {"journal.1", "x"}, {"checkpoints", "x"},
	{"$JS.API.INFO", ""}, {"$JS.API.STREAM.NAMES", ""}, {"$JS.API.STREAM.LIST", ""},
	{"$JS.API.STREAM.INFO.LEDGER", ""}, {"$JS.API.STREAM.INFO.LEDGER_JOURNAL", ""},
	{"$JS.API.STREAM.MSG.GET.LEDGER", `{"seq":1}`}, {"$JS.API.STREAM.MSG.GET.LEDGER_JOURNAL", `{"seq":1}`},
	{"$JS.API.DIRECT.GET.LEDGER", `{"seq":1}`}, {"$JS.API.DIRECT.GET.LEDGER_JOURNAL", `{"seq":1}`},
	{"$JS.API.STREAM.CREATE.MINE", `{"name":"MINE","subjects":["mine.>"]}`},
	{"$JS.API.STREAM.CREATE.MIRROR", `{"name":"MIRROR","mirror":{"name":"LEDGER_JOURNAL","external":{"api":"$JS.API","deliver":"_INBOX.x"}}}`},
	{"$JS.API.STREAM.UPDATE.LEDGER", `{"name":"LEDGER","subjects":["other.>"]}`},
	{"$JS.API.STREAM.DELETE.LEDGER", ""}, {"$JS.API.STREAM.PURGE.LEDGER", "{}"}, {"$JS.API.STREAM.MSG.DELETE.LEDGER", `{"seq":1}`},
	{"$JS.API.CONSUMER.NAMES.LEDGER", ""}, {"$JS.API.CONSUMER.LIST.LEDGER", ""},
	{"$JS.API.CONSUMER.CREATE.LEDGER", `{"stream_name":"LEDGER","config":{"ack_policy":"none"}}`},
	{"$JS.API.CONSUMER.CREATE.LEDGER.x", `{"stream_name":"LEDGER","config":{"name":"x","deliver_subject":"journal.1","ack_policy":"none"}}`},
	{"$JS.API.CONSUMER.DURABLE.CREATE.LEDGER.x", `{"stream_name":"LEDGER","config":{"durable_name":"x","deliver_subject":"journal.1","ack_policy":"none"}}`},
	{"$JS.API.CONSUMER.CREATE.LEDGER.e.ledger.>", `{"stream_name":"LEDGER","config":{"durable_name":"e","filter_subject":"ledger.>","ack_policy":"explicit"}}`},
	{"$JS.API.CONSUMER.DELETE.LEDGER.e", ""}, {"$JS.API.CONSUMER.DELETE.LEDGER.a", ""}, {"$JS.API.CONSUMER.RESET.LEDGER.e", `{"seq":1}`},
	{"$JS.API.CONSUMER.INFO.LEDGER.a", ""}, {"$JS.API.CONSUMER.MSG.NEXT.LEDGER.a", "1"}, {"$JS.ACK.LEDGER.a.1.1.1.1.1", "+NXT"},
	{"$SYS.REQ.SERVER.PING", ""}, {"$SYS.REQ.ACCOUNT.PING.CONNZ", ""}, {"$SYS.REQ.USER.INFO", ""}, {"$SYS.REQ.CLAIMS.UPDATE", "{}"},
	{"_INBOX.of.somebody", "x"},
}

// The known trick, too: nothing that a token asks for makes the server write
// into the feed or the journal.
func TestConsumersMayDoNothingElse(t *testing.T) {
	t.Parallel()
	d := newDownstream(t)
	if nc, err := nats.Connect("nats://" + d.process.NATS); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("without a token: %v, %v", nc, err)
	}
	if nc, err := nats.Connect("nats://"+d.process.NATS, nats.Token("seatledger_bad")); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("with a bad token: %v, %v", nc, err)
	}
	d.consumes(d.acme, body{"name": "a"})
	d.consumes(d.zeta, body{"name": "e"})
	before := d.status(d.as(d.acme), "/v1/consumers/a", 200)
	end := len(d.history(""))
	nc := d.enters(d.zeta)
	for _, f := range forbiddenSubjects {
		if a, err := nc.Request(f.subject, []byte(f.body), 30*time.Millisecond); err == nil {
			t.Errorf("%s is answered: %s", f.subject, a.Data)
		}
	}
	for _, subject := range []string{">", "ledger.>", "journal.>", "$JS.>", "$JS.API.>", "$JS.ACK.>", "$SYS.>", "$SRV.>", "_R_.>"} {
		sub, err := nc.SubscribeSync(subject)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := sub.NextMsg(time.Second); !errors.Is(err, nats.ErrPermissionViolation) {
			t.Errorf("%s: %v", subject, err)
		}
	}
	for _, reply := range []string{"ledger.acme.account.contoso.UserRemoved", "journal.1", "$JS.API.STREAM.PURGE.LEDGER", "$JS.API.CONSUMER.MSG.NEXT.LEDGER.a"} {
		for _, body := range []string{"10", `{"batch":10,"no_wait":true}`, "x"} {
			if err := nc.PublishRequest("$JS.API.CONSUMER.MSG.NEXT.LEDGER.e", reply, []byte(body)); err != nil {
				t.Fatal(err)
			}
		}
	}
	nc.Flush()
	accepted(d, d.as(d.token).Do("RegisterPartner", body{"partner_id": "late", "name": "Late"}), "RegisterPartner", nil)
	d.eventually(10*time.Second, "the feed goes on", func() bool { return len(d.history("")) > end })
	if after := d.status(d.as(d.acme), "/v1/consumers/a", 200); fmt.Sprint(after.View) != fmt.Sprint(before.View) {
		t.Errorf("another's consumer was %s, and is %s", before.Body, after.Body)
	}
	if out, complaint, status := d.run("replay", "verify"); status != 0 {
		t.Errorf("the log is not what it was: %s %s", out, complaint)
	}
	if list := d.status(d.as(d.token), "/v1/consumers", 200).Items(); len(list) != 2 {
		t.Errorf("%v", list)
	}
	if got, _ := d.pulls(d.enters(d.acme), "a", 1000); !slices.Equal(got, d.history("partner_id=acme")) {
		t.Errorf("the other gets %v", got)
	}
}

func (g *guarded) eventually(within time.Duration, what string, so func() bool) {
	g.Helper()
	(&bed{TB: g.T}).eventually(within, what, so)
}

// A consumer goes on where it was: after a stop, a crash, and a feed that was
// made again. One that was removed does not come back.
func TestConsumersResume(t *testing.T) {
	t.Parallel()
	d := newDownstream(t)
	want := d.history("partner_id=acme")
	d.consumes(d.acme, body{"name": "erp"})
	d.consumes(d.acme, body{"name": "gone"})
	got, last := d.pulls(d.enters(d.acme), "erp", 2)
	for what, disturb := range map[string]func(){
		"a stop":  func() { _, _ = d.process.Stop() },
		"a crash": func() { time.Sleep(1500 * time.Millisecond); d.process.Kill() }, // places are remembered every second
		"a feed made again": func() {
			_, _ = d.process.Stop()
			if err := os.RemoveAll(filepath.Join(d.dir, "nats", "jetstream", "LEDGER_FEED")); err != nil {
				t.Fatal(err)
			}
		},
	} {
		disturb()
		again := startGuarded(t, d.dir)
		d.process, d.base = again.process, again.base
		more, at := d.pulls(d.enters(d.acme), "erp", 1)
		if len(more) != 1 || at <= last {
			t.Errorf("after %s: %v at %d, behind %d", what, more, at, last)
		}
		got, last = append(got, more...), at
	}
	if !slices.Equal(got, want[:5]) {
		t.Errorf("%v, want %v", got, want[:5])
	}
	if a := d.as(d.acme).Send("DELETE", "/v1/consumers/gone", nil); a.Status != 204 {
		t.Fatal(shown(a))
	}
	d.process.Kill() // at once
	again := startGuarded(t, d.dir)
	d.process, d.base = again.process, again.base
	d.status(d.as(d.acme), "/v1/consumers/gone", 404)
	d.status(d.as(d.acme), "/v1/consumers/erp", 200)
}

// Who loses the token loses the connection; with TLS nobody reads along.
func TestConsumersTokensEnd(t *testing.T) {
	t.Parallel()
	g := startGuarded(t, filepath.Join(t.TempDir(), "data"))
	g.story()
	token, id := g.makes("--role", "consumer", "--partner", "acme")
	brief, _ := g.makes("--role", "consumer", "--partner", "acme", "--expires", "3s")
	kept, _ := g.makes("--role", "consumer", "--partner", "acme")
	long, short := g.enters(token), g.enters(brief, nats.MaxReconnects(2), nats.ReconnectWait(10*time.Millisecond))
	g.eventually(20*time.Second, "a token that expires ends its connection", short.IsClosed)
	if !long.IsConnected() {
		t.Error("another's connection is ended, too")
	}
	if _, complaint, status := g.run("token", "revoke", id); status != 0 {
		t.Fatal(complaint)
	}
	g.eventually(10*time.Second, "a revoked token ends its connection", func() bool { return !long.IsConnected() })
	if _, err := nats.Connect("nats://"+g.process.NATS, nats.Token(token)); !errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("a revoked token: %v", err)
	}
	g.inherits(kept)
	if code, err := g.process.Stop(); code != 0 || err != nil {
		t.Fatal(code, err)
	}
	cert, key := selfsigned.Write(t, filepath.Join(t.TempDir(), "nats"), "nats")
	again := startGuarded(t, g.dir, "--tls-cert", cert, "--tls-key", key)
	if _, err := nats.Connect("nats://"+again.process.NATS, nats.Token(kept)); err == nil || errors.Is(err, nats.ErrAuthorization) {
		t.Errorf("a token goes over the network in the clear: %v", err)
	}
	if nc := again.enters(kept, nats.RootCAs(cert)); !nc.TLSRequired() {
		t.Error("no TLS")
	}
	if log := g.process.Log() + again.process.Log(); strings.Contains(log, token) || strings.Contains(log, brief) || strings.Contains(log, kept) {
		t.Error("the log has a token")
	}
}

// inherits: a consumer whose token was revoked goes on where it was for another
// token of the same partner, and for nobody else.
func (g *guarded) inherits(heir string) {
	g.Helper()
	first, id := g.makes("--role", "consumer", "--partner", "acme")
	zeta, _ := g.makes("--role", "consumer", "--partner", "zeta")
	g.consumes(first, body{"name": "erp"})
	_, last := g.pulls(g.enters(first), "erp", 2)
	refused := func(token string, in body) {
		g.Helper()
		if wrong := refusal(g.as(token).Send("POST", "/v1/consumers", in), 409, "already_exists"); wrong != "" {
			g.Error(wrong)
		}
	}
	refused(heir, body{"name": "erp"})
	if _, complaint, status := g.run("token", "revoke", id); status != 0 {
		g.Fatal(complaint)
	}
	refused(zeta, body{"name": "erp"})
	refused(heir, body{"name": "erp", "filter": "ledger.acme.account.>"})
	g.consumes(heir, body{"name": "erp"})
	if got, at := g.pulls(g.enters(heir), "erp", 1); len(got) != 1 || at <= last {
		g.Errorf("the heir gets %v at %d, behind %d", got, at, last)
	}
}

// In --dev nobody needs a token, and the ledger makes consumers all the same.
func TestConsumersInDev(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.twoPartners()
	in := body{"name": "erp"}
	accepted(t, b.As("consumer", "p").Send("POST", "/v1/consumers", in), "consumer", in)
	_, js := b.nats()
	c, err := js.Consumer(t.Context(), "LEDGER", "erp")
	if err != nil {
		t.Fatal(err)
	}
	m, err := c.Next()
	if err != nil || !strings.HasPrefix(m.Subject(), "ledger.p.") || m.DoubleAck(t.Context()) != nil {
		t.Fatal(err)
	}
	if wrong := refusal(b.As("consumer", "p2").Send("DELETE", "/v1/consumers/erp", nil), 404, "not_found"); wrong != "" {
		t.Error(wrong)
	}
	if a := b.As("consumer", "p").Send("DELETE", "/v1/consumers/erp", nil); a.Status != 204 {
		t.Error(shown(a))
	}
}
