package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"github.com/seatledger/seatledger/replay"
)

// plainPause lies between two lines of progress where nobody sees a bar.
const plainPause = 5 * time.Second

// progress shows how far something long has come: a bar with rate and time
// left on a terminal, else a line now and then.
type progress struct {
	out  io.Writer
	seen bool

	mu    sync.Mutex
	step  string
	bar   *progressbar.ProgressBar
	since time.Time // of the step
	last  time.Time // that a line was printed
}

func (con *console) progress() *progress {
	f, ok := con.err.(*os.File)
	return &progress{out: con.err, seen: ok && term.IsTerminal(int(f.Fd()))}
}

// show takes a report in.
func (p *progress) show(at replay.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at.Step != p.step {
		p.begin(at)
	}
	if p.bar != nil {
		if at.Total > 0 {
			p.bar.ChangeMax64(int64(at.Total))
		}
		_ = p.bar.Set64(int64(at.Done)) // a bar that cannot be drawn stops nothing
		return
	}
	if now := time.Now(); now.Sub(p.last) >= plainPause {
		p.last = now
		fmt.Fprintf(p.out, "%s: %s\n", at.Step, inNumbers(at, now.Sub(p.since)))
	}
}

func (p *progress) begin(at replay.Progress) {
	p.finish()
	p.step, p.since, p.last = at.Step, time.Now(), time.Now()
	if p.seen {
		p.bar = progressbar.NewOptions64(max(int64(at.Total), 1),
			progressbar.OptionSetWriter(p.out), progressbar.OptionSetDescription(at.Step), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100*time.Millisecond), progressbar.OptionFullWidth())
	}
}

// end clears the bar, so that what is printed next stands alone.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.finish()
}

func (p *progress) finish() {
	if p.bar != nil {
		_ = p.bar.Clear()
	}
	p.bar, p.step = nil, ""
}

// inNumbers says how far, how fast and how long yet.
func inNumbers(at replay.Progress, took time.Duration) string {
	rate := float64(at.Done) / took.Seconds()
	if at.Total == 0 || at.Done == 0 {
		return fmt.Sprintf("%d, %.0f/s", at.Done, rate)
	}
	left := time.Duration(float64(at.Total-min(at.Done, at.Total)) / rate * float64(time.Second))
	return fmt.Sprintf("%d of %d (%d %%), %.0f/s, %s left", at.Done, at.Total, 100*at.Done/at.Total, rate, left.Round(time.Second))
}
