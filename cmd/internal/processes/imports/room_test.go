package imports_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
	"github.com/seatledger/seatledger/events/keys"
)

// No account and no partner takes all the places there are for jobs that wait:
// here nothing runs, so all wait.
func TestNobodyTakesAllThePlaces(t *testing.T) {
	sealer, err := keys.Open(t.TempDir(), keys.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer sealer.Close()
	x, err := imports.Open(imports.Config{Dir: t.TempDir(), Keys: sealer, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	add := func(partner string, n int) error {
		_, err := x.Add(imports.New{PartnerID: partner, AccountID: fmt.Sprint(partner, n), Behavior: account.AddOnly}, strings.NewReader("EMAIL\r\nx@x.com\r\n"))
		return err
	}
	fill := func(partner string) (taken int) {
		for n := 0; ; n++ {
			before := taken
			for add(partner, n) == nil {
				taken++
			}
			if taken-before > imports.MaxWaitingOfAccount {
				t.Errorf("account %d of %s has %d", n, partner, taken-before)
			}
			if taken == before {
				return taken
			}
		}
	}
	if n := fill("p"); n != imports.MaxWaitingOfPartner {
		t.Errorf("the first partner has %d", n)
	}
	if err := add("q", 0); err != nil {
		t.Errorf("the second partner: %v", err)
	}
	if n := 1 + fill("q"); n != imports.MaxWaiting-imports.MaxWaitingOfPartner {
		t.Errorf("the second partner has %d", n)
	}
	if err := add("r", 0); !errors.Is(err, imports.ErrFull) {
		t.Errorf("the third partner: %v", err)
	}
}
