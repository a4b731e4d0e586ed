package e2e

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fsck builds Tessera's checker of logs, and returns what runs it.
func fsck(t testing.TB) func(log, key string) (string, error) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "fsck")
	build := exec.Command("go", "build", "-buildvcs=false", "-o", binary, ".")
	build.Dir = filepath.Join("..", "..", "..", ".tools", "fsck")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return func(log, key string) (string, error) {
		out, err := exec.Command(binary, log, key).CombinedOutput()
		return string(out), err
	}
}

// contents are the files of a folder, by name.
func contents(t testing.TB, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		all[name] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func same(t testing.TB, what string, a, b map[string]string) {
	t.Helper()
	if len(a) != len(b) {
		t.Errorf("%s: %d files, and %d", what, len(a), len(b))
	}
	for name := range a {
		if a[name] != b[name] {
			t.Errorf("%s: %s differs", what, name)
		}
	}
}

// wants runs a verb, and wants its status and words in what it says.
func (b *bed) wants(status int, words string, args ...string) {
	b.Helper()
	out, got := b.said(args...)
	if got != status || !strings.Contains(out, words) {
		b.Errorf("%s: status %d, expected %d and %q\n%s", strings.Join(args, " "), got, status, words, out)
	}
}

// The log is carried away from a running ledger and from a stopped one's
// folder, and three verifiers that share no code accept it with no ledger at
// hand: the ledger's own, the one in Python, and Tessera's. What they accept of
// the running one is the same.
func TestLogIsCarriedAway(t *testing.T) {
	t.Parallel()
	check := fsck(t)
	b := start(t)
	b.founded()
	cities := func(n int) {
		for n := range n {
			b.done("UpdateAccountInformation", body{"account_id": "a", "city": fmt.Sprint("City ", n, " of ", b.end())})
		}
	}
	cities(250)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	export := func(name string, from ...string) {
		t.Helper()
		b.wants(0, " entries of seatledger/", append([]string{"replay", "export", "--bundle", at(name)}, from...)...)
	}
	export("early", "--server", b.Base)
	cities(300)
	export("running", "--server", b.Base)
	export("running.tar", "--server", b.Base)
	export("running.tar.gz", "--server", b.Base)
	o := outside{b}
	key := o.key()
	for _, log := range []string{b.Base + "/log/", at("early"), at("running")} {
		if out, err := check(log, key); err != nil || !strings.Contains(out, "fsck: ok") {
			t.Errorf("fsck of %s: %v\n%s", log, err, out)
		}
	}
	o.byPython(o.checkpoint(key))
	python := func(folder string) (string, error) {
		out, err := exec.Command("python3", "-B", verifier, folder, "--key", key).CombinedOutput()
		return string(out), err
	}
	if out, err := python(at("running")); err != nil || !strings.Contains(out, ": 559 entries have the signed root") {
		t.Errorf("%v\n%s", err, out)
	}
	b.gzipped()

	b.down()
	before := contents(t, b.dir)
	export("stopped", "--data-dir", b.dir)
	export("stopped.tar.gz", "--data-dir", b.dir)
	same(t, "the folder of the stopped ledger", before, contents(t, b.dir))
	same(t, "running and stopped", contents(t, at("running")), contents(t, at("stopped")))
	for _, name := range []string{"running", "running.tar", "running.tar.gz", "stopped.tar.gz"} {
		b.wants(0, "given checkpoint of 259 ", "replay", "verify", "--bundle", at(name), "--key", key, "--checkpoint", at("early/checkpoint"))
	}
	b.wants(0, "signed by the given key", "replay", "verify", "--bundle", at("early"), "--key", at("running/key"))
	b.wants(0, "signed by the bundle's own key", "replay", "verify", "--bundle", at("early"))
	b.wants(1, "bundle  checkpoint expected one signed by example+", "replay", "verify", "--bundle", at("early"),
		"--key", "example+3eb7338f+AUGNDeWzVLqCN0cHxl8ZlZbZFTBQ9IzVX2m2tWDcGfp8")

	file := at("running/tile/entries/001")
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 4
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	b.wants(1, "tiles  tile/0/001, hash ", "replay", "verify", "--bundle", at("running"))
	if out, err := python(at("running")); err == nil {
		t.Errorf("not found by verify.py: %s", out)
	}
	if out, err := check(at("running"), key); err == nil {
		t.Errorf("not found by fsck: %s", out)
	}
	b.wants(1, "is there already", "replay", "export", "--bundle", at("early"), "--data-dir", b.dir)
	b.wants(2, "no format, filter or -o", "replay", "export", "--bundle", at("other"), "--type", "UserAdded")
	b.wants(2, "--key goes with --bundle", "replay", "verify", "--key", key)
	b.up()
}

// gzipped wants bundles of entries compressed for who takes that, and plain for
// who does not.
func (b *bed) gzipped() {
	b.Helper()
	ask := func(path, accept string) (string, []byte) {
		r, err := http.NewRequest("GET", b.Base+path, nil)
		if err != nil {
			b.Fatal(err)
		}
		r.Header.Set("Accept-Encoding", accept)
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			b.Fatal(err)
		}
		defer answer.Body.Close()
		data, err := io.ReadAll(answer.Body)
		if err != nil || answer.StatusCode != 200 {
			b.Fatal(answer.Status, err)
		}
		return answer.Header.Get("Content-Encoding"), data
	}
	kind, plain := ask("/log/tile/entries/000", "identity, gzip;q=0")
	if kind != "" {
		b.Errorf("%s for who takes no gzip", kind)
	}
	kind, zipped := ask("/log/tile/entries/000", "identity, gzip;q=0.5")
	r, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		b.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if kind != "gzip" || err != nil || !bytes.Equal(data, plain) || len(zipped) > len(plain)/2 {
		b.Errorf("%q, %d bytes of %d, %v", kind, len(zipped), len(plain), err)
	}
	if kind, _ := ask("/log/tile/0/000", "gzip"); kind != "" {
		b.Errorf("hashes come as %s", kind)
	}
}
