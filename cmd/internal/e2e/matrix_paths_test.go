package e2e

import (
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// asks are what paths need besides, in a query or a body.
var asks = map[string]string{
	"GET /v1/subscriptions/{subscription_id}/organization-matches": "?side=customer",
	"GET /v1/usage":    "?account_id={account_id}",
	"POST /v1/tokens":  `{"role":"operator"}`,
	"GET /v1/tokens":   "",
	"GET /v1/attempts": "?account_id={account_id}",
	"GET /v1/events":   "?account_id={account_id}",
	"GET /v1/accounts": "?q={account_id}", "GET /v1/partners": "?q={partner_id}",
	"GET /v1/orders":        "?account_id={account_id}&q={order_id}&partner_id={partner_id}",
	"GET /v1/subscriptions": "?account_id={account_id}", "GET /v1/imports": "?account_id={account_id}",
	"POST /v1/accounts/{account_id}/imports": "?behavior=add_only&dry_run=true",
	"POST /v1/consumers":                     `{"name":"matrix"}`,
}

// others are the paths of which the tests of imports and consumers say what is
// answered to whom.
var others = []string{"POST /v1/accounts/{account_id}/imports", "POST /v1/consumers", "GET /v1/consumers/{name}"}

// fills a path, of whose things.
func (p *peopled) fills(way, whose string) (verb, path string, sent []byte) {
	verb, path, _ = strings.Cut(way, " ")
	more := asks[way]
	if strings.HasPrefix(more, "{") {
		sent, more = []byte(more), ""
	}
	if strings.Contains(path, "/replay/diff/") {
		more = "?from=0"
	}
	for field, end := range ids {
		path, more = strings.ReplaceAll(path, "{"+field+"}", whose+end), strings.ReplaceAll(more, "{"+field+"}", whose+end)
	}
	r := strings.NewReplacer("{name}", "OrderPlaced.v1", "{tile...}", "0/000.p/1", "{token_id}", whose+"t", "{id}", p.jobs[whose], "{position}", p.position(whose))
	if strings.Contains(path, "/entries/") {
		r = strings.NewReplacer("{tile...}", "000.p/1")
	}
	if strings.HasSuffix(path, "/stream") {
		verb = "HEAD"
	}
	return verb, r.Replace(path) + more, sent
}

// position is that of an event of whose, or of none.
func (p *peopled) position(whose string) string {
	if whose == ghost {
		return "999999"
	}
	items := p.as(p.token).Get("/v1/events", "account_id", whose+"a").Items()
	return fmt.Sprint(items[0]["position"])
}

// TestEveryRoleOnEveryPath tries the whole page on the real binary.
func TestEveryRoleOnEveryPath(t *testing.T) {
	t.Parallel()
	p := people(t)
	for _, way := range slices.Sorted(maps.Keys(p.paths)) {
		for i, title := range p.callers {
			p.asked(title, way, p.paths[way][i])
		}
	}
	p.lists()
	p.streams()
	p.exports()
	t.Logf("%d answers", p.tested)
}

// get asks for a path as a column, of whose things.
func (p *peopled) get(title, way, whose string) *answered {
	p.tested++
	verb, path, sent := p.fills(way, whose)
	return &answered{p.tokens[title].Send(verb, path, sent), title, way + " (" + path + ")", nil}
}

// asked wants what a cell of the page says.
func (p *peopled) asked(title, way, cell string) {
	p.Helper()
	a, theirs, none := p.get(title, way, own), p.get(title, way, alien), p.get(title, way, ghost)
	names := strings.Contains(way+asks[way], "_id}") || strings.Contains(way, "{position}") || strings.Contains(way, "{id}")
	everywhere := slices.Contains([]string{"admin", "system", "operator", "auditor"}, title)
	switch cell {
	case "–":
		if wrong := refusal(a.Answer, 403, "forbidden"); wrong != "" && !strings.HasPrefix(way, "HEAD") && !strings.HasSuffix(way, "/stream") {
			p.Errorf("%s: %s", a, wrong)
		}
		if a.Status != 403 || !alike(theirs.Answer, none.Answer) || string(a.Body) != string(none.Body) {
			p.Errorf("%s: %s, %s, %s", a, shown(a.Answer), shown(theirs.Answer), shown(none.Answer))
		}
		return
	case "404":
		if wrong := refusal(a.Answer, 404, "not_found"); wrong != "" {
			p.Errorf("%s: %s", a, wrong)
		}
		return
	}
	// Of all that is asked for, a token that is not there cannot be ended, an
	// import needs a file, and a consumer is the first one's who makes it.
	want := 200
	if way == "POST /v1/keys/rotate" {
		want = 204
	}
	if a.Status != want && !strings.HasPrefix(way, "DELETE") && !slices.Contains(others, way) {
		p.Errorf("%s: %s", a, shown(a.Answer))
	}
	if !names || everywhere {
		return
	}
	if strings.Contains(way, "{position}") { // positions count on, whoever's they are
		theirs.Body = []byte(strings.ReplaceAll(string(theirs.Body), p.position(alien), p.position(ghost)))
	}
	theirs.Body = []byte(strings.ReplaceAll(string(theirs.Body), p.jobs[alien], p.jobs[ghost]))
	if !alike(theirs.Answer, none.Answer) {
		p.Errorf("%s tells that it is there: %s; what is not there: %s", a, shown(theirs.Answer), shown(none.Answer))
	}
	if strings.Contains(way, "_id}") && theirs.Status != 404 && !strings.HasPrefix(way, "GET /v1/attempts") {
		p.Errorf("%s: %s", theirs, shown(theirs.Answer))
	}
}

// bounded are the columns that see a part of the ledger.
var bounded = []string{"partner", "account_admin", "micollab", "auditor of a partner", "consumer"}

// lists walks every list, page by page, with every filter and at every
// position: nothing of others is in it, and no filter or cursor tells of it.
func (p *peopled) lists() {
	p.Helper()
	filters := []string{"", "q=%s", "partner_id=%sp", "account_id=%sa", "order_id=%so", "user_id=%su", "product=%s", "actor=%s", "command_id=%s"}
	end := p.as(p.token).Get("/v1/events", "order", "desc", "limit", "1").Items()[0]["position"].(float64)
	for _, path := range []string{"/v1/accounts", "/v1/orders", "/v1/partners", "/v1/imports", "/v1/subscriptions", "/v1/events", "/v1/accounts/own-a/users", "/v1/accounts/own-a/orders",
		"/v1/accounts/own-a/locations", "/v1/accounts/own-a/pools", "/v1/accounts/own-a/domains", "/v1/subscriptions/own-s/organization-matches?side=customer"} {
		for _, title := range bounded {
			for _, f := range filters {
				join := path + map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")]
				theirs, none := p.sees(title, join+strings.ReplaceAll(f, "%s", alien)), p.sees(title, join+strings.ReplaceAll(f, "%s", ghost))
				if twin(theirs) != none {
					p.Errorf("%s of %s tells of others: %s, %s", path, title, theirs, none)
				}
			}
			for at := 0.0; at <= end; at += 6 {
				p.sees(title, fmt.Sprintf("%s?as_of=%.0f", path, at))
			}
			p.pages(title, path)
		}
	}
}

// sees is what an answer says, which must be nothing of others but what was
// asked.
func (p *peopled) sees(title, path string) string {
	p.Helper()
	p.tested++
	a := p.tokens[title].Get(path)
	if told := strings.ReplaceAll(string(a.Body), alien, "~"); a.Status == 200 && strings.Contains(told, "~") {
		p.Errorf("%s for %s: %s", path, title, a.Body)
	}
	return fmt.Sprint(a.Status, " ", string(a.Body))
}

// pages reads a list one by one; cursors say nothing of what comes between.
func (p *peopled) pages(title, path string) {
	p.Helper()
	cursor := ""
	for range 100 {
		a := p.tokens[title].Get(path, "limit", "1", "cursor", cursor)
		if strings.Contains(string(a.Body), alien) {
			p.Errorf("%s for %s: %s", path, title, a.Body)
		}
		cursor, _ = a.View["next_cursor"].(string)
		if plain, _ := base64.RawURLEncoding.DecodeString(cursor); strings.Contains(string(plain), "-") && strings.Contains(string(plain), "own") {
			p.Errorf("the cursor of %s can be read: %q", path, plain)
		}
		if cursor == "" {
			return
		}
	}
}

// streams reads the whole history live.
func (p *peopled) streams() {
	p.Helper()
	for _, title := range []string{"partner", "account_admin", "auditor of a partner", "consumer"} {
		ctx, cancel := context.WithTimeout(p.Context(), 2*time.Second)
		defer cancel()
		req, _ := http.NewRequestWithContext(ctx, "GET", p.base+"/v1/events/stream?from=1", nil)
		req.Header = p.tokens[title].Header
		resp, err := http.DefaultClient.Do(req)
		if err != nil || resp.StatusCode != 200 {
			p.Fatal(resp, err)
		}
		text, _ := io.ReadAll(resp.Body) // until the deadline
		resp.Body.Close()
		if got := string(text); strings.Contains(got, alien) || !strings.Contains(got, own+"a") {
			p.Errorf("the stream of %s: %s", title, tail(got, 2000))
		}
	}
}

// exports reads the history as files.
func (p *peopled) exports() {
	p.Helper()
	for _, format := range []string{"ndjson", "csv", "parquet"} {
		a := p.tokens["auditor of a partner"].Get("/v1/replay/export", "format", format)
		if a.Status != 200 || strings.Contains(string(a.Body), alien) || !strings.Contains(string(a.Body), own) {
			p.Errorf("the export as %s: %d %s", format, a.Status, tail(string(a.Body), 1000))
		}
	}
	for _, i := range p.tokens["auditor of a partner"].Get("/v1/attempts").Items() {
		if i["partner_id"] != own+"p" {
			p.Errorf("attempts of others: %v", i)
		}
	}
}
