package api

import (
	"sync"

	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// Limits of what takes memory for as long as it lasts.
const (
	// maxLarge is how many large answers are made or sent at a time, and
	// maxCallerLarge how many of those for one token: who takes no bytes keeps
	// an answer in memory until the write timeout.
	maxLarge       = 128
	maxCallerLarge = 32
	// maxBodies is how many bodies above smallBodyBytes are read at a time, and
	// maxCallerBodies how many of those of one token.
	maxBodies       = 256
	maxCallerBodies = 64
	smallBodyBytes  = 64 << 10
	// maxCallerFiles is how many files of imports are received at a time of one
	// token.
	maxCallerFiles = 2
	// expectedBodyBytes is what a body may take before it comes.
	expectedBodyBytes = 4 << 10
)

// share is a number of places, of which nobody gets more than a part.
type share struct {
	what      string // for who gets none, in the plural
	all, each int

	mu    sync.Mutex
	taken int
	by    map[string]int // by the key of a pass, or whatever tells callers apart
}

func newShare(what string, all, each int) *share {
	return &share{what: what, all: all, each: each, by: map[string]int{}}
}

// enter takes a place; leave gives it back. Without a key nobody is told apart.
func (s *share) enter(key string) (leave func(), err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case key != "" && s.by[key] >= s.each:
		return nil, problem.New(problem.RateLimited, "%d %s of yours are open, which is all that may be", s.each, s.what)
	case s.taken >= s.all:
		return nil, problem.New(problem.Unavailable, "%d %s are open, which is all that may be", s.all, s.what)
	}
	s.taken++
	s.by[key]++
	return func() { s.leave(key) }, nil
}

func (s *share) leave(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken--
	if s.by[key]--; s.by[key] <= 0 {
		delete(s.by, key)
	}
}

// open is how many places are taken.
func (s *share) open() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}
