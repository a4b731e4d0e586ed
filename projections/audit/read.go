package audit

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"iter"

	"github.com/seatledger/seatledger/events"
)

// Limits of one look into the copy: between two of them it is free.
const (
	chunkFrames = 256
	chunkBytes  = 4 << 20
)

// cursor reads frames one after another.
type cursor struct {
	c     *Copy
	next  uint64
	last  uint64
	ready []events.Message
}

func (c *Copy) cursor(from, last uint64) *cursor {
	return &cursor{c: c, next: max(from, c.o.First), last: last}
}

// message is the next frame; ok is false at the end. A frame that is not there
// is ErrGap, one that cannot be read ErrDamaged.
func (r *cursor) message() (m events.Message, ok bool, err error) {
	if r.next > r.last {
		return m, false, nil
	}
	if len(r.ready) == 0 {
		if r.ready, err = r.c.chunk(r.next, r.last); err != nil {
			return m, false, err
		}
	}
	if len(r.ready) == 0 || r.ready[0].Seq != r.next {
		return m, false, fmt.Errorf("%w: %d is not in the copy, its end is %d", events.ErrGap, r.next, r.last)
	}
	m, r.ready = r.ready[0], r.ready[1:]
	r.next++
	return m, true, nil
}

// chunk reads some frames from the sequence from on.
func (c *Copy) chunk(from, last uint64) (all []events.Message, err error) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.db == nil {
		return nil, fmt.Errorf("%w: %w", errSick, c.sick)
	}
	o := within(frameSpace, c.o.Epoch)
	o.LowerBound, o.UpperBound = frameKey(c.o.Epoch, from), frameKey(c.o.Epoch, last+1)
	it, err := c.db.NewIter(o)
	if err != nil {
		return nil, damaged(err)
	}
	size := 0
	for ok := it.First(); ok && len(all) < chunkFrames && size < chunkBytes; ok = it.Next() {
		v, err := it.ValueAndErr()
		if err != nil {
			break // Close tells it
		}
		size += len(v)
		all = append(all, events.Message{Seq: binary.BigEndian.Uint64(it.Key()[spaceBytes:]), Data: bytes.Clone(v)})
	}
	if err := it.Close(); err != nil {
		return nil, fmt.Errorf("frame %d or one behind it: %w", from+uint64(len(all)), damaged(err))
	}
	return all, nil
}

// Frame is the frame with a sequence. One that is not there is ErrGap, one that
// cannot be read ErrDamaged.
func (c *Copy) Frame(seq uint64) ([]byte, error) {
	data, err := c.value(frameKey(c.o.Epoch, seq))
	if err == nil && data == nil {
		err = fmt.Errorf("%w: %d is not in the copy", events.ErrGap, seq)
	}
	return data, err
}

// Read yields the frames from..last; what is missing or damaged is an error,
// and ends it.
func (c *Copy) Read(from, last uint64) iter.Seq2[events.Message, error] {
	return func(yield func(events.Message, error) bool) {
		r := c.cursor(from, last)
		for {
			m, ok, err := r.message()
			if err != nil {
				yield(events.Message{}, err)
				return
			}
			if !ok || !yield(m, nil) {
				return
			}
		}
	}
}
