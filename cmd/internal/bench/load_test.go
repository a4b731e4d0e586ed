package bench

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestMeasureCountsWhatWasDoneInTime(t *testing.T) {
	const each = 2 * time.Millisecond
	nap := func(context.Context) error { time.Sleep(each); return nil }
	x, err := measure(t.Context(), []caller{nap, nap, nap, nap}, 400*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	if most := 4 / each.Seconds(); x.perSecond > most || x.perSecond < most/4 {
		t.Errorf("%.0f/s, of at most %.0f", x.perSecond, most)
	}
	if x.p50 < each || x.p99 < x.p50 {
		t.Errorf("p50 %s, p99 %s of calls that take %s", x.p50, x.p99, each)
	}
}

func TestMeasureStopsAtTheFirstError(t *testing.T) {
	broken := errors.New("broken")
	wait := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	fail := func(context.Context) error { return broken }
	_, err := measure(t.Context(), []caller{wait, fail, wait}, time.Minute)
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
}

func TestMeasureRefusesNothing(t *testing.T) {
	slow := func(context.Context) error { time.Sleep(40 * time.Millisecond); return nil }
	if x, err := measure(t.Context(), []caller{slow}, 10*time.Millisecond); err == nil {
		t.Errorf("got %+v", x)
	}
}

func TestLoopLeavesOutTheWarmUp(t *testing.T) {
	calls := 0
	begin := time.Now().Add(40 * time.Millisecond)
	took, err := loop(t.Context(), func(context.Context) error { calls++; time.Sleep(time.Millisecond); return nil },
		begin, begin.Add(40*time.Millisecond))
	if err != nil || len(took) == 0 || len(took) >= calls {
		t.Errorf("%d of %d calls are counted, %v", len(took), calls, err)
	}
}

func TestPercentile(t *testing.T) {
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(i+1))
	}
	for _, c := range []struct {
		of   []time.Duration
		p    int
		want time.Duration
	}{
		{nil, 50, 0}, {hundred[:1], 50, 1}, {hundred[:1], 99, 1}, {hundred[:2], 50, 1}, {hundred[:3], 50, 2},
		{hundred, 50, 50}, {hundred, 99, 99}, {hundred[:10], 99, 10},
	} {
		if got := percentile(c.of, c.p); got != c.want {
			t.Errorf("p%d of 1..%d: %d, want %d", c.p, len(c.of), got, c.want)
		}
	}
}

func TestRatioIsTheMedianOfTheRuns(t *testing.T) {
	rates := func(r ...float64) (s samples) {
		for _, x := range r {
			s = append(s, sample{perSecond: x})
		}
		return s
	}
	// The machine was slow in the second run, for both alike.
	if got := rates(100, 10, 120).over(rates(50, 5, 50)); got != 2 {
		t.Errorf("got %v, want 2", got)
	}
	if got := median([]float64{4, 1, 3, 2}); got != 2.5 {
		t.Errorf("median of an even number: %v", got)
	}
}
