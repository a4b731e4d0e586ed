package keys

import (
	"bufio"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

// childEnv names the folder in which the re-executed test seals and erases
// until it is killed.
const childEnv = "SEATLEDGER_TEST_KEYS_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childEnv); dir != "" {
		fmt.Fprintln(os.Stderr, child(dir))
		os.Exit(3)
	}
	os.Exit(m.Run())
}

// child tells on standard output what was acknowledged: whom it sealed for,
// and whom it erased.
func child(dir string) error {
	s, err := Open(dir, Options{})
	if err != nil {
		return err
	}
	for i := 0; ; i++ {
		var us []*events.UserAdded
		var vs []events.Personable
		for range 1 + i%40 {
			u := &events.UserAdded{PersonID: ulid.Make().String(), Email: events.Clear("ada@example.com")}
			us, vs = append(us, u), append(vs, u)
		}
		if err := s.Seal(vs...); err != nil {
			return err
		}
		for _, u := range us {
			fmt.Printf("sealed %s %x\n", u.PersonID, u.Email.Sealed)
		}
		if i%3 == 0 {
			if err := s.Erase(us[0].PersonID); err != nil {
				return err
			}
			fmt.Printf("erased %s -\n", us[0].PersonID)
		}
		if i%50 == 49 {
			if err := s.Rotate(NewKEK()); err != nil {
				return err
			}
		}
	}
}

func TestKilled(t *testing.T) {
	dir := t.TempDir()
	told := map[string][]byte{} // sealed data, by person
	erased := map[string]bool{}
	for round := range 5 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), childEnv+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(100+37*round)*time.Millisecond, func() { _ = cmd.Process.Kill() })
		hear(t, bufio.NewReader(out), told, erased)
		_ = cmd.Wait()

		s := openStore(t, dir, Options{MustExist: round > 0})
		for person, blob := range told {
			u := &events.UserAdded{PersonID: person, Email: events.Personal{Sealed: blob}}
			if err := s.Open(u); err != nil {
				t.Fatal(err)
			}
			if erased[person] && !u.Email.Erased || !u.Email.Erased && u.Email.Plain != "ada@example.com" {
				t.Fatalf("round %d: %s: %+v", round, person, u.Email)
			}
		}
		closeStore(t, s)
	}
	if len(told) == 0 || len(erased) == 0 {
		t.Fatalf("%d sealed, %d erased before the kill", len(told), len(erased))
	}
}

func hear(t *testing.T, r *bufio.Reader, told map[string][]byte, erased map[string]bool) {
	t.Helper()
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return // a line without its end was not told
		}
		word := strings.Fields(line)
		if word[0] == "erased" {
			erased[word[1]] = true
			continue
		}
		if told[word[1]], err = hex.DecodeString(word[2]); err != nil {
			t.Fatal(err)
		}
	}
}
