package jetstream

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/logtest"
)

// testLog shows what the server says when a test fails.
func testLog(t testing.TB) *slog.Logger {
	return slog.New(slog.NewTextHandler(t.Output(), nil))
}

func start(t testing.TB, o Options) *Embedded {
	t.Helper()
	o.Log = testLog(t)
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func openJournal(t testing.TB, s *Embedded) *Journal {
	t.Helper()
	j, err := s.OpenJournal(t.Context(), JournalOptions{Epoch: 1})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func TestJournalSuite(t *testing.T) {
	logtest.Run(t, func(t testing.TB) logtest.Store {
		dir := t.TempDir()
		var s *Embedded
		return logtest.Store{
			Open: func(t testing.TB) events.Journal {
				s = start(t, Options{StoreDir: dir})
				return openJournal(t, s)
			},
			Close:  func(testing.TB) { s.Close() },
			Damage: func(t testing.TB, seq uint64) { flipBit(t, dir, seq) },
		}
	})
}

// flipBit damages one message, found by what the suite writes into it.
func flipBit(t testing.TB, dir string, seq uint64) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "jetstream", accountPrivate, "streams", JournalStream, "msgs", "*"+blockSuffix))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if i := bytes.Index(b, fmt.Appendf(nil, "message %d ", seq)); i >= 0 {
			b[i] ^= 1
			if err := os.WriteFile(file, b, 0o600); err != nil {
				t.Fatal(err)
			}
			return
		}
	}
	t.Fatalf("message %d is in none of %v", seq, files)
}
