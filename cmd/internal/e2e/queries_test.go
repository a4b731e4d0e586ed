package e2e

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"
)

// Lists are stable while events arrive: every page is of the same moment.
func TestPagesAreStable(t *testing.T) {
	t.Parallel()
	const many = 60
	b := start(t)
	b.founded()
	for i := range many {
		b.done("AddUser", addUser("a", fmt.Sprintf("u%03d", 2*i)))
	}
	page := b.seen("/v1/accounts/a/users", "limit", "7", "min_position", decimal(b.end()))
	var got []string
	for n := 0; ; n++ {
		for _, u := range page.Items() {
			got = append(got, u["user_id"].(string))
		}
		cursor, more := page.View["next_cursor"].(string)
		if !more {
			break
		}
		b.done("AddUser", addUser("a", fmt.Sprintf("u%03d", 2*n+1)))
		b.done("RemoveUser", body{"account_id": "a", "user_id": fmt.Sprintf("u%03d", 2*(many-1-n))})
		page = b.seen("/v1/accounts/a/users", "limit", "7", "cursor", cursor, "min_position", decimal(b.end()))
	}
	var want []string
	for i := range many {
		want = append(want, fmt.Sprintf("u%03d", 2*i))
	}
	slices.Sort(want) // lists are in the order of ids
	if !slices.Equal(got, want) {
		t.Errorf("pages: %v", got)
	}
	for what, a := range map[string][]string{
		"bad cursor": {"cursor", "nonsense"}, "limit 0": {"limit", "0"}, "limit 1001": {"limit", "1001"}, "limit in words": {"limit", "ten"},
	} {
		if r := b.Get("/v1/accounts/a/users", a...); r.Status != 400 && r.Status != 422 {
			t.Errorf("%s: %s", what, shown(r))
		}
	}
}

// The history in pages, both ways, while events arrive.
func TestHistoryPagesAreStable(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	for i := range 20 {
		b.done("AddUser", addUser("a", fmt.Sprint("u", i)))
	}
	end := int(b.end())
	for _, direction := range []string{"asc", "desc"} {
		page := b.seen("/v1/events", "limit", "5", "order", direction, "to", fmt.Sprint(end))
		var got []int
		for {
			for _, e := range page.Items() {
				got = append(got, int(e["position"].(float64)))
			}
			cursor, more := page.View["next_cursor"].(string)
			if !more {
				break
			}
			b.done("ReportProblem", body{"account_id": "a", "summary": "More noise"})
			page = b.seen("/v1/events", "limit", "5", "order", direction, "to", fmt.Sprint(end), "cursor", cursor)
		}
		if direction == "desc" {
			slices.Reverse(got)
		}
		if len(got) != end || got[0] != 1 || !slices.IsSorted(got) {
			t.Errorf("%s: %v", direction, got)
		}
	}
}

func TestConditionalAnswers(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	first := b.seen("/v1/accounts/a")
	tag := first.Header.Get("ETag")
	if tag == "" || first.Header.Get("Cache-Control") != "private, no-cache" || first.Header.Get("Vary") == "" {
		t.Fatalf("headers: %v", first.Header)
	}
	if a := b.With("If-None-Match", tag).Get("/v1/accounts/a"); a.Status != 304 || len(a.Body) != 0 {
		t.Errorf("the same again: %s", shown(a))
	}
	for what, c := range map[string]*bed{
		"another role":     {TB: t, Client: b.As("partner", "p")},
		"another language": {TB: t, Client: b.With("Accept-Language", "it")},
	} {
		if a := c.With("If-None-Match", tag).Get("/v1/accounts/a"); a.Status != 200 {
			t.Errorf("%s: %s", what, shown(a))
		}
	}
	at := b.done("EnableMiCCIntegration", body{"account_id": "a"}).Position
	if a := b.With("If-None-Match", tag).Get("/v1/accounts/a", "min_position", decimal(at)); a.Status != 200 {
		t.Errorf("after a change: %s", shown(a))
	}
}

// Positions and times that there are not yet.
func TestPositionsAhead(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	end := b.end()
	begun := time.Now()
	a := b.Get("/v1/accounts/a", "min_position", decimal(end+1))
	if wrong := refusal(a, 503, "view_behind"); wrong != "" {
		t.Error(wrong)
	}
	if took := time.Since(begun); took < 4*time.Second || took > 10*time.Second {
		t.Errorf("min_position ahead was answered after %s", took)
	}
	for _, asOf := range []string{decimal(end + 1), time.Now().Add(time.Hour).UTC().Format(time.RFC3339), "yesterday", "-1"} {
		if a := b.Get("/v1/accounts/a", "as_of", asOf); a.Status != 422 && (a.Status != 400 || asOf == decimal(end+1)) {
			t.Errorf("as of %s: %s", asOf, shown(a))
		}
	}
	if a := b.Get("/v1/accounts/a", "as_of", "1"); a.Status != 404 {
		t.Errorf("before it was made: %s", shown(a))
	}
	// A reader that waits gets what it waited for.
	var waiting sync.WaitGroup
	waiting.Go(func() {
		if a := b.Get("/v1/accounts/a", "min_position", decimal(end+1)); a.Status != 200 || a.LedgerPosition() < end+1 {
			t.Errorf("waiting for %d: %s", end+1, shown(a))
		}
	})
	b.done("EnableBandwidthOptimization", body{"account_id": "a"})
	waiting.Wait()
	// A time up to now resolves, and no later event gets an earlier one.
	now := time.Now().UTC().Format(time.RFC3339Nano)
	before := b.seen("/v1/accounts/a", "as_of", now)
	b.done("DisableBandwidthOptimization", body{"account_id": "a"})
	if after := b.seen("/v1/accounts/a", "as_of", now); string(after.Body) != string(before.Body) {
		t.Errorf("as of %s: first %s, then %s", now, before.Body, after.Body)
	}
}

// SEC-1 to SEC-6 in three languages.
func TestSectionSpeaks(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.done("AddUser", addUser("a", "u"))
	says := func(language, code, message string) {
		t.Helper()
		for _, entry := range b.section(language) {
			if entry["product"] == "miteam_meetings" && (entry["message_code"] != code || entry["message"] != message) {
				t.Errorf("%s: %v", language, entry)
			}
		}
	}
	for language, message := range map[string]string{
		"en": "Licenses not available", "it-IT, en;q=0.5": "Licenze non disponibili", "de": "Lizenzen nicht verfügbar", "fr": "Licenses not available", "": "Licenses not available",
	} {
		says(language, "licenses_not_available", message)
	}
	b.done("DisableMiTeamMeetingsIntegration", body{"account_id": "a"})
	for language, message := range map[string]string{"en": "No licenses", "it": "Nessuna licenza", "de-AT": "Keine Lizenzen"} {
		says(language, "no_licenses", message)
	}
}

func (b *bed) section(language string) []map[string]any {
	b.Helper()
	a := b.With("Accept-Language", language).Get("/v1/accounts/a/users/u", "min_position", decimal(b.end()))
	if a.Status != 200 {
		b.Fatal(shown(a))
	}
	list, _ := a.View["products_and_licenses"].([]any)
	var entries []map[string]any
	for _, e := range list {
		entries = append(entries, e.(map[string]any))
	}
	if len(entries) == 0 {
		b.Fatalf("no section: %s", shown(a))
	}
	return entries
}
