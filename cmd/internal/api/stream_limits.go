package api

import (
	"sync"

	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// callerStreams counts the open streams of each token.
type callerStreams struct {
	mu   sync.Mutex
	open map[string]int
}

// enter takes a place for a stream; leave gives it back.
func (a *API) enter(key string) (leave func(), err error) {
	if !a.callers.enter(key, a.MaxCallerStreams) {
		return nil, problem.New(problem.RateLimited, "%d event streams are open with your token, which is all that may be", a.MaxCallerStreams)
	}
	select {
	case a.streams <- struct{}{}:
		return func() { a.callers.leave(key); <-a.streams }, nil
	default:
		a.callers.leave(key)
		return nil, problem.New(problem.Unavailable, "%d event streams are open, which is all that may be", cap(a.streams))
	}
}

// enter counts a stream, unless there are too many. Without a token nobody is
// told apart.
func (c *callerStreams) enter(key string, limit int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if key == "" {
		return true
	}
	if c.open[key] >= limit {
		return false
	}
	c.open[key]++
	return true
}

func (c *callerStreams) leave(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open[key]--; c.open[key] <= 0 {
		delete(c.open, key)
	}
}
