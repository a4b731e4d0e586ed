package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"
)

// subject is one thing that is measured: the ledger, or a yardstick.
type subject interface {
	// callers makes n callers; release gives back what they hold.
	callers(ctx context.Context, n int) (cs []caller, release func(), err error)
	// settle returns once nothing goes on behind the last answers, so that
	// what is measured next has the machine to itself.
	settle(ctx context.Context) error
}

// named is a subject as a report calls it, and at how many callers it is
// measured.
type named struct {
	name string
	subject
	at []int
}

// measured are the samples of one load, by subject.
type measured map[string]samples

// inTurns measures every subject at every load in each run, the subjects of a
// load one right after another.
func (b *bench) inTurns(ctx context.Context, id string, loads []int, subjects []named) (map[int]measured, error) {
	all := map[int]measured{}
	for run := range b.Runs {
		for _, n := range loads {
			if !b.asked(n) {
				continue
			}
			if all[n] == nil {
				all[n] = measured{}
			}
			for _, s := range subjects {
				if !s.measuredAt(n) {
					continue
				}
				x, err := b.one(ctx, fmt.Sprintf("%s-%s-%d-callers-run-%d", id, s.name, n, run+1), s, n, b.Span)
				if err != nil {
					return nil, fmt.Errorf("%s, %d callers: %w", s.name, n, err)
				}
				all[n][s.name] = append(all[n][s.name], x)
			}
			b.Say(fmt.Sprintf("%s, %d callers, run %d of %d: %s", id, n, run+1, b.Runs, all[n].newest(subjects)))
		}
	}
	return all, nil
}

func (s named) measuredAt(n int) bool {
	for _, at := range s.at {
		if at == n {
			return true
		}
	}
	return false
}

// newest says what the last run gave.
func (m measured) newest(subjects []named) string {
	var parts []string
	for _, s := range subjects {
		if x := m[s.name]; len(x) > 0 {
			parts = append(parts, s.name+" "+number(x[len(x)-1].perSecond)+"/s")
		}
	}
	return strings.Join(parts, ", ")
}

// one measures a subject once.
func (b *bench) one(ctx context.Context, title string, s named, n int, span time.Duration) (x sample, err error) {
	cs, release, err := s.callers(ctx, n)
	if err != nil {
		return x, err
	}
	defer release()
	runtime.GC() // nobody pays for what was left by those before
	if s.name == ledgerName {
		end, err := b.profile(title)
		if err != nil {
			return x, err
		}
		defer end()
	}
	if x, err = measure(ctx, cs, span); err != nil {
		return x, err
	}
	if err := s.settle(ctx); err != nil {
		return x, err
	}
	flushDisks() // or it is written beside what is measured next
	return x, nil
}

// profile begins a CPU profile, if they are asked for, and returns its end.
func (b *bench) profile(title string) (end func(), err error) {
	if b.Profile == "" {
		return func() {}, nil
	}
	if err := os.MkdirAll(b.Profile, 0o750); err != nil {
		return nil, err
	}
	f, err := os.Create(filepath.Join(b.Profile, title+".pprof"))
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(f); err != nil {
		return nil, err
	}
	return func() { pprof.StopCPUProfile(); _ = f.Close() }, nil
}
