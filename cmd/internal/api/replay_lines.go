package api

import (
	"encoding/base64"
	"net/http"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/replay"
)

const (
	verifyPath  = replayHead + "/verify"
	rebuildPath = replayHead + "/rebuild"
	linesType   = "application/x-ndjson"
	// progressPause lies between two lines that tell how far something is.
	progressPause = 200 * time.Millisecond
)

// doVerify compares everything with the log. It is about the whole ledger, so
// an auditor of one partner may not ask.
func (a *API) doVerify(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, []param{checkpointParam})
	if err != nil {
		return err
	}
	var checkpoint []byte
	if text := q.words[checkpointParam.name]; text != "" {
		if checkpoint, err = base64.RawURLEncoding.DecodeString(text); err != nil {
			return rule.Invalid{{Field: "query.checkpoint", Message: "must be in base64url, without padding"}}
		}
	}
	return a.tell(x, r, func(out *lines) (replay.Line, error) {
		v, err := a.Audit.Verify(out.r.Context(), checkpoint, func(f replay.Finding) { out.write(replay.Line{Finding: &f}) }, out.progress)
		return replay.Line{Verdict: &v}, err
	})
}

var checkpointParam = param{name: "checkpoint", sort: text,
	doc: "A signed checkpoint to compare the log with, in base64url without padding; the newest one is compared in any case."}

// doRebuild makes the views again. All of them are made in one pass of the log,
// so naming one names all.
func (a *API) doRebuild(x *exchange, r *http.Request) error {
	if _, err := newQuery(x, r, []param{viewParam()}); err != nil {
		return err
	}
	return a.tell(x, r, func(out *lines) (replay.Line, error) {
		err := a.Audit.Rebuild(out.r.Context(), out.progress)
		return replay.Line{Done: "the views were made again, and are live"}, err
	})
}

func viewParam() param {
	p := param{name: "view", sort: word, doc: "A view's name; all are made in one pass."}
	for _, s := range projections.Sets {
		p.words = append(p.words, s.Name)
	}
	return p
}

// tell runs something long, and writes what it tells line by line.
func (a *API) tell(x *exchange, r *http.Request, run func(*lines) (replay.Line, error)) error {
	if a.Audit == nil {
		return problem.New(problem.Unavailable, "this node has nothing to compare the log with")
	}
	ctx, done, err := x.long(r)
	if err != nil {
		return err
	}
	defer done()
	out := &lines{x: x, r: r.WithContext(ctx), control: http.NewResponseController(x)}
	x.Header().Set("Content-Type", linesType)
	x.Header().Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		x.WriteHeader(http.StatusOK)
		return nil
	}
	last, err := run(out)
	if err != nil && ctx.Err() == nil {
		a.Log.Error("a long run ended", "route", x.route, "error", err)
		last = replay.Line{Error: err.Error()}
	}
	out.write(last)
	return nil
}

// lines writes newline-delimited JSON. Who is gone is written to in vain.
type lines struct {
	x       *exchange
	r       *http.Request
	control *http.ResponseController

	mu   sync.Mutex
	last time.Time // that progress was told
}

func (l *lines) write(v replay.Line) {
	b, err := json.Marshal(v)
	if err != nil {
		l.x.api.Log.Error("a line cannot be written", "error", err)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.x.Write(append(b, '\n')); err == nil {
		_ = l.control.Flush()
	}
}

func (l *lines) progress(p replay.Progress) {
	l.mu.Lock()
	now := time.Now()
	due := now.Sub(l.last) >= progressPause
	if due {
		l.last = now
	}
	l.mu.Unlock()
	if due {
		l.write(replay.Line{Progress: &p})
	}
}
