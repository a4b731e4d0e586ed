package bench

import "testing"

func TestEverySeatHasOneCaller(t *testing.T) {
	for _, n := range []int{1, 16, 128, 1024} {
		s := spreadSeats(2000)
		owner := map[*seat]int{}
		for i := range n {
			mine := s.share(i, n)
			for k := range mine.count {
				seat := &mine.seats[mine.first+mine.stride*k]
				if other, taken := owner[seat]; taken {
					t.Fatalf("%d callers: %v belongs to %d and %d", n, seat, other, i)
				}
				owner[seat] = i
			}
			for range 100 {
				if picked := mine.pick(); owner[picked] != i {
					t.Fatalf("%d callers: %d picked %v of %d", n, i, picked, owner[picked])
				}
			}
		}
		if len(owner) != len(s.all) {
			t.Errorf("%d callers work on %d of %d seats", n, len(owner), len(s.all))
		}
	}
}

func TestAccountsOfSeats(t *testing.T) {
	if got := spreadSeats(30).accounts(); len(got) != 30 || got[29] != "account-29" {
		t.Errorf("spread: %v", got)
	}
	if got := hotSeats(30).accounts(); len(got) != 1 || got[0] != "hot" {
		t.Errorf("hot: %v", got)
	}
}

func TestSplitSpreadsOverAccounts(t *testing.T) {
	some, rest := evenSeats(20, 10).split(20)
	if len(some.all) != 20 || len(rest.all) != 180 || len(some.accounts()) != 20 {
		t.Fatalf("%d and %d seats, of %d accounts", len(some.all), len(rest.all), len(some.accounts()))
	}
	seen := map[seat]bool{}
	for _, one := range append(some.all, rest.all...) {
		seen[one] = true
	}
	if len(seen) != 200 {
		t.Errorf("%d seats of 200", len(seen))
	}
	if some, rest := evenSeats(3, 2).split(100); len(some.all) != 6 || len(rest.all) != 0 {
		t.Errorf("%d and %d seats of 6", len(some.all), len(rest.all))
	}
}
