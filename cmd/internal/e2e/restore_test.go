package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// exported is the history with its leaves, of the log alone.
func exported(t testing.TB, b *bed) (lines []string) {
	t.Helper()
	return strings.Split(strings.TrimSpace(must(t, "replay", "export", "--server", b.Base)), "\n")
}

// rootOf is the root of the first n leaves of an export.
func rootOf(t testing.TB, lines []string, n int) string {
	t.Helper()
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) (hashes []tlog.Hash, err error) {
		for _, i := range indexes {
			hashes = append(hashes, stored[i])
		}
		return hashes, nil
	})
	for i, line := range lines[:n] {
		var e struct {
			Leaf string `json:"leaf_hash"`
		}
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatal(err)
		}
		h, err := tlog.ParseHash(e.Leaf)
		if err != nil {
			t.Fatal(err)
		}
		more, err := tlog.StoredHashesForRecordHash(int64(i), h, read)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
	}
	root, err := tlog.TreeHash(int64(n), read)
	if err != nil {
		t.Fatal(err)
	}
	return root.String()
}

// A ledger restored to a moment has the events up to there, with their
// positions and leaves, and then an event of its own that names what it was. It
// is another log. Keys of commands that it has not are free again.
func TestPointInTime(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded() // ends with several events of one command
	k := b.secrets()
	kept := accepted(b, b.Keyed("kept").Do("AddUser", addUser("a", "kept")), "AddUser", nil)
	time.Sleep(1100 * time.Millisecond) // --to has seconds
	moment := time.Now().UTC().Truncate(time.Second).Format(time.RFC3339)
	time.Sleep(1100 * time.Millisecond)
	twice := accepted(b, b.Keyed("cut").Do("RegisterPartner", body{"partner_id": "q", "name": "Q"}), "RegisterPartner", nil)
	b.done("AddUser", addUser("a", "more"))
	time.Sleep(1100 * time.Millisecond)
	b.backedUp(k)
	was, oldNote := exported(t, b), string(b.seen("/log/checkpoint").Body)
	b.process.Kill()

	end := kept.Position
	for name, to := range map[string]string{
		"position": decimal(end), "inside a command": decimal(twice.Position - 1), "time": moment,
	} {
		dir := filepath.Join(t.TempDir(), "data")
		must(t, k.restore(dir, "--to", to, "--checkpoint", k.checkpoint, "--log-origin", "example.org/"+strings.Fields(name)[0])...)
		r := b.over(dir)
		is := exported(t, r)
		if len(is) != int(end)+1 || strings.Join(is[:end], "\n") != strings.Join(was[:end], "\n") {
			t.Fatalf("%s: %d events, want the %d first of %d, and one more", name, len(is), end, len(was))
		}
		var begun struct {
			Type      string `json:"type"`
			PartnerID string `json:"partner_id"`
			Data      struct {
				Old    string `json:"old_origin"`
				Size   uint64 `json:"old_size"`
				Root   string `json:"old_root"`
				Newest int    `json:"newest_size"`
				Reason string `json:"reason"`
			}
		}
		if err := json.Unmarshal([]byte(is[end]), &begun); err != nil {
			t.Fatal(err)
		}
		d := begun.Data
		if begun.Type != "OriginBegun" || begun.PartnerID != "_" || !strings.HasPrefix(oldNote, d.Old+"\n") || d.Size != end ||
			d.Root != rootOf(t, was, int(end)) || d.Newest != len(was) || d.Reason != "point_in_time" {
			t.Errorf("%s: %+v", name, begun)
		}
		if note := string(r.seen("/log/checkpoint").Body); !strings.HasPrefix(note, "example.org/") || strings.Contains(note, d.Old) {
			t.Errorf("%s: %s", name, note)
		}
		if got := r.As("auditor", "p").Get("/v1/events", "type", "OriginBegun").Items(); len(got) != 0 {
			t.Errorf("%s: an auditor of one partner sees %v", name, got)
		}
		again := r.Keyed("kept").Do("AddUser", addUser("a", "kept"))
		if again.Header.Get("Idempotency-Replayed") != "true" || again.CommandID != kept.CommandID {
			t.Errorf("%s: %s", name, shown(again))
		}
		free := r.Keyed("cut").Do("RegisterPartner", body{"partner_id": "other", "name": "Other"})
		if free.Status != 200 || free.Header.Get("Idempotency-Replayed") != "" || free.Events[0].Position != end+2 {
			t.Errorf("%s: %s", name, shown(free))
		}
		r.clean()
		refused(t, "this is another one", "backup", k.log, "--server", r.Base)
	}
	dir := filepath.Join(t.TempDir(), "data")
	refused(t, "it ends with position", k.restore(dir, "--to", "999")...)
	refused(t, "it was made at", k.restore(dir, "--to", "2999-01-01T00:00:00Z")...)
	refused(t, "nothing was recorded", k.restore(dir, "--to", "2001-01-01T00:00:00Z")...)
}

// Backups that are damaged, another ledger's, or too old, are refused by name,
// and leave nothing; so is a folder that has something in it.
func TestRestoreRefuses(t *testing.T) {
	t.Parallel()
	b, foreign := start(t), start(t)
	b.founded()
	foreign.founded()
	k, other := b.secrets(), foreign.secrets()
	b.backedUp(k)
	foreign.backedUp(other)
	refused(t, "this is another one", "backup", k.log, "--server", foreign.Base)
	rolled := filepath.Join(t.TempDir(), "rolled")
	must(t, k.same(rolled)...)
	b.done("AddUser", addUser("a", "more"))
	dir := filepath.Join(t.TempDir(), "data")
	newest := filepath.Join(t.TempDir(), "newest")
	if err := os.WriteFile(newest, b.seen("/log/checkpoint").Body, 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "the backup ends before the checkpoint", k.same(dir, "--checkpoint", newest)...)
	refused(t, "is not a checkpoint of", k.same(dir, "--checkpoint", other.checkpoint)...)
	refused(t, "the log's key is missing", k.restore(dir)...)
	refused(t, "is the key", k.restore(dir, "--log-key", other.logKey)...)
	refused(t, "do not belong together", kept{k.log, k.keys, other.kek, "", ""}.restore(dir, "--new-origin")...)
	refused(t, "another ledger's", kept{k.log, other.keys, other.kek, "", ""}.restore(dir, "--new-origin")...)
	refused(t, "persons' keys are missing", "restore", "--from", k.log, "--data-dir", dir, "--new-origin")
	refused(t, "there is no finished backup", kept{t.TempDir(), k.keys, k.kek, "", ""}.restore(dir, "--new-origin")...)
	refused(t, "it is not empty", k.same(b.dir)...)
	refused(t, "not a backup", "backup", b.dir, "--server", b.Base)

	// A history of the same log that went another way.
	must(t, "backup", k.log, "--server", b.Base)
	r := b.over(rolled)
	refused(t, "does not go on where the backup ends", "backup", k.log, "--server", r.Base)
	r.done("AddUser", addUser("a", "another"))
	r.done("AddUser", addUser("a", "and-another"))
	refused(t, "does not go on where the backup ends", "backup", k.log, "--server", r.Base)
	must(t, "backup", "verify", k.log)

	files, err := os.ReadDir(k.log)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) != 4 { // two segments, manifest, lock
		t.Errorf("the backup has %v", files)
	}
	for _, f := range files {
		data := mustRead(t, filepath.Join(k.log, f.Name()))
		for at := 0; at < len(data); at += 1 + len(data)/7 {
			spoilt := kept{log: t.TempDir(), keys: k.keys, kek: k.kek, logKey: k.logKey}
			if err := os.CopyFS(spoilt.log, os.DirFS(k.log)); err != nil {
				t.Fatal(err)
			}
			flipped := bytes.Clone(data)
			flipped[at] ^= 4
			if err := os.WriteFile(filepath.Join(spoilt.log, f.Name()), flipped, 0o600); err != nil {
				t.Fatal(err)
			}
			refused(t, f.Name(), spoilt.same(dir)...)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) > 0 {
		t.Errorf("refused restores left %v", entries)
	}
	must(t, "backup", "keys", k.keys, "--server", b.Base)
	out := must(t, k.restore(dir, "--new-origin", "--checkpoint", newest)...)
	if !strings.Contains(out, "the origin is now") {
		t.Error(out)
	}
}
