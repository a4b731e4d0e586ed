package e2e

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// abuse limits of what a ledger may come to under abuse.
const (
	abuseRSSBytes = 700 << 20
	abuseLogBytes = 256 << 10
)

// raw writes bytes to the ledger and reads the statuses of what comes back
// until it closes the connection, or says nothing more for a moment.
func (g *guarded) raw(text string) (statuses []int, body string) {
	g.Helper()
	c, err := net.Dial("tcp", g.process.HTTP)
	if err != nil {
		g.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(5 * time.Second))
	io.WriteString(c, text)
	c.(*net.TCPConn).CloseWrite()
	r := bufio.NewReader(c)
	for {
		resp, err := http.ReadResponse(r, nil)
		if err != nil {
			return statuses, body
		}
		b, _ := io.ReadAll(resp.Body)
		statuses, body = append(statuses, resp.StatusCode), body+string(b)
	}
}

// end is the log's end as the admin sees it.
func (g *guarded) end() uint64 {
	g.Helper()
	return accepted(g, g.as(g.token).Do("RegisterPartner", body{"name": "Nobody"}, "dry_run", "true"), "RegisterPartner", nil).Position
}

// TestAbuse sends what nobody should send, to the real binary with a good
// token and without: nothing is recorded, nothing breaks, nothing is told, and
// nothing grows.
func TestAbuse(t *testing.T) {
	t.Parallel()
	g := startGuarded(t, filepath.Join(t.TempDir(), "data"), "--public", "log")
	g.story()
	before := g.end()
	g.smuggling()
	g.pathTricks()
	g.bodies()
	g.bombs()
	g.forgeries()
	g.manyBodies()
	g.strangersOverNATS()
	if after := g.end(); after != before {
		t.Errorf("abuse was recorded: position %d, then %d", before, after)
	}
	g.keysOfOthers()
	if rss := g.rss(); rss > abuseRSSBytes {
		t.Errorf("the process has %d MiB", rss>>20)
	}
	g.quiet()
}

// smuggling wants every message that two readers could take differently
// refused, and nothing done of what is hidden in it.
func (g *guarded) smuggling() {
	g.Helper()
	const order = `{"partner_id":"acme","lines":[{"product":"miteam_meetings","quantity":1}]}`
	head := "POST /v1/commands/PlaceOrder HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + g.token + "\r\n"
	hidden := head + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(order), order)
	for what, text := range map[string]string{
		"two lengths":               head + fmt.Sprintf("Content-Length: 2\r\nContent-Length: %d\r\n\r\n{}%s", len(order), order),
		"a list of lengths":         head + "Content-Length: 2, 3\r\n\r\n{}",
		"a signed length":           head + "Content-Length: +2\r\n\r\n{}",
		"a negative length":         head + "Content-Length: -1\r\n\r\n{}",
		"a hexadecimal length":      head + "Content-Length: 0x2\r\n\r\n{}",
		"a length of 2^64":          head + "Content-Length: 18446744073709551618\r\n\r\n{}",
		"an unknown encoding":       head + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
		"two encodings":             head + "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
		"an encoding with a tab":    head + "Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
		"space before the colon":    head + "Content-Length : 2\r\n\r\n{}",
		"a folded header":           head + "X: a\r\n Content-Length: 2\r\n\r\n{}",
		"a bare CR":                 head + "X: a\rContent-Length: 2\r\n\r\n{}",
		"NUL in a header":           head + "X: a\x00b\r\nContent-Length: 2\r\n\r\n{}",
		"a chunk of no size":        head + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
		"a chunk of 2^64":           head + "Transfer-Encoding: chunked\r\n\r\n10000000000000002\r\n{}\r\n0\r\n\r\n",
		"chunks with bare LF":       head + "Transfer-Encoding: chunked\r\n\r\n2\n{}\n0\n\n",
		"two tokens":                head + "Authorization: Bearer x\r\n" + fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(order), order),
		"no host":                   "GET /v1/accounts HTTP/1.1\r\nAuthorization: Bearer " + g.token + "\r\n\r\n",
		"two hosts":                 "GET /v1/accounts HTTP/1.1\r\nHost: a\r\nHost: b\r\nAuthorization: Bearer " + g.token + "\r\n\r\n",
		"no version":                "GET /v1/accounts\r\n\r\n",
		"a version of its own":      "GET /v1/accounts HTTP/9.9\r\nHost: a\r\n\r\n",
		"a header of 100 KB":        head + "X: " + strings.Repeat("a", 100<<10) + "\r\n\r\n",
		"a path of 100 KB":          "GET /" + strings.Repeat("a", 100<<10) + " HTTP/1.1\r\nHost: a\r\n\r\n",
		"20,000 headers":            head + strings.Repeat("X: a\r\n", 20_000) + "\r\n",
		"a body without its length": head + "\r\n" + order,
	} {
		statuses, told := g.raw(text)
		if len(statuses) > 0 && statuses[0] < 400 || strings.Contains(told, "command_id") || strings.Contains(told, "contoso") {
			g.Errorf("%s: %v %s", what, statuses, told)
		}
	}
	// Where both are given, the chunks count, and what follows them is a
	// request of its own, with its own token or none.
	statuses, _ := g.raw(head + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n" +
		"GET /v1/accounts HTTP/1.1\r\nHost: a\r\n\r\n")
	if len(statuses) > 0 && statuses[0] < 400 || len(statuses) > 1 && statuses[1] != 401 {
		g.Errorf("both lengths: %v", statuses)
	}
	_ = hidden
}

// pathTricks asks for what is not the caller's, under other names.
func (g *guarded) pathTricks() {
	g.Helper()
	zeta := g.partnerToken("zeta")
	for _, path := range []string{
		"/v1/accounts/contoso/", "/v1/accounts/contoso%2f", "/v1/accounts/%63ontoso", "/v1/accounts/zeta/../contoso", "/v1/accounts/zeta/%2e%2e/contoso",
		"/v1/accounts/zeta%2f..%2fcontoso", "/v1/accounts/zeta/..%5ccontoso", "//v1/accounts/contoso", "/v1//accounts/contoso", "/v1/./accounts/contoso",
		"/V1/accounts/contoso", "/v1/accounts/CONTOSO", "/v1/accounts/contoso%00", "/v1/accounts/contoso;a=b", "/v1/accounts/contoso%20", "/v1/accounts/*",
		"/v1/accounts/%ff", "/v1/accounts/contoso?account_id=zeta", "/v1/accounts/zeta?account_id=contoso", "/v1/accounts/..%2f..%2flog%2fkey",
		"/log/../v1/accounts/contoso", "/log/%2e%2e/v1/accounts", "/log/tile/../../v1/accounts", "/log/tile//entries/000.p/1", "/log/tile/entries%2f000.p/1",
		"/log/tile/entries%2f000.p%2f1", "/log//tile/entries/000.p/1", "/log/tile/./entries/000.p/1", "/log/tile/8/data/000.p/1", "/log/tile/data/000.p/1",
		"/log/tile/0/../entries/000.p/1", "/log/tile/0/%2e%2e/entries/000.p/1", "/log/tile/-1/000.p/1", "/healthz/../v1/accounts", "/healthz%2f..%2fv1%2faccounts", "/healthz/",
		"http://" + g.process.HTTP + "/v1/accounts/contoso",
	} {
		for who, token := range map[string]string{"a stranger": "", "another partner": "Authorization: Bearer " + zeta + "\r\n"} {
			for _, verb := range []string{"GET", "HEAD", "CONNECT", "OPTIONS", "TRACE"} {
				statuses, told := g.raw(verb + " " + path + " HTTP/1.1\r\nHost: localhost\r\n" + token + "Connection: close\r\n\r\n")
				if len(statuses) == 0 || statuses[0] == 200 || statuses[0] >= 500 && statuses[0] != 501 || strings.Contains(told, "Contoso") || strings.Contains(told, "secret") {
					g.Errorf("%s %s by %s: %v %s", verb, path, who, statuses, told)
				}
			}
		}
	}
}

// partnerToken makes a token of a partner.
func (g *guarded) partnerToken(partner string) string {
	g.Helper()
	made := g.as(g.token).Send("POST", "/v1/tokens", []byte(`{"role":"partner","partner_id":"`+partner+`"}`))
	secret, _ := made.View["token"].(string)
	if secret == "" {
		g.Fatalf("%s", shown(made))
	}
	g.secrets = append(g.secrets, secret)
	return secret
}

// bodies wants bodies that mean two things, or too much, refused at once and
// in few words.
func (g *guarded) bodies() {
	g.Helper()
	c := g.as(g.token)
	deep := strings.Repeat(`{"a":`, 100_000)
	long := strings.Repeat("x", 900_000)
	for what, text := range map[string]string{
		"a field twice":          `{"name":"A","name":"B"}`,
		"a field twice, escaped": `{"name":"A","n\u0061me":"B"}`,
		"another case":           `{"Name":"A","NAME":"B"}`,
		"deep objects":           deep, "deep lists": strings.Repeat("[", 500_000), "a deep field": `{"name":` + strings.Repeat("[", 400_000) + strings.Repeat("]", 400_000) + `}`,
		"deep and whole": `{"partner_id":` + deep + "1" + strings.Repeat("}", 100_000) + `}`,
		"a huge number":  `{"name":1e999999}`, "many digits": `{"name":` + strings.Repeat("9", 900_000) + `}`,
		"a long unknown field": `{"` + long + `":1}`, "a long value": `{"name":"` + long + `"}`,
		"invalid UTF-8": "{\"name\":\"\xc3\x28\"}", "overlong UTF-8": "{\"name\":\"\xc0\xaf\"}", "half a pair": `{"name":"\ud800"}`,
		"NUL": "{\"name\":\"a\x00b\"}", "NUL, escaped": `{"name":"a\u0000b"}`, "NUL in a field": `{"na\u0000me":"a"}`,
		"a line break": `{"name":"a\r\nNats-Rollup: all"}`, "a bell": `{"name":"a\u0007"}`, "C1": `{"name":"a\u0085b"}`,
		"a byte order mark": "\ufeff{}", "comments": `{/**/"name":"A"}`, "single quotes": `{'name':'A'}`, "NaN": `{"name":NaN}`, "two values": `{"name":"A"}{"name":"B"}`,
		"an id with a subject":  `{"name":"A","partner_id":"a.>"}`,
		"an id with a header":   `{"name":"A","partner_id":"a\r\nNats-Msg-Id: 1"}`,
		"an id of another kind": `{"name":"A","partner_id":["a"]}`, "a prototype": `{"__proto__":{"admin":true},"name":"A"}`,
		"more domains than may be": `{"name":"A","email_domains":[` + strings.TrimSuffix(strings.Repeat(`"a.example",`, 50_000), ",") + `]}`,
	} {
		begin := time.Now()
		a := c.Do("RegisterPartner", []byte(text))
		if a.Err != nil || a.Status < 400 || a.Status >= 500 || len(a.Body) > 64<<10 || time.Since(begin) > 20*time.Second {
			g.Errorf("%s: after %s, %d bytes: %s", what, time.Since(begin), len(a.Body), shown(a))
		}
	}
	for _, list := range []struct{ command, head, item string }{
		{"PlaceOrder", `{"partner_id":"acme","lines":[`, `{"product":"miteam_meetings","quantity":1}`},
		{"PlaceOrder", `{"partner_id":"acme","lines":[`, `{"product":"x","quantity":1e99}`},
		{"CreateAccount", `{"partner_id":"acme","support_contacts":[`, `{"email":"a@a.example"}`},
		{"SetWholesalePackages", `{"account_id":"contoso","packages":[`, `{"package":"webex_suite"}`},
		{"AddWholesaleUsers", `{"account_id":"contoso","users":[`, `{"email":"a@a.example","package":"webex_suite","location_id":"x"}`},
		{"ReceiveSubscription", `{"services":[`, `{"service":"meetings","quantity":1}`},
		{"SetUpMeetings", `{"subscription_id":"s","sites":[`, `{"site_url":"a","time_zone":"UTC"}`},
	} {
		text := list.head + strings.TrimSuffix(strings.Repeat(list.item+",", 1_000_000/(len(list.item)+1)), ",") + "]}"
		begin := time.Now()
		if a := c.Do(list.command, []byte(text)); a.Err != nil || a.Status != 400 && a.Status != 422 || len(a.Body) > 64<<10 || time.Since(begin) > 20*time.Second {
			g.Errorf("a long list in %s: after %s, %d bytes, %s", list.command, time.Since(begin), len(a.Body), shown(a))
		}
	}
}

// bombs wants compressed bodies taken for what they are: no JSON.
func (g *guarded) bombs() {
	g.Helper()
	var bomb bytes.Buffer
	w := gzip.NewWriter(&bomb)
	for range 900 {
		w.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
	w.Close()
	for _, coding := range []string{"gzip", "deflate", "br", "zstd", "gzip, gzip"} {
		if wrong := refusal(g.as(g.token).With("Content-Encoding", coding).Do("RegisterPartner", bomb.Bytes()), 400, "invalid_request"); wrong != "" {
			g.Errorf("%s: %s", coding, wrong)
		}
	}
}

// forgeries tries cursors and ETags that the ledger never gave, or gave to
// somebody else.
func (g *guarded) forgeries() {
	g.Helper()
	admin, acme := g.as(g.token), g.as(g.partnerToken("acme"))
	cursor, _ := admin.Get("/v1/events", "limit", "1").View["next_cursor"].(string)
	if cursor == "" {
		g.Fatal("no cursor")
	}
	for i := range cursor {
		forged := []byte(cursor)
		forged[i] ^= 1
		if a := admin.Get("/v1/events", "cursor", string(forged)); a.Status != 422 {
			g.Errorf("a cursor changed at %d: %s", i, shown(a))
		}
	}
	for _, c := range []string{"AAAA", strings.Repeat("A", 400), "../../x", "\x00", cursor + "A", cursor[:20]} {
		if a := admin.Get("/v1/events", "cursor", c); a.Status != 422 {
			g.Errorf("cursor %q: %s", c, shown(a))
		}
	}
	if a := acme.Get("/v1/events", "cursor", cursor); a.Status != 422 {
		g.Errorf("the admin's cursor by a partner: %s", shown(a))
	}
	if a := admin.Get("/v1/accounts", "cursor", cursor); a.Status != 422 {
		g.Errorf("another list's cursor: %s", shown(a))
	}
	for _, path := range []string{"/v1/imports", "/v1/consumers", "/v1/attempts", "/v1/operations"} {
		for _, c := range []string{cursor, "1", "a", "01J00000000000000000000000"} {
			if a := admin.Get(path, "cursor", c); a.Status != 422 {
				g.Errorf("%s with the cursor %q: %s", path, c, shown(a))
			}
		}
	}
	tag := admin.Get("/v1/accounts/contoso").Header.Get("ETag")
	if a := acme.With("If-None-Match", tag).Get("/v1/accounts/contoso"); a.Status != 200 {
		g.Errorf("the admin's ETag by a partner: %d", a.Status)
	}
	if a := g.as(g.partnerToken("zeta")).With("If-None-Match", "*").Get("/v1/accounts/contoso"); a.Status != 404 {
		g.Errorf("any ETag of what is not there: %d", a.Status)
	}
	if a := admin.With("If-None-Match", strings.Repeat(tag[:10]+`",`, 3000)).Get("/v1/accounts/contoso"); a.Status != 200 {
		g.Errorf("many ETags: %d", a.Status)
	}
}

// manyBodies sends many large bodies at once.
func (g *guarded) manyBodies() {
	g.Helper()
	text := []byte(`{"name":"` + strings.Repeat("x", 1<<20-100) + `"}`)
	each(128, func(int) {
		if a := g.as(g.token).Do("RegisterPartner", text); a.Err != nil || a.Status != 422 && a.Status != 429 && a.Status != 503 {
			g.Errorf("%s", shown(a))
		}
	})
}

// strangersOverNATS are not let in.
func (g *guarded) strangersOverNATS() {
	g.Helper()
	nc, err := nats.Connect("nats://"+g.process.NATS, nats.MaxReconnects(0))
	if err != nil {
		return
	}
	defer nc.Close()
	js, _ := jetstream.New(nc)
	if _, err := js.OrderedConsumer(g.Context(), "LEDGER", jetstream.OrderedConsumerConfig{}); err == nil {
		g.Error("a stranger reads the feed")
	}
}

// keysOfOthers: an idempotency key of another partner's is a key of one's own,
// and no way to its answers.
func (g *guarded) keysOfOthers() {
	g.Helper()
	acme, zeta := g.as(g.partnerToken("acme")).Keyed("the-key"), g.as(g.partnerToken("zeta")).Keyed("the-key")
	in := func(partner string) body {
		return body{"partner_id": partner, "lines": []body{{"product": "miteam_meetings", "quantity": 1}}}
	}
	first := accepted(g, acme.Do("PlaceOrder", in("acme")), "PlaceOrder", nil)
	if wrong := refusal(zeta.Do("PlaceOrder", in("acme")), 404, "not_found"); wrong != "" {
		g.Errorf("another's key and body: %s", wrong)
	}
	second := accepted(g, zeta.Do("PlaceOrder", in("zeta")), "PlaceOrder", nil)
	if second.ID == first.ID || second.Header.Get("Idempotency-Replayed") != "" {
		g.Errorf("another's key: %s", shown(second))
	}
	if again := accepted(g, acme.Do("PlaceOrder", in("acme")), "PlaceOrder", nil); again.ID != first.ID || again.Header.Get("Idempotency-Replayed") != "true" {
		g.Errorf("one's own key: %s", shown(again))
	}
	g.secrets = append(g.secrets, "the-key")
}

// rss is how much memory the process has.
func (g *guarded) rss() int {
	g.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", g.process.ID()))
	m := regexp.MustCompile(`VmRSS:\s+(\d+) kB`).FindSubmatch(text)
	if err != nil || m == nil {
		g.Fatal(err)
	}
	n, _ := strconv.Atoi(string(m[1]))
	g.Logf("%d MiB", n>>10)
	return n << 10
}

// quiet wants a log without errors, secrets or persons, that has not grown
// with what was sent.
func (g *guarded) quiet() {
	g.Helper()
	log := g.process.Log()
	for _, s := range append(g.secrets, "Secret", "level=ERROR", "panic", "goroutine", "xxxxxxxx") {
		if strings.Contains(log, s) {
			g.Errorf("the log has %q", s)
		}
	}
	if found := regexp.MustCompile(`[\w.]+@[\w.]+`).FindString(log); found != "" || len(log) > abuseLogBytes {
		g.Errorf("the log has %q, and %d bytes", found, len(log))
	}
}

// TestHeadersAndFormulas: what clients send comes out of the feed's headers and
// of exports as it is, and does nothing there.
func TestHeadersAndFormulas(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	formulas := []string{"=HYPERLINK(1)", "+1+1", "-1+1", "@SUM(1)", "=cmd|'/c'!A1"}
	for i, f := range formulas {
		for _, h := range []string{"Seatledger-Correlation-Id", "Seatledger-Causation-Id", "Seatledger-Actor"} {
			b.Client = b.Client.With(h, f)
		}
		b.done("AddUser", body{"account_id": "a", "user_id": fmt.Sprintf("-u%d", i), "email": fmt.Sprintf("u%d@a.example", i), "name": f + " Nats-Rollup: all"})
	}
	b.Header = nil
	rows, err := csv.NewReader(bytes.NewReader(b.seen("/v1/replay/export", "format", "csv").Body)).ReadAll()
	if err != nil || len(rows) < len(formulas) {
		t.Fatal(len(rows), err)
	}
	quoted := 0
	for _, row := range rows {
		for _, cell := range row {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r\n") {
				t.Errorf("a spreadsheet computes %q", cell)
			}
			if strings.HasPrefix(cell, "'") {
				quoted++
			}
		}
	}
	if quoted < 3*len(formulas) {
		t.Errorf("%d cells are quoted", quoted)
	}
	end := b.end()
	for _, m := range b.feed(func(m jetstream.Msg) bool { return sequence(m) >= end }) {
		for name, values := range m.Headers() {
			if !strings.HasPrefix(name, "ce-") && name != nats.ExpectedLastSeqHdr || len(values) != 1 || strings.ContainsAny(values[0], "\r\n\x00") {
				t.Errorf("message %d has the header %q: %q", sequence(m), name, values)
			}
		}
	}
}
