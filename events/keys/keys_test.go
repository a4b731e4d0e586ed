package keys

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

func personOf(t testing.TB) string {
	t.Helper()
	return ulid.MustNew(ulid.Now(), rand.Reader).String()
}

func openStore(t testing.TB, dir string, o Options) *Store {
	t.Helper()
	s, err := Open(dir, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func closeStore(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func user(person string) *events.UserAdded {
	return &events.UserAdded{
		PersonID: person, Email: events.Clear("ada@example.com"),
		FirstName: events.Clear("Ada"), LastName: events.Clear("Lovelace"),
	}
}

// sealed is a sealed user whose text is not held.
func sealed(t testing.TB, s *Store, person string) *events.UserAdded {
	t.Helper()
	u := user(person)
	if err := s.Seal(u); err != nil {
		t.Fatal(err)
	}
	return stored(t, u)
}

// stored is the user as it comes back from the log.
func stored(t testing.TB, u *events.UserAdded) *events.UserAdded {
	t.Helper()
	b, err := events.MarshalStrict(u)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"ada@", `"Ada"`, "Lovelace"} {
		if bytes.Contains(b, []byte(secret)) {
			t.Fatalf("recorded in the clear: %s", b)
		}
	}
	back := new(events.UserAdded)
	if err := events.UnmarshalStrict(b, back); err != nil {
		t.Fatal(err)
	}
	return back
}

func mustOpen(t testing.TB, s *Store, u *events.UserAdded) {
	t.Helper()
	if err := s.Open(u); err != nil {
		t.Fatal(err)
	}
	if u.Email.Plain != "ada@example.com" || u.FirstName.Plain != "Ada" || u.LastName.Plain != "Lovelace" || u.Email.Erased {
		t.Fatalf("opened as %q %q %q", u.Email.Plain, u.FirstName.Plain, u.LastName.Plain)
	}
}

func mustBeErased(t testing.TB, s *Store, u *events.UserAdded) {
	t.Helper()
	if err := s.Open(u); err != nil {
		t.Fatal(err)
	}
	for _, p := range []events.Personal{u.Email, u.FirstName, u.LastName} {
		if !p.Erased || p.Plain != "" {
			t.Fatalf("erased=%v plain=%q", p.Erased, p.Plain)
		}
	}
	if err := s.Seal(user(u.PersonID)); !errors.Is(err, events.ErrPersonErased) {
		t.Fatalf("sealing for an erased person: %v", err)
	}
}

// files is everything in the folder, by name.
func files(t testing.TB, dir string) map[string][]byte {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]byte{}
	for _, e := range list {
		if all[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// mustLeaveNoTrace looks for any 8 bytes in a row of secret in the folder.
func mustLeaveNoTrace(t testing.TB, dir string, secret []byte) {
	t.Helper()
	for name, b := range files(t, dir) {
		for i := 0; i+8 <= len(secret); i++ {
			if bytes.Contains(b, secret[i:i+8]) {
				t.Fatalf("%s still holds bytes %d to %d of what was destroyed", name, i, i+8)
			}
		}
	}
}

// wrappedOf is the person's wrapped key as it stands in the file.
func wrappedOf(t testing.TB, s *Store, person string) []byte {
	t.Helper()
	at, ok := s.index[ulid.MustParse(person)]
	if !ok {
		t.Fatalf("no slot of %s", person)
	}
	b := make([]byte, wrappedBytes)
	if _, err := s.file.ReadAt(b, offset(at.slot())+slotKey); err != nil {
		t.Fatal(err)
	}
	return b
}

func mustNotTell(t testing.TB, err error, secrets ...string) {
	t.Helper()
	for _, s := range secrets {
		if strings.Contains(err.Error(), strings.TrimSpace(s)) {
			t.Fatalf("the error tells a secret: %v", err)
		}
	}
}
