package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

const (
	importRows  = 20_000
	importKills = 5
)

// post sends a file, and answers with the status and the JSON.
func (b *bed) post(path, file string) (int, map[string]any) {
	b.Helper()
	resp, err := http.Post(b.Base+path, "text/csv", strings.NewReader(file))
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	v := map[string]any{}
	if err != nil || json.Unmarshal(text, &v) != nil {
		b.Fatal(err, string(text))
	}
	return resp.StatusCode, v
}

// packed is an account with packages, and users who are there before the file.
func (b *bed) packed() {
	b.Helper()
	b.founded()
	b.done("AddLocation", body{"account_id": "a", "location_id": "rome", "name": "Rome", "country": "IT"})
	b.done("SetWholesalePackages", body{"account_id": "a", "complete": true, "packages": []any{
		body{"package": "webex_calling"}, body{"package": "webex_meetings"}, body{"package": "webex_suite", "limit": 50},
	}})
	for i := range 50 {
		b.done("AddWholesaleUsers", body{"account_id": "a", "users": []any{
			body{"email": fmt.Sprintf("old%d@x.com", i), "package": "webex_suite", "location_id": "rome", "extension": fmt.Sprint(9000 + i)}}})
	}
}

// bigFile has rows of every sort; some need what only rows above them give.
func bigFile() string {
	var text strings.Builder
	text.WriteString("User ID/Email (Required),First Name,Extension,Location,Webex Calling,Webex Calling Standard,Webex Voice,Webex Suite,Webex Meetings,Customer Assist,Calling\r\n")
	for i := range importRows {
		switch {
		case i%400 == 10: // gives a seat of the suite back, and an extension
			fmt.Fprintf(&text, "old%d@x.com,,,,F,F,F,F,F,F,\r\n", i/400)
		case i%400 < 20: // takes that seat, or finds none
			fmt.Fprintf(&text, "suite%d@x.com,S,%d,Rome,,,,T,,,T\r\n", i, 9000+i/400)
		case i%100 == 50:
			fmt.Fprintf(&text, "bad%d,,,,T,,,,,,\r\n", i)
		case i%100 == 51: // an extension that another row has
			fmt.Fprintf(&text, "dup%d@x.com,,%d,Rome,T,,,,,,\r\n", i, 10_000+i-2)
		case i%10 == 3:
			fmt.Fprintf(&text, "meet%d@x.com,M,,,,,,,T,,\r\n", i)
		default:
			fmt.Fprintf(&text, "u%d@x.com,U,%d,Rome,T,,,,,,F\r\n", i, 10_000+i)
		}
	}
	return text.String()
}

// job is how far an import is.
func (b *bed) job(id string) map[string]any { b.Helper(); return b.seen("/v1/imports/" + id).View }

// imported is all that an import left: its counts, errors.csv, and the events.
func (b *bed) imported(id string) (counts string, failures string, events []string) {
	b.Helper()
	job := b.job(id)
	for _, name := range []string{"state", "total", "done", "added", "updated", "removed", "failed", "warnings", "warning_codes"} {
		counts += fmt.Sprint(name, "=", job[name], " ")
	}
	failures = string(b.seen("/v1/imports/" + id + "/errors.csv").Body)
	named := map[string]string{}
	for _, e := range b.history(1, "account_id", "a") {
		data, err := json.Marshal(e["data"])
		if err != nil {
			b.Fatal(err)
		}
		line := ulids.ReplaceAllStringFunc(string(data), func(id string) string {
			if named[id] == "" {
				named[id] = fmt.Sprint("#", len(named))
			}
			return named[id]
		})
		events = append(events, fmt.Sprint(e["position"], e["type"], e["command_type"], line))
	}
	return counts, failures, events
}

var ulids = regexp.MustCompile(`[0-7][0-9A-HJKMNP-TV-Z]{25}`)

// An import of 20,000 rows that is killed five times ends exactly as one that
// is not.
func TestImportKilledFiveTimes(t *testing.T) {
	t.Parallel()
	file := bigFile()
	run := func(kills int) (string, string, []string) {
		b := start(t)
		b.packed()
		status, job := b.post("/v1/accounts/a/imports?behavior=add_and_remove", file)
		if status != 202 || job["total"] != float64(importRows) {
			t.Fatal(status, job)
		}
		id, done := job["id"].(string), 0.0
		for killed := 0; killed < kills; killed++ {
			if job = b.job(id); killed%2 == 0 { // else right after the start
				b.eventually(time.Minute, "rows are done", func() bool { job = b.job(id); return job["done"].(float64) > done })
			}
			if done = job["done"].(float64); done == importRows {
				t.Fatalf("the import ended after %d kills", killed)
			}
			b.process.Kill()
			b.up()
		}
		b.eventually(time.Minute, "the import has ended", func() bool { return b.job(id)["state"] == "completed" })
		counts, failures, events := b.imported(id)
		end := b.end()
		_, job = b.post("/v1/accounts/a/imports?behavior=add_and_remove", file)
		b.eventually(time.Minute, "the second import has ended", func() bool { return b.job(job["id"].(string))["state"] == "completed" })
		if again := b.job(job["id"].(string)); again["added"] != 0.0 || again["updated"] != 0.0 || again["removed"] != 0.0 || b.end() != end {
			t.Fatalf("the same file again: %v", again)
		}
		return counts, failures, events
	}
	counts, failures, events := run(0)
	killedCounts, killedFailures, killedEvents := run(importKills)
	t.Log(counts)
	if counts != killedCounts {
		t.Errorf("counts %s\nkilled %s", counts, killedCounts)
	}
	if failures != killedFailures || strings.Count(failures, "package_limit_reached") == 0 || strings.Count(failures, "number_in_use") == 0 {
		t.Errorf("errors.csv differs, or has not all:\n%s\n%s", tail(failures, 600), tail(killedFailures, 600))
	}
	if len(events) < importRows*9/10 || !slices.Equal(events, killedEvents) {
		for i := range min(len(events), len(killedEvents)) {
			if events[i] != killedEvents[i] {
				t.Fatalf("event %d: %s\nkilled: %s", i, events[i], killedEvents[i])
			}
		}
		t.Fatalf("%d events, killed %d", len(events), len(killedEvents))
	}
}
