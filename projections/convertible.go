package projections

import (
	"iter"
	"strings"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/consumer"
)

// Convertible is a consumer user whom an account can take over (CNV-1).
type Convertible struct {
	UserID string `json:"user_id"`
	Email  Shown  `json:"email"`
	Domain string `json:"domain"`
}

// Convertibles is a page of those whom an account can take over.
type Convertibles struct {
	List[Convertible]
	// ReviewAvailable is false when there is none, on no page: there is
	// nothing to review then.
	ReviewAvailable bool `json:"review_available"`
}

// ConvertibleUsers lists the consumer users in the domains of an account's
// administrators, by domain and id; rule.NotFound if there is no such account
// for the audience.
func ConvertibleUsers(s *Snapshot, a Audience, accountID string, p Page) (Convertibles, error) {
	if _, err := s.account(a, accountID); err != nil {
		return Convertibles{List: List[Convertible]{Items: []Convertible{}}}, err
	}
	rows := s.convertible(account.AdminDomains(s, accountID))
	v := Convertibles{}
	for range rows("") {
		v.ReviewAvailable = true
		break
	}
	var err error
	v.List, err = lister[consumer.User, Convertible]{"convertible-users", accountID, rows, func(r *consumer.User) (*Convertible, error) {
		return &Convertible{UserID: r.UserID, Email: a.show(r.Email), Domain: r.Domain}, nil
	}}.page(s, a, p)
	return v, err
}

// convertible yields the consumer users of domains that are sorted, behind a
// domain and an id.
func (s *Snapshot) convertible(domains []string) func(after string) iter.Seq2[string, *consumer.User] {
	return func(after string) iter.Seq2[string, *consumer.User] {
		from, id, _ := strings.Cut(after, " ")
		return func(yield func(string, *consumer.User) bool) {
			for _, d := range domains {
				behind := ""
				if d < from {
					continue
				}
				if d == from {
					behind = id
				}
				for id, u := range listed(s, consumer.ByDomain, d, consumer.Users)(behind) {
					if !yield(d+" "+id, u) {
						return
					}
				}
			}
		}
	}
}
