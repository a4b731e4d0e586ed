package imports_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
	"github.com/seatledger/seatledger/cmd/internal/server"
)

// bed is a node in this process, asked over HTTP.
type bed struct {
	testing.TB
	base string
}

func newBed(t testing.TB) *bed { t.Helper(); return newBedIn(t, t.TempDir()) }

func newBedIn(t testing.TB, dir string) *bed {
	t.Helper()
	at := make(chan server.Addresses, 1)
	s, err := server.Open(t.Context(), server.Config{
		DataDir: dir, Dev: true, HTTPListen: "127.0.0.1:0", NATSListen: "127.0.0.1:0",
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Listening: func(a server.Addresses) { at <- a },
	})
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(t.Context()) }()
	t.Cleanup(func() {
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	b := &bed{t, "http://" + (<-at).HTTP}
	b.do("RegisterPartner", `{"partner_id":"p","name":"P"}`)
	return b
}

// ask sends a request as a role; scope is its partner's or account's id.
func (b *bed) ask(role, scope, method, path, body string) (int, string) {
	b.Helper()
	req, err := http.NewRequest(method, b.base+path, strings.NewReader(body))
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Seatledger-Role", role)
	req.Header.Set("Seatledger-Scope", scope)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		b.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// got is what is answered, with this status, to an admin.
func (b *bed) got(status int, method, path, body string) string {
	b.Helper()
	got, text := b.ask("admin", "", method, path, body)
	if got != status {
		b.Fatalf("%s %s: %d %s", method, path, got, text)
	}
	return text
}

func (b *bed) do(command, body string) { b.Helper(); b.got(200, "POST", "/v1/commands/"+command, body) }

// account makes one with a location and three packages.
func (b *bed) account(id string) {
	b.Helper()
	b.do("CreateAccount", fmt.Sprintf(`{"account_id":%q,"partner_id":"p","name":"A","country":"IT","address":"x","city":"x","postal_code":"1",
		"default_language":"it","cloud_location":"EU","support_contacts":[{"email":"s@a.example"}]}`, id))
	b.do("AddLocation", fmt.Sprintf(`{"account_id":%q,"location_id":"rome-1","name":"Rome","country":"IT"}`, id))
	b.do("SetWholesalePackages", fmt.Sprintf(`{"account_id":%q,"complete":true,"packages":[
		{"package":"webex_calling"},{"package":"webex_suite","limit":1},{"package":"webex_meetings"}]}`, id))
}

func read[T any](b *bed, text string) *T {
	b.Helper()
	v := new(T)
	if err := json.Unmarshal([]byte(text), v); err != nil {
		b.Fatal(err, text)
	}
	return v
}

func (b *bed) forecast(account, behavior, file string) *imports.Forecast {
	b.Helper()
	return read[imports.Forecast](b, b.got(200, "POST", "/v1/accounts/"+account+"/imports?dry_run=true&behavior="+behavior, file))
}

func (b *bed) begin(account, behavior, file string) *imports.Job {
	b.Helper()
	return read[imports.Job](b, b.got(202, "POST", "/v1/accounts/"+account+"/imports?behavior="+behavior, file))
}

// ended is a job when it has ended.
func (b *bed) ended(id string) *imports.Job {
	b.Helper()
	for range 6000 {
		if j := read[imports.Job](b, b.got(200, "GET", "/v1/imports/"+id, "")); j.Ended() {
			return j
		}
		time.Sleep(5 * time.Millisecond)
	}
	b.Fatal("the import does not end")
	return nil
}

// run imports a file and waits for its end.
func (b *bed) run(account, behavior, file string) *imports.Job {
	b.Helper()
	return b.ended(b.begin(account, behavior, file).ID)
}

// failures are the rows of errors.csv.
func (b *bed) failures(id string) [][]string {
	b.Helper()
	rows, err := csv.NewReader(strings.NewReader(b.got(200, "GET", "/v1/imports/"+id+"/errors.csv", ""))).ReadAll()
	if err != nil || len(rows) == 0 || strings.Join(rows[0], ",") != "row,email,code,message" {
		b.Fatal(err, rows)
	}
	return rows[1:]
}

func (b *bed) export(account string) string {
	b.Helper()
	return b.got(200, "GET", "/v1/accounts/"+account+"/users.csv", "")
}

// end is the position of the log's end.
func (b *bed) end() float64 {
	b.Helper()
	return (*read[map[string]any](b, b.got(200, "POST", "/v1/commands/RegisterPartner?dry_run=true", `{"name":"N"}`)))["position"].(float64)
}

func table(rows ...[]string) string {
	var text bytes.Buffer
	w := csv.NewWriter(&text)
	if err := w.WriteAll(rows); err != nil {
		panic(err)
	}
	return text.String()
}
