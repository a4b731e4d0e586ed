package client

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

func TestView(t *testing.T) {
	c := ledger(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		answerWith(w, "12", fmt.Sprintf(`{"path":%q,"query":%q,"more":[]}`, r.URL.EscapedPath(), r.URL.RawQuery))
	})
	var got struct {
		Path  string `json:"path"`
		Query string `json:"query"`
	}
	m, err := c.View(t.Context(), "/v1/accounts/a%2Fb", url.Values{"as_of": {"2026-01-01T00:00:00+01:00"}}, &got)
	if err != nil || m != (Meta{Position: 12, ETag: `"e12"`}) {
		t.Fatalf("%+v %v", m, err)
	}
	if got.Path != "/v1/accounts/a%2Fb" || got.Query != "as_of=2026-01-01T00%3A00%3A00%2B01%3A00" {
		t.Fatalf("%+v", got)
	}
	raw, err := c.Get(t.Context(), "/x", nil)
	if err != nil || string(raw) != `{"path":"/x","query":"","more":[]}` {
		t.Fatalf("%s %v", raw, err)
	}
}

func TestQueriesAreAskedOnce(t *testing.T) {
	var asked atomic.Int32
	c := ledger(t, Options{}, func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		fail(w, 503, "view_behind", "1")
	})
	_, err := c.Get(t.Context(), "/", nil)
	if p := problemOf(t, err); p.Code != "view_behind" || asked.Load() != 1 {
		t.Fatalf("%+v, asked %d times", p, asked.Load())
	}
}

func TestBadAnswers(t *testing.T) {
	chunk := strings.Repeat(" ", 1<<20)
	c := ledger(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/long":
			w.Header().Set("Content-Length", strconv.Itoa(MaxAnswerBytes+1))
			w.WriteHeader(http.StatusOK)
		case "/endless":
			for range MaxAnswerBytes>>20 + 1 {
				io.WriteString(w, chunk)
			}
		case "/position":
			answerWith(w, "x", `{}`)
		case "/html":
			answerWith(w, "1", `<html>`)
		case "/cut":
			w.Header().Set("Content-Length", "10")
			io.WriteString(w, "{}")
		}
	})
	for path, want := range map[string]error{
		"/long": ErrTooLarge, "/endless": ErrTooLarge, "/position": strconv.ErrSyntax, "/html": nil, "/cut": io.ErrUnexpectedEOF,
	} {
		var out any
		_, err := c.View(t.Context(), path, nil, &out)
		if err == nil || want != nil && !errors.Is(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// numbers is a list of n items in pages of the limit asked for.
func numbers(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		from, _ := strconv.Atoi(r.FormValue("cursor"))
		limit, _ := strconv.Atoi(r.FormValue("limit"))
		var items []string
		for i := from; i < min(n, from+limit); i++ {
			items = append(items, fmt.Sprintf(`{"n":%d}`, i))
		}
		next := ""
		if from+limit < n {
			next = fmt.Sprintf(`,"next_cursor":"%d"`, from+limit)
		}
		answerWith(w, "1", `{"items":[`+strings.Join(items, ",")+`]`+next+`}`)
	}
}

func TestList(t *testing.T) {
	var asked atomic.Int32
	h := numbers(25)
	c := ledger(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		h(w, r)
	})
	query := url.Values{"limit": {"10"}}
	next := 0
	type number struct {
		N int `json:"n"`
	}
	for item, err := range Items[number](t.Context(), c, "/v1/orders", query) {
		if err != nil || item.N != next {
			t.Fatalf("%+v %v, want %d", item, err, next)
		}
		next++
	}
	if next != 25 || asked.Load() != 3 || len(query) != 1 {
		t.Fatalf("%d items in %d pages, query %v", next, asked.Load(), query)
	}
	for range c.List(t.Context(), "/v1/orders", query) {
		break
	}
	if asked.Load() != 4 {
		t.Fatal("asked for pages that nobody wants")
	}
}

func TestListEndsWithItsError(t *testing.T) {
	c := ledger(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		switch cursor := r.FormValue("cursor"); {
		case cursor == "":
			answerWith(w, "1", `{"items":[1],"next_cursor":"b"}`)
		case r.URL.Path == "/loop":
			answerWith(w, "1", `{"items":[2],"next_cursor":"b"}`)
		case r.URL.Path == "/type":
			answerWith(w, "1", `{"items":["x"]}`)
		default:
			fail(w, 503, "unavailable", "")
		}
	})
	for path, want := range map[string]string{"/loop": ErrPages.Error(), "/type": "json", "/gone": "unavailable"} {
		var got []int
		var last error
		for n, err := range Items[int](t.Context(), c, path, nil) {
			if last != nil {
				t.Fatalf("%s goes on behind its error", path)
			}
			if last = err; err == nil {
				got = append(got, n)
			}
		}
		if last == nil || !strings.Contains(last.Error(), want) || len(got) == 0 || got[0] != 1 {
			t.Errorf("%s: %v %v", path, got, last)
		}
	}
}

func TestFilesAndBodies(t *testing.T) {
	c := ledger(t, Options{}, func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
			io.WriteString(w, "row,email\n")
		case http.MethodPost:
			b, _ := io.ReadAll(r.Body)
			w.WriteHeader(http.StatusAccepted)
			fmt.Fprintf(w, `{"type":%q,"bytes":%d,"behavior":%q}`, r.Header.Get("Content-Type"), len(b), r.FormValue("behavior"))
		case http.MethodDelete:
			w.WriteHeader(http.StatusNoContent)
		}
	})
	f, err := c.File(t.Context(), "/v1/imports/1/errors.csv", nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(f)
	if err != nil || f.Close() != nil || string(b) != "row,email\n" {
		t.Fatalf("%s %v", b, err)
	}
	raw, err := c.Post(t.Context(), "/v1/accounts/a/imports", url.Values{"behavior": {"add_only"}}, "text/csv", strings.NewReader("a,b"))
	if err != nil || string(raw) != `{"type":"text/csv","bytes":3,"behavior":"add_only"}` {
		t.Fatalf("%s %v", raw, err)
	}
	if err := c.Delete(t.Context(), "/v1/consumers/x"); err != nil {
		t.Fatal(err)
	}
}
