// Package pace bounds how often something is done for each of many keys, in
// bounded memory.
package pace

import (
	"sync"

	"golang.org/x/time/rate"
)

// Buckets holds a token bucket for each key seen lately; nil allows
// everything. When the young are as many as may be they become the old, and
// the old ones are forgotten: a key that comes all the time is never lost.
type Buckets struct {
	rate rate.Limit
	size int
	half int // how many keys a generation has

	mu         sync.Mutex
	young, old map[string]*rate.Limiter
}

// New makes buckets that are filled perSecond up to size, and remembers keys
// of them, those seen last. A rate of 0 makes none, which allow everything.
func New(perSecond float64, size, keys int) *Buckets {
	if perSecond <= 0 {
		return nil
	}
	return &Buckets{rate: rate.Limit(perSecond), size: max(1, size), half: max(1, keys/2), young: map[string]*rate.Limiter{}}
}

// Allow takes one token of the key's bucket, and reports that there was one.
func (b *Buckets) Allow(key string) bool { return b == nil || b.of(key).Allow() }

func (b *Buckets) of(key string) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l := b.young[key]; l != nil {
		return l
	}
	l := b.old[key]
	if l == nil {
		l = rate.NewLimiter(b.rate, b.size)
	}
	if len(b.young) >= b.half {
		b.young, b.old = map[string]*rate.Limiter{}, b.young
	}
	b.young[key] = l
	return l
}

// Keys is how many keys are remembered.
func (b *Buckets) Keys() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.young) + len(b.old)
}
