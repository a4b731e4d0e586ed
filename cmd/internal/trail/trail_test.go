package trail

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
)

func lines(t *testing.T, b *Book, before uint64) (all []string) {
	t.Helper()
	if err := b.Back(t.Context(), before, func(n uint64, line []byte) bool {
		all = append(all, fmt.Sprintf("%d:%s", n, line))
		return true
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestBookGoesOnWhereItWas(t *testing.T) {
	dir := t.TempDir()
	b, err := OpenBook(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := lines(t, b, 0); got != nil {
		t.Errorf("%v", got)
	}
	b.Append([]byte("a"), []byte("b"))
	// A crash leaves half a line, and no notice.
	f, _ := os.OpenFile(filepath.Join(dir, page{first: 1}.name()), os.O_APPEND|os.O_WRONLY, 0)
	f.WriteString("half")
	f.Close()
	if b, err = OpenBook(dir); err != nil {
		t.Fatal(err)
	}
	if err := b.Append([]byte("c")); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(lines(t, b, 0), " "); got != "3:c 2:b 1:a" {
		t.Error(got)
	}
	if got := strings.Join(lines(t, b, 3), " "); got != "2:b 1:a" {
		t.Error(got)
	}
	if b.Append([]byte("x\ny")) == nil || b.Append(make([]byte, MaxLineBytes+1)) == nil {
		t.Error("what is no line is taken")
	}
	b.Close()
	if b.Append([]byte("d")) == nil {
		t.Error("written after it was closed")
	}
}

func TestBookIsBounded(t *testing.T) {
	dir := t.TempDir()
	b, err := OpenBook(dir)
	if err != nil {
		t.Fatal(err)
	}
	line := bytes.Repeat([]byte("x"), MaxLineBytes)
	few := make([][]byte, 64)
	for i := range few {
		few[i] = line
	}
	for range 40 { // 40 MiB
		if err := b.Append(few...); err != nil {
			t.Fatal(err)
		}
	}
	small := make([][]byte, pageLines*2+5)
	for i := range small {
		small[i] = []byte("small")
	}
	if err := b.Append(small...); err != nil {
		t.Fatal(err)
	}
	var size int64
	files, _ := os.ReadDir(dir)
	for _, f := range files {
		info, _ := f.Info()
		size += info.Size()
	}
	if len(files) > maxPages || size > maxPages*(pageBytes+MaxLineBytes+1) {
		t.Errorf("%d files, %d bytes", len(files), size)
	}
	total := uint64(40*64 + len(small))
	again, err := OpenBook(dir)
	if err != nil {
		t.Fatal(err)
	}
	if got := lines(t, again, 0); !strings.HasPrefix(got[0], fmt.Sprint(total, ":")) || len(got) >= int(total) || len(got) < len(small) {
		t.Errorf("the newest is %.20s, %d are kept of %d", got[0], len(got), total)
	}
}

func owner(account, order string) string {
	return map[string]string{"contoso": "acme", "o1": "acme", "initech": "zeta"}[account+order]
}

func openAttempts(t *testing.T, dir string) *Attempts {
	t.Helper()
	a, err := OpenAttempts(dir, time.Now, owner, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

func TestAttempts(t *testing.T) {
	dir := t.TempDir()
	a := openAttempts(t, dir)
	admin := rule.Caller{Role: rule.Admin, Actor: "root"}
	partner := rule.Caller{Role: rule.Partner, Partner: "zeta", Actor: "zed"}
	local := rule.Caller{Role: rule.AccountAdmin, Account: "contoso", Actor: "carl"}
	a.Note(Refused(admin, "AssignOrder", rule.OrderExpired, rule.Names{Order: "o1"}, false))
	a.Note(Refused(partner, "AssignOrder", rule.NotFound, rule.Names{Order: "o1", Account: "contoso"}, true))
	a.Note(Refused(local, "AssignOrder", rule.Forbidden, rule.Names{Account: "ann@example.com", User: strings.Repeat("x", 65)}, false))
	a.Note(Refused(admin, "AssignOrder", rule.NotFound, rule.Names{Order: "o1", Account: "initech"}, false))
	check := func(f AttemptFilter, want string) {
		t.Helper()
		items, _, err := a.List(t.Context(), f, Page{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, i := range items {
			got = append(got, i.Actor)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%+v: %v, want %s", f, got, want)
		}
	}
	check(AttemptFilter{}, "root carl zed root")
	check(AttemptFilter{Partner: "acme"}, "carl root") // not who of another partner tried, nor what names another's
	check(AttemptFilter{Partner: "zeta"}, "zed")
	check(AttemptFilter{Account: "initech"}, "root")
	check(AttemptFilter{Account: "contoso"}, "carl zed")
	check(AttemptFilter{Order: "o1"}, "root zed root")
	check(AttemptFilter{Code: "forbidden"}, "carl")
	check(AttemptFilter{Role: "partner"}, "zed")
	check(AttemptFilter{Actor: "root", Command: "AssignOrder"}, "root root")
	check(AttemptFilter{Command: "PlaceOrder"}, "")
	check(AttemptFilter{From: time.Now().Add(time.Hour)}, "")
	if b, _ := os.ReadFile(filepath.Join(dir, page{first: 1}.name())); bytes.ContainsAny(b, "@") || bytes.Contains(b, []byte("xxx")) {
		t.Errorf("what is no id is kept: %s", b)
	}
	first, next, _ := a.List(t.Context(), AttemptFilter{}, Page{Limit: 2})
	before, ok := ParseCursor(next)
	rest, end, _ := a.List(t.Context(), AttemptFilter{}, Page{Limit: 2, Before: before})
	if !ok || len(first) != 2 || len(rest) != 2 || rest[1].Actor != "root" || end != "" || first[0].ID != 4 {
		t.Errorf("pages: %v %q %v %q", first, next, rest, end)
	}
	a.Close()
	if items, _, err := openAttempts(t, dir).List(t.Context(), AttemptFilter{}, Page{Limit: 10}); err != nil || len(items) != 4 {
		t.Errorf("after a restart: %v %v", items, err)
	}
}

// TestAbuseIsBounded: who is refused all the time leaves room for the others,
// and the disk alone.
func TestAbuseIsBounded(t *testing.T) {
	dir := t.TempDir()
	a := openAttempts(t, dir)
	abuser := Refused(rule.Caller{Role: rule.Partner, Partner: "zeta", Actor: "zed"}, "AssignOrder", rule.NotFound, rule.Names{}, false)
	begin := time.Now()
	const tries = 100_000
	for range tries {
		a.Note(abuser)
	}
	if d := time.Since(begin); d > 10*time.Second {
		t.Errorf("%d took %s", tries, d)
	}
	a.Note(Refused(rule.Caller{Role: rule.Admin, Actor: "root"}, "AssignOrder", rule.NotFound, rule.Names{}, false))
	items, _, err := a.List(t.Context(), AttemptFilter{Actor: "root"}, Page{Limit: 10})
	if err != nil || len(items) != 1 {
		t.Errorf("the other's attempt: %v %v", items, err)
	}
	kept, _, _ := a.List(t.Context(), AttemptFilter{Actor: "zed"}, Page{Limit: tries})
	if len(kept) < 100 || len(kept) > actorBurst+100 || a.Dropped() != uint64(tries-len(kept)) {
		t.Errorf("%d kept, %d dropped", len(kept), a.Dropped())
	}
	missed := uint64(0)
	for _, k := range append(kept, items...) {
		missed += k.Missed
	}
	if missed == 0 || missed > a.Dropped() {
		t.Errorf("%d are told to be missed, %d are", missed, a.Dropped())
	}
}

func TestOperations(t *testing.T) {
	dir := t.TempDir()
	o, err := OpenOperations(dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	var none *Operations
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if none.Record(t.Context(), Started, nil) != nil || o.Record(ended, Started, nil) != nil ||
		o.Record(t.Context(), TokenMade, Detail{Actor: "root", "token": "t1", "long": strings.Repeat("ä", maxDetailBytes)}) != nil {
		t.Error("not kept")
	}
	o.Close()
	if o, err = OpenOperations(dir, time.Now); err != nil {
		t.Fatal(err)
	}
	items, _, err := o.List(t.Context(), OperationFilter{}, Page{Limit: 10})
	if err != nil || len(items) != 2 || items[0].Kind != "token_made" || items[0].Actor != "root" || items[0].Detail["token"] != "t1" ||
		len(items[0].Detail["long"]) > maxDetailBytes || items[1].ID != 1 {
		t.Errorf("%+v %v", items, err)
	}
	if items, _, _ := o.List(t.Context(), OperationFilter{Kind: "started"}, Page{Limit: 10}); len(items) != 1 {
		t.Errorf("%+v", items)
	}
}
