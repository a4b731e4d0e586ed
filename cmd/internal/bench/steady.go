package bench

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"
)

// steady is a load at a rate: unlike a closed loop it does not send less when
// answers take longer.
type steady struct {
	stop  context.CancelFunc
	all   sync.WaitGroup
	began time.Time

	mu   sync.Mutex
	took []time.Duration
	err  error // the first
}

// startSteady lets callers work at a rate in all, each at moments of its own,
// until end.
func startSteady(ctx context.Context, callers []caller, perSecond float64) *steady {
	ctx, stop := context.WithCancel(ctx)
	s := &steady{stop: stop, began: time.Now()}
	every := time.Duration(float64(len(callers)) / perSecond * float64(time.Second))
	for i, call := range callers {
		first := s.began.Add(every * time.Duration(i) / time.Duration(len(callers)))
		s.all.Go(func() { s.work(ctx, call, first, every) })
	}
	return s
}

// work calls at its moments. What a caller is late for because its last call
// took long is counted as waited.
func (s *steady) work(ctx context.Context, call caller, next time.Time, every time.Duration) {
	var took []time.Duration
	var err error
	for ; err == nil; next = next.Add(every) {
		from := next
		if pause := time.Until(next); pause > 0 {
			if sleep(ctx, pause); ctx.Err() != nil {
				break
			}
			from = time.Now()
		} else if ctx.Err() != nil {
			break
		}
		if err = call(context.WithoutCancel(ctx)); err == nil {
			took = append(took, time.Since(from))
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.took = append(s.took, took...); s.err == nil {
		s.err = err
	}
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// end stops the load, and returns what it got done.
func (s *steady) end() (sample, error) {
	s.stop()
	s.all.Wait()
	span := time.Since(s.began)
	if s.err != nil {
		return sample{}, s.err
	}
	if len(s.took) == 0 {
		return sample{}, fmt.Errorf("nothing was done within %s; measure for longer", span)
	}
	return newSample(slices.Clone(s.took), span), nil
}
