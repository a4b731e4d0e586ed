package keys

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/seatledger/seatledger/events"
)

var makeGolden = flag.Bool("golden", false, "make the golden folder of the newest format, if it is not there")

// Every format ever written stays readable: testdata/v1 is a store with a
// person, an erased person, and the log's entries of both.
func TestGolden(t *testing.T) {
	const from = "testdata/v1"
	if *makeGolden {
		writeGolden(t, from)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir, Options{MustExist: true})
	lines := bytes.Split(bytes.TrimSpace(files(t, dir)["users"]), []byte("\n"))
	kept, gone := new(events.UserAdded), new(events.UserAdded)
	for i, u := range []*events.UserAdded{kept, gone} {
		if err := events.UnmarshalStrict(lines[i], u); err != nil {
			t.Fatal(err)
		}
	}
	mustOpen(t, s, kept)
	mustBeErased(t, s, gone)
	if got := fmt.Sprintf("%x", s.Secret("golden")); got != string(lines[2]) {
		t.Fatalf("secret %s, want %s", got, lines[2])
	}
}

func writeGolden(t *testing.T, dir string) {
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	s := openStore(t, dir, Options{})
	var text []byte
	kept, gone := sealed(t, s, personOf(t)), sealed(t, s, personOf(t))
	for _, u := range []*events.UserAdded{kept, gone} {
		line, err := events.MarshalStrict(u)
		if err != nil {
			t.Fatal(err)
		}
		text = append(append(text, line...), '\n')
	}
	if err := s.Erase(gone.PersonID); err != nil {
		t.Fatal(err)
	}
	text = fmt.Appendf(text, "%x\n", s.Secret("golden"))
	closeStore(t, s)
	for _, err := range []error{
		os.WriteFile(filepath.Join(dir, "users"), text, 0o644),
		os.Truncate(filepath.Join(dir, nameSlots), offset(2)), os.Remove(filepath.Join(dir, nameLock)),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
}
