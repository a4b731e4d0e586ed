package e2e

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// streamTimeout is how long a stream may take for all that a test waits for.
const streamTimeout = 20 * time.Second

// listen reads Server-Sent Events behind a position until n have come, and
// answers with their ids.
func (b *bed) listen(after uint64, n int, as http.Header) []uint64 {
	b.Helper()
	ids, _ := b.hear(after, n, as)
	return ids
}

// hear is listen with all that was read of those events.
func (b *bed) hear(after uint64, n int, as http.Header) (ids []uint64, all string) {
	b.Helper()
	ctx, cancel := context.WithTimeout(b.Context(), streamTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", b.Base+"/v1/events/stream", nil)
	if err != nil {
		b.Fatal(err)
	}
	for k, v := range as {
		req.Header[k] = v
	}
	req.Header.Set("Last-Event-ID", decimal(after))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		b.Fatal(err)
	}
	defer resp.Body.Close()
	if kind := resp.Header.Get("Content-Type"); resp.StatusCode != 200 || !strings.HasPrefix(kind, "text/event-stream") {
		b.Fatalf("stream: %s %s", resp.Status, kind)
	}
	var heard strings.Builder
	lines := bufio.NewScanner(resp.Body)
	lines.Buffer(nil, 1<<20)
	for whole := false; (len(ids) < n || !whole) && lines.Scan(); {
		whole = lines.Text() == ""
		heard.WriteString(lines.Text() + "\n")
		if text, found := strings.CutPrefix(lines.Text(), "id:"); found {
			id, err := strconv.ParseUint(strings.TrimSpace(text), 10, 64)
			if err != nil {
				b.Fatalf("stream: %q", lines.Text())
			}
			ids = append(ids, id)
		}
	}
	if len(ids) < n {
		b.Fatalf("the stream ended after %v: %v", ids, lines.Err())
	}
	return ids, heard.String()
}

// A stream that is broken off and resumed has no gap and no repeat, across a
// restart too, and a partner's has only its own.
func TestStreamResumes(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.customer("p", "b")
	var got []uint64
	last := uint64(0)
	for round := range 4 {
		writing := make(chan struct{})
		go func() {
			defer close(writing)
			for i := range 10 {
				if a := b.Do("AddUser", addUser("a", fmt.Sprintf("u%d-%d", round, i))); a.Status != 200 {
					b.Error(shown(a))
				}
			}
		}()
		got = append(got, b.listen(last, 9, nil)...)
		last = got[len(got)-1]
		<-writing
		if round == 1 {
			b.down()
			b.up()
		}
	}
	end := b.end()
	got = append(got, b.listen(last, int(end-last), nil)...)
	for i, id := range got {
		if id != uint64(i+1) {
			t.Fatalf("event %d of the stream has id %d: %v", i+1, id, got)
		}
	}
	b.done("RegisterPartner", body{"partner_id": "p2", "name": "Other"})
	b.done("EnableMiCCIntegration", body{"account_id": "b"})
	mine := b.listen(end, 3, b.As("partner", "p").Header)
	if mine[0] != end+3 {
		t.Errorf("a partner's stream has %v; the other partner's events are %d and %d", mine, end+1, end+2)
	}
}
