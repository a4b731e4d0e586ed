// Package memlog is a journal in memory whose appends can be told to go wrong.
// It passes the same suite as the real one, events/logtest; what is tested on
// it besides is what its caller does about each error, and about each error
// that was none.
package memlog

import (
	"bytes"
	"context"
	"fmt"
	"iter"
	"sync"

	"github.com/seatledger/seatledger/events"
)

// DefaultMaxBytes is the largest message unless SetMaxBytes says otherwise.
const DefaultMaxBytes = 1 << 20

// Fault is what becomes of one append.
type Fault struct {
	foreign []byte // put first
	write   bool   // the message is stored
	answer  error
}

// Faults, each of one append.
var (
	// NotWritten: refused for sure.
	NotWritten = Fault{answer: events.ErrNotWritten}
	// Landed: stored, and no acknowledgement.
	Landed = Fault{write: true, answer: events.ErrUnanswered}
	// Lost: not stored, and no acknowledgement.
	Lost = Fault{answer: events.ErrUnanswered}
	// Fine: no fault, for the appends before one.
	Fine = Fault{write: true}
)

// Foreign puts another writer's message first, so that the append conflicts.
func Foreign(data []byte) Fault { return Fault{foreign: bytes.Clone(data), write: true} }

// Journal is an [events.Journal] in memory. Its zero value is empty.
type Journal struct {
	mu       sync.Mutex
	messages [][]byte // nil: dropped
	script   []Fault
	hook     func(last uint64, data []byte)
	max      int
}

var _ events.Journal = (*Journal)(nil)

// New is an empty journal.
func New() *Journal { return new(Journal) }

// Script says what becomes of the next appends, in order; those after them
// are fine.
func (j *Journal) Script(faults ...Fault) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.script = append(j.script, faults...)
}

// OnAppend has f called at the beginning of every append, outside of any
// lock. A block in f is a slow disk.
func (j *Journal) OnAppend(f func(last uint64, data []byte)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.hook = f
}

// SetMaxBytes sets the largest message.
func (j *Journal) SetMaxBytes(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.max = n
}

// Drop loses a stored message, as a lying disk does.
func (j *Journal) Drop(seq uint64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.messages[seq-1] = nil
}

// Append stores a message, unless the script says otherwise.
func (j *Journal) Append(ctx context.Context, last uint64, data []byte) (uint64, error) {
	j.mu.Lock()
	hook := j.hook
	j.mu.Unlock()
	if hook != nil {
		hook(last, data)
	}
	if n := j.MaxBytes(); len(data) > n {
		return 0, fmt.Errorf("%w: %d bytes are more than %d", events.ErrNotWritten, len(data), n)
	}
	if err := ctx.Err(); err != nil {
		return 0, fmt.Errorf("%w: %w", events.ErrNotWritten, err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	fault := Fine
	if len(j.script) > 0 {
		fault, j.script = j.script[0], j.script[1:]
	}
	if fault.foreign != nil {
		j.messages = append(j.messages, fault.foreign)
	}
	return j.store(fault, last, data)
}

func (j *Journal) store(fault Fault, last uint64, data []byte) (uint64, error) {
	if end := uint64(len(j.messages)); last != end {
		return 0, fmt.Errorf("%w: the last is %d, not %d", events.ErrConflict, end, last)
	}
	if fault.write {
		j.messages = append(j.messages, append([]byte{}, data...))
	}
	if fault.answer != nil {
		return 0, fault.answer
	}
	return last + 1, nil
}

// Last is the sequence of the newest message, 0 when there is none.
func (j *Journal) Last(context.Context) (uint64, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return uint64(len(j.messages)), nil
}

// Read yields copies of the messages from the sequence from up to the end.
func (j *Journal) Read(ctx context.Context, from uint64) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		j.mu.Lock()
		messages := j.messages[:len(j.messages):len(j.messages)]
		j.mu.Unlock()
		for seq := max(1, from); seq <= uint64(len(messages)); seq++ {
			if err := ctx.Err(); err != nil {
				yield(events.Message{}, err)
				return
			}
			data := messages[seq-1]
			if data == nil {
				yield(events.Message{}, fmt.Errorf("%w: %d", events.ErrGap, seq))
				return
			}
			if !yield(events.Message{Seq: seq, Data: append([]byte{}, data...)}, nil) {
				return
			}
		}
	}
}

// MaxBytes is the largest message that Append takes.
func (j *Journal) MaxBytes() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.max == 0 {
		return DefaultMaxBytes
	}
	return j.max
}
