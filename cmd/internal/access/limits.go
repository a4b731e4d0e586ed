package access

import (
	"net"
	"net/netip"

	"github.com/seatledger/seatledger/cmd/internal/pace"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// Limits of requests unless told otherwise.
const (
	// DefaultCallerRate is how many requests a second a caller may send.
	DefaultCallerRate = 5000
	// DefaultAddressRate is how many requests a second without a good token
	// may come from one address.
	DefaultAddressRate = 100
	// burstSeconds is how long a caller may be idle and catch up at once.
	burstSeconds = 2
	// maxBuckets is how many callers, and how many addresses, are remembered;
	// those seen last.
	maxBuckets = 20_000
	// prefixBits is how much of an IPv6 address is one customer's.
	prefixBits = 64
)

// Limits bounds how often callers come. The zero value, and nil, bound nobody.
type Limits struct{ callers, addresses *pace.Buckets }

// NewLimits makes limits of requests a second, each 0 for none.
func NewLimits(caller, address float64) *Limits {
	buckets := func(rate float64) *pace.Buckets { return pace.New(rate, int(rate*burstSeconds), maxBuckets) }
	return &Limits{callers: buckets(caller), addresses: buckets(address)}
}

var errTooMany = problem.New(problem.RateLimited, "more requests come from you than are answered; come again in a second")

// caller counts a request of a caller with good credentials.
func (l *Limits) caller(key string) error {
	if l == nil || l.callers.Allow(key) {
		return nil
	}
	return errTooMany
}

// stranger counts a request without good credentials, and answers with the
// reason for its refusal or that there are too many.
func (l *Limits) stranger(remote string, why error) error {
	if l == nil || l.addresses.Allow(addressOf(remote)) {
		return why
	}
	return errTooMany
}

// addressOf is the part of host:port that is one customer's.
func addressOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	a, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if a = a.Unmap(); a.Is6() {
		if p, err := a.WithZone("").Prefix(prefixBits); err == nil {
			return p.String()
		}
	}
	return a.String()
}
