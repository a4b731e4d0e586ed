package bench

import (
	"context"
	"errors"
	"time"
)

// lagEvery is how often the views are asked how far behind they are.
const lagEvery = 20 * time.Millisecond

// lagProbe measures how long it takes from an acknowledgement until the views
// have it.
type lagProbe struct {
	stop context.CancelFunc
	done chan struct{}
	most time.Duration
	err  error
}

// startLag begins to look at the newest acknowledged position, again and again.
func startLag(ctx context.Context, ls *ledgerSeats) *lagProbe {
	ctx, stop := context.WithCancel(ctx)
	p := &lagProbe{stop: stop, done: make(chan struct{})}
	go func() {
		defer close(p.done)
		for ctx.Err() == nil && p.err == nil {
			p.look(ctx, ls)
			select {
			case <-time.After(lagEvery):
			case <-ctx.Done():
			}
		}
	}()
	return p
}

func (p *lagProbe) look(ctx context.Context, ls *ledgerSeats) {
	from := time.Now()
	if err := ls.settle(ctx); err != nil && !errors.Is(err, context.Canceled) {
		p.err = err
	}
	p.most = max(p.most, time.Since(from))
}

// end stops looking, and returns the longest time.
func (p *lagProbe) end() (time.Duration, error) {
	p.stop()
	<-p.done
	return p.most, p.err
}
