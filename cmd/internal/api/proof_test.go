package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/projections/audit"
)

// Who may see what of the log: hashes and checkpoints everyone, entries who
// may see everything, proofs who may see the event.
func TestProofsByRole(t *testing.T) {
	s := newLedger(t)
	last := s.story()
	var note reply
	if note = s.send("GET", "/log/checkpoint", ""); note.StatusCode != 200 || note.Header.Get("Content-Type") != textType {
		t.Fatalf("%d %s", note.StatusCode, note.body)
	}
	key := s.send("GET", "/log/key", "")
	c, err := audit.OpenCheckpoint(note.body, strings.TrimSpace(string(key.body)))
	if err != nil || c.Size != int64(last) {
		t.Fatalf("%v\n%s", err, note.body)
	}
	hashes, entries := fmt.Sprintf("/log/tile/0/000.p/%d", last), fmt.Sprintf("/log/tile/entries/000.p/%d", last)
	for _, who := range []struct {
		role, scope string
		tile        int
		entries     int
		own, others int // proofs of the first partner's events, and the second's
	}{
		{"admin", "", 200, 200, 200, 200}, {"operator", "", 200, 200, 200, 200}, {"auditor", "", 200, 200, 200, 200},
		{"auditor", "acme", 200, 404, 200, 404}, {"partner", "acme", 200, 404, 200, 404}, {"consumer", "acme", 200, 404, 200, 404},
		{"account_admin", "contoso", 200, 404, 404, 404}, {"system", "", 200, 404, 403, 403}, {"micollab", "contoso", 200, 404, 403, 403},
	} {
		for path, want := range map[string]int{
			"/log/checkpoint": 200, "/log/key": 200, hashes: who.tile, entries: who.entries,
			"/v1/events/1/proof": who.own, fmt.Sprintf("/v1/events/%d/proof", last): who.others,
		} {
			if r := s.send("GET", path, "", as(who.role, who.scope)...); r.StatusCode != want {
				t.Errorf("%s of %q: %s: %d, want %d: %s", who.role, who.scope, path, r.StatusCode, want, r.body)
			}
		}
	}
}

func TestProofOfAnEvent(t *testing.T) {
	s := newLedger(t)
	last := s.story()
	for position := uint64(1); position <= last; position++ {
		r := s.send("GET", fmt.Sprintf("/v1/events/%d/proof", position), "")
		var p audit.Proof
		if err := json.Unmarshal(r.body, &p, json.RejectUnknownMembers(true)); err != nil || r.StatusCode != 200 {
			t.Fatalf("%d %s %v", r.StatusCode, r.body, err)
		}
		c, err := audit.OpenCheckpoint([]byte(p.Checkpoint), s.api.Proofs.PublicKey())
		if err == nil {
			err = tlog.CheckRecord(p.Hashes, c.Size, c.Root, p.LeafIndex, p.LeafHash)
		}
		if err != nil || p.LeafIndex != int64(position-1) || p.TreeSize != c.Size {
			t.Errorf("%+v: %v", p, err)
		}
	}
	for _, path := range []string{
		"/v1/events/0/proof", "/v1/events/999/proof", "/v1/events/x/proof", "/v1/events/18446744073709551615/proof",
		"/log/tile/0/001", "/log/tile/0/000", "/log/tile/0/0", "/log/tile/0/000.p/0", "/log/tile/0/000.p/256", "/log/tile/0/000.p/01",
		"/log/tile/64/000.p/1", "/log/tile/-1/000.p/1", "/log/tile/data/000.p/1", "/log/tile/entries/000", "/log/tile/0/x000/000.p/1",
		fmt.Sprintf("/log/tile/0/000.p/%d", last+1), "/log/tile/1/000.p/1", "/log/tile/", "/log/tile/entries/", "/log/",
	} {
		if r := s.send("GET", path, ""); r.StatusCode != 404 {
			t.Errorf("%s: %d %s", path, r.StatusCode, r.body)
		}
	}
	r := s.send("GET", "/log/tile/0/000.p/3", "")
	if len(r.body) != 3*tlog.HashSize || r.Header.Get("Content-Type") != tileType || !strings.Contains(r.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("%v: %d bytes", r.Header, len(r.body))
	}
}
