package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/seatledger/seatledger/cmd/internal/server"
)

// B6: how long after an acknowledgement its event is seen.
const (
	lagRate    = 10_000 // commands/s
	lagCallers = 64
	// lagRateLeast of what was to be sent has to be sent, or the lag is that
	// of another load.
	lagRateLeast = 0.95
	viewLagMost  = 5 * time.Millisecond  // p99
	feedLagMost  = 20 * time.Millisecond // p99
	// feedPatience is how long the last events may take to the consumer.
	feedPatience = 10 * time.Second
)

// listener is a ledger in this process that can be spoken to from outside.
type listener interface {
	history
	Listen(ctx context.Context) (at server.Addresses, stop func() error, err error)
}

// viewLag is B6.
func viewLag(ctx context.Context, b *bench) (_ *Result, err error) {
	s, last := spreadSeats(b.Seats), new(highest)
	opened, err := b.furnished(ctx, "B6", last, s)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	l, ok := opened.(listener)
	if !ok {
		return nil, errors.New("this ledger does not listen")
	}
	at, stop, err := l.Listen(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	ls, err := newLedgerSeats(l, s, last)
	if err != nil {
		return nil, err
	}
	var rate, view50, view99, feed50, feed99 []float64
	for run := range b.Runs {
		w := &watched{ledger: l, acked: map[uint64]time.Time{}, seen: map[uint64]time.Time{}}
		x, err := b.watch(ctx, fmt.Sprintf("B6-run-%d", run+1), w, ls, at.NATS)
		if err != nil {
			return nil, err
		}
		view, feed := newSample(w.views, b.Span), newSample(w.feedLags(), b.Span)
		b.Say(fmt.Sprintf("B6, run %d of %d: %s/s, p99 to the views %s, to a consumer %s", run+1, b.Runs, number(x.perSecond), view.p99, feed.p99))
		rate = append(rate, x.perSecond)
		view50, view99 = append(view50, inMillis(view.p50)), append(view99, inMillis(view.p99))
		feed50, feed99 = append(feed50, inMillis(feed.p50)), append(feed99, inMillis(feed.p99))
	}
	row := &Row{Name: number(lagRate) + " commands/s", Figures: []Figure{
		newFigure("sent", perSecond, rate), newFigure("view p50", millis, view50), newFigure("view p99", millis, view99),
		newFigure("consumer p50", millis, feed50), newFigure("consumer p99", millis, feed99),
	}}
	row.Checks = []Check{
		atLeast("sent", perSecond, row.Figures[0].Median, lagRateLeast*lagRate),
		atMost("view p99", millis, row.Figures[2].Median, inMillis(viewLagMost)),
		atMost("consumer p99", millis, row.Figures[4].Median, inMillis(feedLagMost)),
	}
	return &Result{Rows: []*Row{row}, Notes: []string{
		"From each acknowledgement until every view has the event, and until a NATS consumer of the feed has received it over TCP. Commands in process."}}, nil
}

// watched notes when events were acknowledged, and when they were seen.
type watched struct {
	ledger Ledger
	mu     sync.Mutex
	acked  map[uint64]time.Time // by position
	seen   map[uint64]time.Time // by the consumer
	views  []time.Duration
}

// watch lets callers send at the rate for a span, and a consumer receive.
func (b *bench) watch(ctx context.Context, title string, w *watched, ls *ledgerSeats, address string) (x sample, err error) {
	if err := ls.ledger.(listener).Settle(ctx, ls.last.Load()); err != nil {
		return x, err
	}
	received, hangUp, err := w.consume(ctx, address, ls.last.Load()+1)
	if err != nil {
		return x, err
	}
	defer hangUp()
	cs := make([]caller, lagCallers)
	for i := range cs {
		cs[i] = w.caller(ls, ls.seats.share(i, len(cs)))
	}
	end, err := b.profile(title)
	if err != nil {
		return x, err
	}
	defer end()
	load := startSteady(ctx, cs, lagRate)
	sleep(ctx, b.Span)
	if x, err = load.end(); err != nil {
		return x, err
	}
	patience := time.After(feedPatience)
	for {
		select {
		case at := <-received:
			if at >= ls.last.Load() {
				return x, nil
			}
		case <-patience:
			return x, fmt.Errorf("the consumer has not received position %d after %s", ls.last.Load(), feedPatience)
		case <-ctx.Done():
			return x, ctx.Err()
		}
	}
}

// caller sends one command and waits until the views have it.
func (w *watched) caller(ls *ledgerSeats, mine *share) caller {
	return func(ctx context.Context) error {
		i := mine.index()
		s, send := &mine.seats[i], ls.sends[i].assign
		if s.taken {
			send = ls.sends[i].unassign
		}
		at, err := send(ctx)
		acked := time.Now()
		if err != nil {
			return err
		}
		if err := w.ledger.Wait(ctx, at); err != nil {
			return err
		}
		took := time.Since(acked)
		s.taken = !s.taken
		ls.last.raise(at)
		w.mu.Lock()
		defer w.mu.Unlock()
		w.acked[at], w.views = acked, append(w.views, took)
		return nil
	}
}

// consume receives the feed from a position on, as a consumer does, until
// hangUp. The newest position goes to received.
func (w *watched) consume(ctx context.Context, address string, from uint64) (received chan uint64, hangUp func(), err error) {
	conn, err := nats.Connect("nats://" + address)
	if err != nil {
		return nil, nil, err
	}
	js, err := jetstream.New(conn)
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	consumer, err := js.OrderedConsumer(ctx, server.DefaultStream, jetstream.OrderedConsumerConfig{
		DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: from,
	})
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	received = make(chan uint64, 1)
	consuming, err := consumer.Consume(func(m jetstream.Msg) {
		now := time.Now()
		meta, err := m.Metadata()
		if err != nil {
			return // the position is then missed, and waited for in vain
		}
		w.mu.Lock()
		w.seen[meta.Sequence.Stream] = now
		w.mu.Unlock()
		select {
		case <-received: // an older one
		default:
		}
		received <- meta.Sequence.Stream
	})
	if err != nil {
		conn.Close()
		return nil, nil, err
	}
	return received, func() { consuming.Stop(); conn.Close() }, nil
}

// feedLags are the times from acknowledgement to receipt; what was received
// before its sender was told took none.
func (w *watched) feedLags() []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []time.Duration
	for at, acked := range w.acked {
		if seen, ok := w.seen[at]; ok {
			all = append(all, max(0, seen.Sub(acked)))
		}
	}
	slices.Sort(all)
	return all
}
