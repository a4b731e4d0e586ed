package bundle

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/replay"
)

// logged is a log of events that can be signed at any size.
type logged struct {
	testing.TB
	entries []events.Entry
	signer  note.Signer
	key     string
}

func newLog(t testing.TB, size int) *logged {
	t.Helper()
	l := &logged{TB: t}
	secret, public, err := note.GenerateKey(rand.Reader, "ledger.example/log")
	if err == nil {
		l.key = public
		l.signer, err = note.NewSigner(secret)
	}
	if err != nil {
		t.Fatal(err)
	}
	const id = "01JQ0000000000000000000000"
	for n := range size {
		b, err := events.Kinds.Encode(&events.Event{
			ID: id, Time: time.Unix(1_800_000_000+int64(n), 0).UTC(), Version: 1, Partner: "acme", Aggregate: "account", AggregateID: "contoso",
			Data:  &events.UserLicenseAssigned{AccountID: "contoso", UserID: fmt.Sprint("u", n), Product: "miteam_meetings"},
			Cause: events.Cause{Actor: "ann", ActorRole: "partner", CommandID: id, CommandType: "AssignLicense", CorrelationID: id, CausationID: id},
		})
		if err != nil {
			t.Fatal(err)
		}
		l.entries = append(l.entries, b)
	}
	return l
}

// root is the tree's at a size, by tlog alone.
func (l *logged) root(size int) tlog.Hash {
	l.Helper()
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) (all []tlog.Hash, _ error) {
		for _, i := range indexes {
			all = append(all, stored[i])
		}
		return all, nil
	})
	for n, b := range l.entries[:size] {
		hashes, err := tlog.StoredHashes(int64(n), b, reader)
		if err != nil {
			l.Fatal(err)
		}
		stored = append(stored, hashes...)
	}
	root, err := tlog.TreeHash(int64(size), reader)
	if err != nil {
		l.Fatal(err)
	}
	return root
}

func (l *logged) signed(size int) []byte {
	l.Helper()
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", l.signer.Name(), size, l.root(size))}, l.signer)
	if err != nil {
		l.Fatal(err)
	}
	return signed
}

func (l *logged) log(size int) Log {
	return Log{Key: l.key, Checkpoint: l.signed(size), Entries: each(l.entries)}
}

func each(all []events.Entry) iter.Seq2[events.Entry, error] {
	return func(yield func(events.Entry, error) bool) {
		for _, b := range all {
			if !yield(b, nil) {
				return
			}
		}
	}
}

// written is a bundle of the log at a size.
func (l *logged) written(name string, size int) string {
	l.Helper()
	path := filepath.Join(l.TempDir(), name)
	if _, err := Write(l.Context(), path, l.log(size), nil); err != nil {
		l.Fatal(err)
	}
	return path
}

// found are the findings of a bundle.
func (l *logged) found(path string, known Known) (all []string) {
	l.Helper()
	b, err := Open(path)
	if err != nil {
		l.Fatal(err)
	}
	v, err := b.Verify(l.Context(), known, func(f replay.Finding) {
		all = append(all, fmt.Sprintf("%s: %s @%d %s", f.Part, f.Where, f.Position, f.Message))
	}, nil)
	if err := errors.Join(err, b.Close()); err != nil {
		l.Fatal(err)
	}
	if v.Findings != len(all) {
		l.Errorf("%d findings, %d told", v.Findings, len(all))
	}
	return all
}

// files are those of a folder.
func files(t testing.TB, dir string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			all = append(all, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// A bundle of any form proves itself, is the same bytes again, and leaves
// nothing behind.
func TestBundleProvesItself(t *testing.T) {
	l := newLog(t, 600)
	for _, size := range []int{0, 1, 255, 256, 257, 600} {
		for _, name := range []string{"folder", "log.tar", "log.tar.gz", "log.tgz"} {
			path := l.written(name, size)
			if found := l.found(path, Known{Key: l.key, Checkpoint: l.signed(size / 2)}); len(found) > 0 {
				t.Errorf("%s of %d: %q", name, size, found)
			}
			if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
				t.Errorf("%s of %d: %v, %v", name, size, left, err)
			}
		}
	}
	a, _ := os.ReadFile(l.written("a.tar.gz", 600))
	b, _ := os.ReadFile(l.written("b.tar.gz", 600))
	if len(a) == 0 || !bytes.Equal(a, b) {
		t.Error("two bundles of the same log differ")
	}
}

// Tiles of the second level that are full, and of the third.
func TestBundleOfManyTiles(t *testing.T) {
	l := newLog(t, 1<<16+700)
	path := l.written("folder", 1<<16+700)
	if found := l.found(path, Known{Checkpoint: l.signed(1 << 16)}); len(found) > 0 {
		t.Fatalf("%q", found)
	}
	tile := filepath.Join(path, "tile", "1", "000")
	data, err := os.ReadFile(tile)
	if err != nil || len(data) != MaxTileBytes {
		t.Fatal(len(data), err)
	}
	data[5*tlog.HashSize] ^= 1
	if err := os.WriteFile(tile, data, 0o600); err != nil {
		t.Fatal(err)
	}
	found := l.found(path, Known{})
	if len(found) != 1 || !strings.Contains(found[0], "tiles: tile/1/000, hash 5 @1281 expected ") || !strings.Contains(found[0], "entries 1281 to 1536") {
		t.Errorf("%q", found)
	}
}

// verifiers are the two that nothing may get past.
func (l *logged) bothFind(path, what string) {
	l.Helper()
	if found := l.found(path, Known{}); len(found) == 0 {
		l.Errorf("%s: not found", what)
	}
	if out, err := python(path); err == nil {
		l.Errorf("%s: not found by verify.py: %s", what, out)
	}
}

func python(path string) (string, error) {
	cmd := exec.Command("python3", "-B", filepath.Join("..", "..", "docs", "verify", "verify.py"), path)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// A bit that is flipped anywhere in checkpoint, entries or tiles is found by
// both verifiers; of the checkpoint, every byte is tried.
func TestFlippedBits(t *testing.T) {
	l := newLog(t, 300)
	path := l.written("folder", 300)
	if out, err := python(path); err != nil || !strings.Contains(out, ": 300 entries have the signed root "+l.root(300).String()) {
		t.Fatal(out, err)
	}
	random := mathrand.New(mathrand.NewPCG(1, uint64(time.Now().UnixNano())))
	for _, file := range files(t, path) {
		name, _ := filepath.Rel(path, file)
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		flip := func(at, bit int, both bool) {
			other := bytes.Clone(data)
			other[at] ^= 1 << bit
			if err := os.WriteFile(file, other, 0o600); err != nil {
				t.Fatal(err)
			}
			what := fmt.Sprintf("%s, byte %d of %d, bit %d", name, at, len(data), bit)
			if both {
				l.bothFind(path, what)
			} else if found := l.found(path, Known{}); len(found) == 0 {
				t.Errorf("%s: not found", what)
			}
		}
		if name == ManifestFile || name == CheckpointFile || name == KeyFile {
			for at := range data {
				flip(at, random.IntN(8), false)
			}
		}
		for range 6 {
			flip(random.IntN(len(data)), random.IntN(8), name != ManifestFile)
		}
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if found := l.found(path, Known{}); len(found) > 0 {
		t.Errorf("%q", found)
	}
}

// Bits of the signature's base64 that nothing signs.
func TestLooseSignatureIsFound(t *testing.T) {
	l := newLog(t, 3)
	path := l.written("folder", 3)
	file := filepath.Join(path, CheckpointFile)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	at := bytes.LastIndexByte(data, '=') - 1
	data[at] = alphabet[strings.IndexByte(alphabet, data[at])^1]
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	l.bothFind(path, "a signature with loose bits")
}

// What a bundle can lack or have too much, and how it is named.
func TestBundleFindings(t *testing.T) {
	l, other := newLog(t, 600), newLog(t, 600)
	replace := func(name, from, to string) func(string) error {
		return func(dir string) error {
			file := filepath.Join(dir, name)
			data, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			return os.WriteFile(file, bytes.Replace(data, []byte(from), []byte(to), 1), 0o600)
		}
	}
	remove := func(name string) func(string) error {
		return func(dir string) error { return os.Remove(filepath.Join(dir, name)) }
	}
	for _, c := range []struct {
		what   string
		damage func(dir string) error
		known  Known
		want   []string // beginnings, in order; more may follow the last
	}{
		{"an entry changed", replace("tile/entries/001", `"u300"`, `"u3OO"`), Known{}, []string{
			"tiles: tile/0/001, hash 44 @301 expected ", "tiles: tile/1/000.p/2, hash 1 @257 expected ", "tree: the bundle's checkpoint @0 has root "}},
		{"an entry that is not canonical", replace("tile/entries/001", `"product":`, `"produit":`), Known{}, []string{
			"log: entry 257 @257 expected an entry as the ledger writes it; found: "}},
		{"entries missing", remove("tile/entries/001"), Known{}, []string{
			"bundle: tile/entries/001 @257 expected this file; found none", "log: positions 257 to 600 @257 what stands behind"}},
		{"a tile missing", remove("tile/0/002.p/88"), Known{}, []string{"bundle: tile/0/002.p/88 @513 expected this file"}},
		{"no checkpoint", remove(CheckpointFile), Known{}, []string{"bundle: checkpoint @0 expected this file"}},
		{"no key, but one is known", remove(KeyFile), Known{Key: l.key}, []string{"bundle: key @0 expected this file"}},
		{"another key is known", func(string) error { return nil }, Known{Key: other.key}, []string{
			"bundle: key @0 expected ", "bundle: checkpoint @0 expected one signed by " + other.key}},
		{"a newer checkpoint is known", replace("nothing", "", ""), Known{Checkpoint: l.signed(600)}, nil},
		{"a checkpoint of another history", func(string) error { return nil }, Known{Checkpoint: forged(l)}, []string{
			"tree: given checkpoint @0 has root "}},
		{"a checkpoint of another key", func(string) error { return nil }, Known{Checkpoint: other.signed(5)}, []string{
			"tree: given checkpoint @0 is not one that the log's key signed"}},
		{"a file too many", func(dir string) error { return os.WriteFile(filepath.Join(dir, "tile", "0", "003"), nil, 0o600) }, Known{}, []string{
			"bundle: tile/0/003 @0 expected no such file"}},
		{"a manifest of another size", replace(ManifestFile, `600`, `601`), Known{}, []string{"bundle: manifest.json @0 expected "}},
		{"a link out of it", func(dir string) error {
			return errors.Join(os.Remove(filepath.Join(dir, KeyFile)), os.Symlink("/etc/hostname", filepath.Join(dir, KeyFile)))
		}, Known{Key: l.key}, []string{"bundle: key @0 expected a file that can be read; found openat key: path escapes"}},
	} {
		path := l.written("folder", 600)
		if err := c.damage(path); err != nil && c.want != nil {
			t.Fatal(c.what, err)
		}
		found := l.found(path, c.known)
		if len(found) < len(c.want) || len(c.want) == 0 && len(found) > 0 {
			t.Errorf("%s: %q", c.what, found)
			continue
		}
		for i, want := range c.want {
			if !strings.HasPrefix(found[i], want) {
				t.Errorf("%s: found %q, want %q", c.what, found[i], want)
			}
		}
	}
	path := l.written("folder", 300)
	if found := l.found(path, Known{Checkpoint: l.signed(301)}); len(found) != 1 || !strings.Contains(found[0], "covers 301 events, and the log has 300") {
		t.Errorf("%q", found)
	}
}

// forged is signed, and not of this history.
func forged(l *logged) []byte {
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n%d\n%s\n", l.signer.Name(), 200, l.root(201))}, l.signer)
	if err != nil {
		l.Fatal(err)
	}
	return signed
}

// What is not signed is not written, and what is there is not written over.
func TestWriteRefuses(t *testing.T) {
	l := newLog(t, 20)
	dir := t.TempDir()
	for what, log := range map[string]Log{
		"too few entries":     {l.key, l.signed(20), each(l.entries[:19])},
		"other entries":       {l.key, l.signed(20), each(append(l.entries[1:20:20], l.entries[0]))},
		"another key":         {newLog(t, 0).key, l.signed(20), each(l.entries)},
		"a reading that ends": {l.key, l.signed(20), func(yield func(events.Entry, error) bool) { yield(nil, errors.New("gone")) }},
	} {
		for _, name := range []string{"folder", "log.tar.gz"} {
			if _, err := Write(t.Context(), filepath.Join(dir, name), log, nil); err == nil {
				t.Errorf("%s: written", what)
			}
		}
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	path := l.written("log.tar", 20)
	if _, err := Write(t.Context(), path, l.log(20), nil); err == nil || !strings.Contains(err.Error(), "is there already") {
		t.Error(err)
	}
}

// packed is an archive of headers; a file holds zeros.
func packed(t *testing.T, headers ...tar.Header) string {
	t.Helper()
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	w := tar.NewWriter(zip)
	for _, h := range headers {
		h.Mode = 0o644
		if err := w.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(make([]byte, h.Size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), zip.Close()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "hostile.tar.gz")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// An archive with anything that no bundle has is refused whole.
func TestHostileArchives(t *testing.T) {
	for want, path := range map[string]string{
		`"../checkpoint"`:        packed(t, tar.Header{Name: "../checkpoint", Typeflag: tar.TypeReg}),
		`"/tmp/checkpoint"`:      packed(t, tar.Header{Name: "/tmp/checkpoint", Typeflag: tar.TypeReg}),
		`"etc/passwd"`:           packed(t, tar.Header{Name: "tile/../etc/passwd", Typeflag: tar.TypeReg}),
		`not a regular file`:     packed(t, tar.Header{Name: "checkpoint", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"}),
		`it twice`:               packed(t, tar.Header{Name: "key", Typeflag: tar.TypeReg}, tar.Header{Name: "./key", Typeflag: tar.TypeReg}),
		`8193 bytes, and may`:    packed(t, tar.Header{Name: "tile/0/000", Typeflag: tar.TypeReg, Size: MaxTileBytes + 1}),
		`"tile/0/0"`:             packed(t, tar.Header{Name: "tile/0/0", Typeflag: tar.TypeReg}),
		`"tile/8/0/000"`:         packed(t, tar.Header{Name: "tile/8/0/000", Typeflag: tar.TypeReg}),
		`"tile/data/000"`:        packed(t, tar.Header{Name: "tile/data/000", Typeflag: tar.TypeReg}),
		`"tile/entries/000.p/0"`: packed(t, tar.Header{Name: "tile/entries/000.p/0", Typeflag: tar.TypeReg}),
	} {
		b, err := Open(path)
		if !errors.Is(err, ErrArchive) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
		if err == nil {
			b.Close()
		}
	}
	l := newLog(t, 20)
	path := l.written("log.tar.gz", 20)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range []int{len(data) / 2, len(data) - 1} {
		if err := os.WriteFile(path, data[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); !errors.Is(err, ErrArchive) {
			t.Errorf("cut off at %d: %v", n, err)
		}
	}
}

// The tests of the verifier in Python.
func TestPythonVerifier(t *testing.T) {
	cmd := exec.Command("python3", "-B", "verify_test.py")
	cmd.Dir = filepath.Join("..", "..", "docs", "verify")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
