package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The key that wraps the persons' keys is replaced while the ledger runs and
// while it does not; from then on a copy of the old one opens nothing.
func TestKeysRotate(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.done("AddUser", addUser("a", "ada"))
	kek := func() string {
		text, err := os.ReadFile(filepath.Join(b.dir, "keys", "kek"))
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(text))
	}
	first := kek()
	if a := b.As("operator", "").Send("POST", "/v1/keys/rotate", nil); a.Status != 403 {
		t.Errorf("an operator rotates: %s", shown(a))
	}
	if out, status := b.said("keys", "rotate", "--server", b.Base); status != 0 {
		t.Fatalf("%d %s", status, out)
	}
	second := kek()
	if out, status := b.said("keys", "rotate", "--data-dir", b.dir); status != 1 || !strings.Contains(out, "runs") {
		t.Errorf("%d %s", status, out)
	}
	b.crash()
	b.down()
	if out, status := b.said("keys", "rotate", "--data-dir", b.dir); status != 0 {
		t.Fatalf("%d %s", status, out)
	}
	third := kek()
	if first == second || second == third {
		t.Error("the key is what it was")
	}
	if found := b.inFiles([]string{first, second}); len(found) > 0 {
		t.Errorf("old keys stand: %v", found)
	}
	b.up()
	if u := string(b.seen("/v1/accounts/a/users/ada").Body); !strings.Contains(u, "ada@a.example") {
		t.Errorf("what was sealed before does not open: %s", u)
	}
	if ops := b.seen("/v1/operations", "kind", "keys_rotated").Items(); len(ops) != 2 || ops[0]["actor"] != "data-dir" || ops[1]["actor"] != "dev" {
		t.Errorf("operations: %v", ops)
	}

	// A key kept elsewhere: moved out of the folder, then given by the
	// environment, and replaced there.
	b.down()
	elsewhere := filepath.Join(t.TempDir(), "kek")
	if err := os.Rename(filepath.Join(b.dir, "keys", "kek"), elsewhere); err != nil {
		t.Fatal(err)
	}
	if out, status := b.said("serve", "--dev", "--data-dir", b.dir, "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0"); status != 1 || !strings.Contains(out, "no key-encryption key") {
		t.Errorf("without the key: %d %s", status, out)
	}
	b.flags = append(b.flags, "--kek-file", elsewhere)
	b.up()
	if u := string(b.seen("/v1/accounts/a/users/ada").Body); !strings.Contains(u, "ada@a.example") {
		t.Errorf("with the file elsewhere: %s", u)
	}
	b.down()
	next := bytes.Repeat([]byte("4f"), 32)
	rotated := b.with("SEATLEDGER_KEK="+third, "SEATLEDGER_KEK_NEXT="+string(next))
	if out, status := rotated("keys", "rotate", "--data-dir", b.dir); status != 0 {
		t.Fatalf("%d %s", status, out)
	}
	if out, status := rotated("replay", "show", "account", "a", "--data-dir", b.dir); status != 1 || !strings.Contains(out, "another key-encryption key") {
		t.Errorf("with the old key: %d %s", status, out)
	}
	if out, status := b.with("SEATLEDGER_KEK="+string(next))("replay", "show", "account", "a", "--data-dir", b.dir); status != 0 || !strings.Contains(out, "help@a.example") {
		t.Errorf("with the new key: %d %s", status, out)
	}
}
