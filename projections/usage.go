package projections

import (
	"fmt"
	"slices"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// MaxBuckets is how many buckets of time one answer about usage has.
const MaxBuckets = 1000

// defaultBuckets is how far back usage goes when it is not told.
const defaultBuckets = 30

// Buckets are the lengths of time that usage can be asked in. Weeks begin on
// Mondays; all are of UTC.
var Buckets = []string{"hour", "day", "week", "month"}

// UsageFilter asks for the seats of an account over time.
type UsageFilter struct {
	Account string
	Product string // all of the account's, if empty
	From    time.Time
	To      time.Time // the time asked about, if zero
	Bucket  string    // one of Buckets; a day, if empty
}

// Usage is how a pool stood at the end of a bucket of time.
type Usage struct {
	From      time.Time `json:"from"` // the bucket's beginning
	To        time.Time `json:"to"`   // and its end, or the end of what is asked for if that is earlier
	Product   string    `json:"product"`
	Total     int       `json:"total"`
	Assigned  int       `json:"assigned"`
	Available int       `json:"available"`
}

// UsageOf lists the seats of an account over time, by bucket and product:
// buckets from before there was a pool are left out. It is read from the
// versions of the pools. rule.NotFound if there is no such account for the
// audience, rule.Invalid for more than MaxBuckets.
func UsageOf(s *Snapshot, a Audience, f UsageFilter) (List[Usage], error) {
	list := List[Usage]{Items: []Usage{}}
	if _, err := s.account(a, f.Account); err != nil {
		return list, err
	}
	edges, err := f.edges(s.Time)
	if err != nil {
		return list, err
	}
	products := []string{f.Product}
	if f.Product == "" {
		products = nil
		for product := range account.Pools.Scan(s, f.Account) {
			products = append(products, product)
		}
	}
	for i := range edges[1:] {
		items, err := s.usage(f.Account, products, edges[i], edges[i+1])
		if err != nil {
			return list, err
		}
		list.Items = append(list.Items, items...)
	}
	return list, s.Err()
}

// usage reads the pools as they stood before the end of a bucket.
func (s *Snapshot) usage(accountID string, products []string, from, to time.Time) ([]Usage, error) {
	position := s.Position()
	if to.Before(s.Time) {
		at, err := s.positionAt(to.Add(-1))
		if err != nil {
			return nil, err
		}
		position = min(at, position)
	}
	then := *s.rows
	then.point, then.position = nil, position
	defer then.close()
	var items []Usage
	for _, product := range products {
		v, err := then.newest(account.Pools.Key(accountID, product))
		if err != nil {
			return nil, err
		}
		if p, ok := v.(*account.Pool); ok {
			items = append(items, Usage{from, to, product, p.Total, p.Assigned, p.Available()})
		}
	}
	return items, nil
}

// edges lists where the buckets begin, and where the last one ends.
func (f UsageFilter) edges(now time.Time) ([]time.Time, error) {
	if f.Bucket == "" {
		f.Bucket = "day"
	}
	if !slices.Contains(Buckets, f.Bucket) {
		return nil, invalid("bucket", "must be hour, day, week or month")
	}
	to := now
	if !f.To.IsZero() {
		to = earlier(f.To, now)
	}
	to = to.UTC()
	from := f.From.UTC()
	if f.From.IsZero() {
		from = step(begin(to, f.Bucket), f.Bucket, 1-defaultBuckets)
	}
	if !from.Before(to) {
		return nil, invalid("from", "must be earlier than to")
	}
	edges := []time.Time{begin(from, f.Bucket)}
	for last := edges[0]; last.Before(to); {
		if len(edges) > MaxBuckets {
			return nil, invalid("from", fmt.Sprintf("gives more than %d buckets", MaxBuckets))
		}
		last = step(last, f.Bucket, 1)
		edges = append(edges, earlier(last, to))
	}
	return edges, nil
}

// begin is the beginning of the bucket that holds t.
func begin(t time.Time, bucket string) time.Time {
	y, m, d := t.Date()
	switch bucket {
	case "hour":
		return t.Truncate(time.Hour)
	case "week":
		return time.Date(y, m, d-(int(t.Weekday())+6)%7, 0, 0, 0, 0, time.UTC)
	case "month":
		return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC)
	}
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// step is the beginning of the bucket n further on.
func step(t time.Time, bucket string, n int) time.Time {
	switch bucket {
	case "hour":
		return t.Add(time.Duration(n) * time.Hour)
	case "week":
		return t.AddDate(0, 0, 7*n)
	case "month":
		return t.AddDate(0, n, 0)
	}
	return t.AddDate(0, 0, n)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func invalid(field, message string) error {
	return rule.Invalid{{Field: "query." + field, Message: message}}
}
