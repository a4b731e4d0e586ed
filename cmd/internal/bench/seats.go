package bench

import (
	"math/rand/v2"
	"strconv"
)

// What the measured commands are about.
const (
	// seatCount is how many users there are, each with a seat to take.
	seatCount = 10_000
	product   = "miteam_meetings"
	partnerID = "northwind"
	actor     = "bench"
	assign    = "AssignLicense"
	unassign  = "UnassignLicense"
)

// seats are users and the seats they take and give back.
type seats struct {
	all        []seat
	perAccount int
}

type seat struct {
	account, user string
	taken         bool // belongs to the one caller that works on it
}

// spreadSeats has one user in each of many accounts.
func spreadSeats(n int) *seats { return evenSeats(n, 1) }

// evenSeats has the same number of users in each of many accounts.
func evenSeats(accounts, users int) *seats {
	s := &seats{all: make([]seat, accounts*users), perAccount: users}
	for i := range s.all {
		s.all[i] = seat{account: accountID(i / users), user: userID(i % users)}
	}
	return s
}

// hotSeats has all users in one account.
func hotSeats(n int) *seats {
	s := &seats{all: make([]seat, n), perAccount: n}
	for i := range s.all {
		s.all[i] = seat{account: "hot", user: userID(i)}
	}
	return s
}

// split takes n of the seats, or all if there are not so many, from as many
// accounts as can be. The others are the rest.
func (s *seats) split(n int) (some, rest *seats) {
	some, rest = &seats{perAccount: 1}, &seats{perAccount: 1}
	stride := max(1, len(s.all)/n)
	for i, one := range s.all {
		if i%stride == 0 && len(some.all) < n {
			some.all = append(some.all, one)
		} else {
			rest.all = append(rest.all, one)
		}
	}
	return some, rest
}

func accountID(i int) string { return "account-" + strconv.Itoa(i) }

func userID(i int) string { return "user-" + strconv.Itoa(i) }

// accounts lists the accounts, each once.
func (s *seats) accounts() []string {
	ids := make([]string, 0, len(s.all)/s.perAccount)
	for i := 0; i < len(s.all); i += s.perAccount {
		ids = append(ids, s.all[i].account)
	}
	return ids
}

// share is what one caller works on: seats that no other caller touches, so
// that every command changes something.
type share struct {
	seats  []seat // of all of them
	first  int
	stride int
	count  int
	random *rand.Rand
}

// share gives caller i of n every n-th seat.
func (s *seats) share(i, n int) *share {
	return &share{
		seats: s.all, first: i, stride: n, count: (len(s.all) - i + n - 1) / n,
		random: rand.New(rand.NewPCG(uint64(i), uint64(n))), // #nosec G404 -- a load, not a secret
	}
}

// index is where a random seat of the share stands.
func (s *share) index() int { return s.first + s.stride*s.random.IntN(s.count) }

func (s *share) pick() *seat { return &s.seats[s.index()] }
