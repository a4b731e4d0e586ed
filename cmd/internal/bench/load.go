package bench

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// warmUpShare is how long callers work before they are measured: this part of
// the span that is.
const warmUpShare = 10

// caller does one durable thing, and returns when it is done.
type caller func(ctx context.Context) error

// sample is what one measurement gave.
type sample struct {
	perSecond float64
	p50, p99  time.Duration
}

// measure lets all callers work in closed loops, and measures for a span what
// they get done.
func measure(ctx context.Context, callers []caller, span time.Duration) (sample, error) {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	begin := time.Now().Add(span / warmUpShare)
	end := begin.Add(span)
	var (
		all  sync.WaitGroup
		took = make([][]time.Duration, len(callers))
	)
	for i, call := range callers {
		all.Go(func() {
			var err error
			if took[i], err = loop(ctx, call, begin, end); err != nil {
				stop(err) // the first one is the cause
			}
		})
	}
	all.Wait()
	if err := context.Cause(ctx); err != nil {
		return sample{}, err
	}
	x := newSample(slices.Concat(took...), span)
	if x.perSecond == 0 {
		return sample{}, fmt.Errorf("nothing was done within %s; measure for longer", span)
	}
	return x, nil
}

// loop calls until the end and returns how long each call took that returned
// within the time that is measured.
func loop(ctx context.Context, call caller, begin, end time.Time) (took []time.Duration, err error) {
	from := time.Now()
	for from.Before(end) {
		if err := call(ctx); err != nil {
			return nil, err
		}
		now := time.Now()
		if !now.Before(begin) && now.Before(end) {
			took = append(took, now.Sub(from))
		}
		from = now
	}
	return took, nil
}

func newSample(took []time.Duration, span time.Duration) sample {
	slices.Sort(took)
	return sample{
		perSecond: float64(len(took)) / span.Seconds(),
		p50:       percentile(took, 50), p99: percentile(took, 99),
	}
}

// percentile is the smallest of the sorted values that p per cent of them do
// not exceed; 0 of none.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[max(0, (len(sorted)*p+99)/100-1)]
}

// highest remembers the greatest number that it was told.
type highest struct{ atomic.Uint64 }

func (h *highest) raise(n uint64) {
	for old := h.Load(); n > old && !h.CompareAndSwap(old, n); old = h.Load() {
	}
}
