package heal

import (
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/seatledger/seatledger/events/jetstream"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A healing that is cut short after any of its moves is finished by the next
// start, and so is that one if it is cut short in turn.
func TestHealingCutShort(t *testing.T) {
	for done := range 5 {
		l := &Ledger{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
		write(t, l.in("copy", "file"), "old copy")
		write(t, l.in("nats", "file"), "old journal")
		write(t, l.in(healingFolder, "copy", "file"), "new copy")
		write(t, l.in(healingFolder, "nats", "file"), "new journal")
		var p plan
		for _, name := range []string{"copy", "nats"} {
			p.aside(l, time.Now(), name, l.in(name))
			p.add(l, l.in(healingFolder, name), l.in(name))
		}
		write(t, l.in(healingFolder, planFile), planned(t, p))
		for _, m := range p.Moves[:done] {
			if err := os.MkdirAll(filepath.Dir(l.absolute(m.To)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(l.absolute(m.From), l.absolute(m.To)); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if err := l.Finish(); err != nil {
				t.Fatal(err)
			}
		}
		for path, want := range map[string]string{
			l.in("copy"): "new copy", l.in("nats"): "new journal",
			l.absolute(p.Moves[0].To): "old copy", l.absolute(p.Moves[2].To): "old journal",
		} {
			if got, err := os.ReadFile(filepath.Join(path, "file")); err != nil || string(got) != want {
				t.Errorf("after %d moves, %s has %q, %v; want %q", done, path, got, err, want)
			}
		}
		if exists(l.in(healingFolder)) {
			t.Errorf("after %d moves, the folder of the healing is left", done)
		}
	}
}

// What was not decided is thrown away.
func TestHealingNotDecided(t *testing.T) {
	l := &Ledger{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	write(t, l.in("copy", "file"), "old copy")
	write(t, l.in(healingFolder, "copy", "file"), "half a copy")
	if err := l.Finish(); err != nil || exists(l.in(healingFolder)) || !exists(l.in("copy", "file")) {
		t.Fatal(err)
	}
}

// A consumer that was seen comes back as it was; a memory that is damaged is not
// believed.
func TestPlaces(t *testing.T) {
	l := &Ledger{Data: t.TempDir(), Log: slog.New(slog.DiscardHandler)}
	l.NATS = l.in("nats")
	place := jetstream.Place{Consumer: "d", Meta: []byte(`{"durable_name":"d"}`), MetaSum: []byte("not right"), State: []byte("state")}
	if err := l.feedFolder().PutPlace(place); err != nil {
		t.Fatal(err)
	}
	r := &Report{}
	if err := l.lookAtConsumers(r); err != nil || !r.has(Consumers) {
		t.Fatalf("%+v, %v", r, err)
	}
	if err := l.restorePlaces(l.feedFolder()); err != nil || exists(filepath.Join(l.feedFolder().Dir, "obs", "d")) {
		t.Fatalf("a damaged consumer that nobody remembers stays: %v", err)
	}
	if err := l.KeepPlaces(true); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(l.in(placesFile))
	if err != nil {
		t.Fatal(err)
	}
	text[len(text)/2] ^= 1
	write(t, l.in(placesFile), string(text))
	if k, err := l.places(); err == nil {
		t.Errorf("a flipped bit was read as %+v", k)
	}
}

func planned(t *testing.T, p plan) string {
	t.Helper()
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
