package lossy

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
)

// bench is a mounted disk.
type bench struct {
	*testing.T
	*Disk
	dir string
}

func mounted(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	d, err := Mount(dir)
	if err != nil {
		t.Fatalf("these tests mount a file system and run as root: %v", err)
	}
	t.Cleanup(func() {
		if err := d.Unmount(); err != nil {
			t.Error(err)
		}
	})
	return &bench{t, d, dir}
}

func (b *bench) must(err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

func (b *bench) at(name string) string { return filepath.Join(b.dir, name) }

// write writes a file, and fsyncs it if synced.
func (b *bench) write(name, text string, synced bool) {
	b.Helper()
	f, err := os.OpenFile(b.at(name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	b.must(err)
	_, err = f.WriteString(text)
	b.must(err)
	if synced {
		b.must(f.Sync())
	}
	b.must(f.Close())
}

func (b *bench) sync(name string) {
	b.Helper()
	f, err := os.Open(b.at(name))
	b.must(err)
	b.must(f.Sync())
	b.must(f.Close())
}

// has wants a file to have a text; "-" is no file.
func (b *bench) has(name, want string) {
	b.Helper()
	got, err := os.ReadFile(b.at(name))
	if errors.Is(err, fs.ErrNotExist) {
		got, err = []byte("-"), nil
	}
	if err != nil || string(got) != want {
		b.Errorf("%s has %q, %v; want %q", name, got, err, want)
	}
}

// What was fsynced survives, and nothing else, where nothing does by chance.
func TestDropsWhatWasNotSynced(t *testing.T) {
	b := mounted(t)
	b.write("synced", "one", true)
	b.write("named", "one", false)
	b.must(os.Mkdir(b.at("folder"), 0o700))
	b.write("folder/lost", "one", true)
	b.sync(".")
	b.write("nameless", "one", true)
	b.write("synced", "two, longer", false)
	b.must(os.Rename(b.at("named"), b.at("renamed")))
	b.has("synced", "two, longer")
	b.has("renamed", "one")
	b.must(b.Cut(0, rand.New(rand.NewPCG(1, 1))))
	b.has("synced", "one")
	b.has("named", "")
	b.has("renamed", "-")
	b.has("nameless", "-")
	b.has("folder/lost", "-")
	b.write("synced", "three", true)
	b.must(os.Remove(b.at("named")))
	b.sync(".")
	b.must(b.Cut(0, rand.New(rand.NewPCG(1, 1))))
	b.has("synced", "three")
	b.has("named", "-")
}

// A rename between two folders is done or not done; an fsync of either does it,
// with what was done before.
func TestRenamesAreWhole(t *testing.T) {
	b := mounted(t)
	for _, dir := range []string{"a", "b"} {
		b.must(os.Mkdir(b.at(dir), 0o700))
	}
	b.sync(".")
	for _, synced := range []string{"", "a", "b"} {
		b.write("a/x", "text", true)
		b.sync("a")
		b.must(os.Rename(b.at("a/x"), b.at("b/x")))
		if synced != "" {
			b.sync(synced)
		}
		b.must(b.Cut(0, rand.New(rand.NewPCG(1, 1))))
		if synced == "" {
			b.has("a/x", "text")
			b.has("b/x", "-")
			continue
		}
		b.has("a/x", "-")
		b.has("b/x", "text")
		b.must(os.Remove(b.at("b/x")))
		b.sync("b")
	}
}

// By chance a block survives, or does not; what was fsynced always does.
func TestSurvivesByChance(t *testing.T) {
	b := mounted(t)
	rng := rand.New(rand.NewPCG(2, 2))
	old, fresh := bytes.Repeat([]byte("o"), 8*blockBytes), bytes.Repeat([]byte("f"), 8*blockBytes)
	mixed := 0
	for range 20 {
		b.write("file", string(old), true)
		b.sync(".")
		f, err := os.OpenFile(b.at("file"), os.O_WRONLY, 0)
		b.must(err)
		_, err = f.Write(fresh)
		b.must(err)
		b.must(f.Close())
		b.must(b.Cut(50, rng))
		got, err := os.ReadFile(b.at("file"))
		b.must(err)
		n := bytes.Count(got, []byte("f"))
		if len(got) != len(old) || n%blockBytes != 0 || n+bytes.Count(got, []byte("o")) != len(old) {
			t.Fatalf("%d bytes, %d of them new", len(got), n)
		}
		if n > 0 && n < len(old) {
			mixed++
		}
	}
	if mixed < 15 {
		t.Errorf("only %d of 20 files are of old and new", mixed)
	}
	b.write("file", "all", false)
	b.write("new", "all", false)
	b.must(b.Cut(100, rng))
	b.has("file", "all")
	b.has("new", "all")
	copied := filepath.Join(t.TempDir(), "copy")
	b.must(b.CopyTo(copied))
	if got, err := os.ReadFile(filepath.Join(copied, "new")); err != nil || string(got) != "all" {
		t.Errorf("the copy has %q, %v", got, err)
	}
}
