package processes

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/seatledger/seatledger/aggregates/message"
	"github.com/seatledger/seatledger/projections"
)

const (
	// maxCounted bounds how many waiting messages are counted for the metrics;
	// of more, the gauge shows this many.
	maxCounted = 100_000
	// countPatience bounds how long counting waits for the views.
	countPatience = time.Second
)

// Tally measures what a sender does. It is a collector; the outcomes are of this
// process, what waits is the ledger's.
type Tally struct {
	Views Snapshots
	Clock func() time.Time

	sent, failed, written, retried atomic.Uint64
	// behind is the id of the last message that waits no longer though it is
	// pending: the outbox has its letter. nil: no sender runs yet.
	behind atomic.Pointer[string]
}

// NewTally makes the tally of the sender of a ledger with these views.
func NewTally(views Snapshots) *Tally { return &Tally{Views: views, Clock: time.Now} }

var (
	outcomesDesc = prometheus.NewDesc("seatledger_messages_total",
		"Messages to people by what became of them: a mail server took them, they failed for good, or they were written to the outbox.", []string{"outcome"}, nil)
	retriesDesc = prometheus.NewDesc("seatledger_message_retries_total",
		"Tries to send one message, or to reach the mail server, that are made again later.", nil, nil)
	waitingDesc = prometheus.NewDesc("seatledger_messages_waiting",
		"Messages that no mail server took yet and that are not in the outbox; counted up to 100,000.", nil, nil)
	oldestDesc = prometheus.NewDesc("seatledger_messages_waiting_oldest_seconds",
		"Age of the oldest message that waits; 0 if none does.", nil, nil)
)

// Describe makes Tally a collector.
func (t *Tally) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{outcomesDesc, retriesDesc, waitingDesc, oldestDesc} {
		ch <- d
	}
}

// Collect makes Tally a collector. While the views cannot be asked, nothing is
// said of what waits.
func (t *Tally) Collect(ch chan<- prometheus.Metric) {
	count := func(d *prometheus.Desc, n uint64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	count(outcomesDesc, t.sent.Load(), message.Sent)
	count(outcomesDesc, t.failed.Load(), message.Failed)
	count(outcomesDesc, t.written.Load(), "written")
	count(retriesDesc, t.retried.Load())
	ctx, cancel := context.WithTimeout(context.Background(), countPatience)
	defer cancel()
	n, age, err := t.waiting(ctx)
	if err != nil || n < 0 {
		return
	}
	ch <- prometheus.MustNewConstMetric(waitingDesc, prometheus.GaugeValue, float64(n))
	ch <- prometheus.MustNewConstMetric(oldestDesc, prometheus.GaugeValue, age.Seconds())
}

// waiting is how many messages wait, and how long the oldest does; negative
// before a sender runs.
func (t *Tally) waiting(ctx context.Context) (n int, oldest time.Duration, err error) {
	behind := t.behind.Load()
	if behind == nil {
		return -1, 0, nil
	}
	s, err := t.Views.At(ctx, projections.AsOf{})
	if err != nil {
		return 0, 0, err
	}
	defer s.Close()
	for _, v := range s.ScanFrom(message.Pending.Info, "", *behind) {
		if n == 0 {
			ref := v.(*message.Ref)
			if m := message.Messages.Get(s, ref.Scope, ref.MessageID); m != nil {
				oldest = max(0, t.Clock().Sub(m.CausedAt))
			}
		}
		if n++; n == maxCounted {
			break
		}
	}
	return n, oldest, s.Err()
}
