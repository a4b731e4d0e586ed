package e2e

import (
	"fmt"
	"testing"

	"github.com/seatledger/seatledger/cmd/internal/e2e/ledger"
)

func replayed(a *ledger.Answer) bool { return a.Header.Get("Idempotency-Replayed") == "true" }

// sameAnswer wants a replay of the first answer.
func sameAnswer(t testing.TB, what string, first, again *ledger.Answer) {
	t.Helper()
	if again.Status != 200 || !replayed(again) || string(again.Body) != string(first.Body) {
		t.Errorf("%s: first %s, again %s (replayed: %v)", what, shown(first), shown(again), replayed(again))
	}
}

// The same key with the same body answers the same, at any later time; with
// anything else it is refused.
func TestKeysAreRemembered(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	on, off := "EnableMiCollabIntegration", "DisableMiCollabIntegration"
	in := body{"account_id": "a"}
	first := accepted(t, b.Keyed("k1").Do(on, in), on, in)
	if replayed(first) {
		t.Error("the first answer says that it is a replay")
	}
	nothing := accepted(t, b.Keyed("k2").Do(on, in), on, in)
	if len(nothing.Events) != 0 {
		t.Fatalf("switched on twice: %s", shown(nothing))
	}
	made := accepted(t, b.Keyed("k3").Do("PlaceOrder", order(line("miteam_meetings", 3))), "PlaceOrder", nil)
	b.done(off, in)
	end := b.end()
	check := func(stage string) {
		sameAnswer(t, stage+": the same", first, b.Keyed("k1").Do(on, in))
		sameAnswer(t, stage+": no change", nothing, b.Keyed("k2").Do(on, in))
		sameAnswer(t, stage+": made an id", made, b.Keyed("k3").Do("PlaceOrder", order(line("miteam_meetings", 3))))
		for what, a := range map[string]*ledger.Answer{
			"another body":    b.Keyed("k1").Do(on, body{"account_id": "other"}),
			"another command": b.Keyed("k1").Do(off, in),
		} {
			if wrong := refusal(a, 422, "idempotency_key_reused"); wrong != "" {
				t.Errorf("%s: %s: %s", stage, what, wrong)
			}
		}
		if at := b.end(); at != end {
			t.Errorf("%s: replays were recorded: position %d, then %d", stage, end, at)
		}
	}
	check("at once")
	b.down()
	b.up()
	check("after a restart")
	b.crash()
	check("after a crash")
	scoped := b.As("partner", "p").Keyed("k1").Do(on, in)
	if scoped.Status != 200 || replayed(scoped) || len(scoped.Events) == 0 {
		t.Errorf("another scope has keys of its own: %s", shown(scoped))
	}
}

// A refusal is not remembered: the same key may succeed later.
func TestRefusalsAreNotRemembered(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.done("AddUser", addUser("a", "u"))
	c := b.Keyed("k")
	if wrong := refusal(c.Do("AssignLicense", seat("a", "u")), 409, "no_licenses_available"); wrong != "" {
		t.Error(wrong)
	}
	b.seats("p", "a", 1)
	first := accepted(t, c.Do("AssignLicense", seat("a", "u")), "AssignLicense", nil)
	if len(first.Events) != 1 || replayed(first) {
		t.Errorf("the refusal was remembered: %s", shown(first))
	}
	sameAnswer(t, "after a refusal", first, c.Do("AssignLicense", seat("a", "u")))
	for _, key := range []string{string(make([]byte, 0)), fmt.Sprintf("%0256d", 1), "tab\there"} {
		a := b.Keyed(key).Do("EnableMiCCIntegration", body{"account_id": "a"})
		if key != "" && a.Err == nil && a.Status != 400 && a.Status != 422 {
			t.Errorf("key %q: %s", key, shown(a))
		}
	}
}

// The same command at once from many clients with one key is recorded once.
func TestDuplicatesAtOnce(t *testing.T) {
	t.Parallel()
	const clients = 32
	b := startRaced(t)
	b.founded()
	for round := range 8 {
		before := b.end()
		in := order(line("miteam_meetings", 1+round))
		answers := make([]*ledger.Answer, clients)
		each(clients, func(i int) { answers[i] = b.Keyed(fmt.Sprint("key-", round)).Do("PlaceOrder", in) })
		originals := 0
		for _, a := range answers {
			accepted(t, a, "PlaceOrder", in)
			if string(a.Body) != string(answers[0].Body) {
				t.Fatalf("two answers: %s and %s", shown(a), shown(answers[0]))
			}
			if !replayed(a) {
				originals++
			}
		}
		if originals != 1 {
			t.Errorf("%d of %d answers are not marked as replays", originals, clients)
		}
		if n := len(b.history(before + 1)); n != 1 {
			t.Fatalf("%d events recorded", n)
		}
	}
}

// dry_run records nothing and takes no key; expected_position refuses what
// was decided on something else.
func TestRehearsals(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	b.customer("p", "b")
	end := b.end()
	in := body{"account_id": "a"}
	dry := b.done("EnableMiCCIntegration", in, "dry_run", "true")
	if dry.Position != end || len(dry.Events) != 3 || dry.Events[0].Type != "MiCCIntegrationEnabled" {
		t.Errorf("dry run at %d: %s", end, shown(dry))
	}
	if wrong := refusal(b.Do("AssignLicense", seat("a", "none"), "dry_run", "true"), 404, "not_found"); wrong != "" {
		t.Error(wrong)
	}
	if at := b.end(); at != end {
		t.Fatalf("a dry run was recorded: position %d, then %d", end, at)
	}
	b.done("EnableMiCCIntegration", body{"account_id": "b"}) // not named: changes nothing for a
	b.done("EnableMiCCIntegration", in, "expected_position", decimal(dry.Position))
	a := b.Do("DisableMiCCIntegration", in, "expected_position", decimal(dry.Position))
	if wrong := refusal(a, 412, "changed_since"); wrong != "" {
		t.Error(wrong)
	}
	b.done("DisableMiCCIntegration", in, "expected_position", decimal(b.end()))
}
