package backup

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"iter"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

// MaxFrameBytes is the largest frame that is read, as stored.
const MaxFrameBytes = events.MaxFrameBytes + 1<<20

// streamMagic begins frames on their way, and in files.
const streamMagic = "SLBACK1\n"

// Errors of a backup, and of what is backed up.
var (
	// ErrHistory: the ledger's history is not the one that was backed up. Use
	// another folder; find out why.
	ErrHistory = errors.New("the ledger's history does not go on where the backup ends")
	// ErrDamaged: a file of the backup is not as it was written. Use another
	// backup.
	ErrDamaged = errors.New("the backup is damaged")
	// ErrUnfinished: frames ended without their end.
	ErrUnfinished = errors.New("the frames are broken off")
)

// Place is where in a log a backup ends: behind a commit, whose last event or
// the last before it has Position.
type Place struct {
	Position uint64
	Commit   ulid.ULID // zero: the log's beginning
}

// Since yields the frames behind a place. The messages begin with, or before,
// the frame that the place is behind. ErrHistory: the place is not in them.
func Since(messages iter.Seq2[events.Message, error], after Place) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		begun, there := after.Commit == ulid.ULID{}, false
		for m, err := range messages {
			if err == nil && !begun {
				begun, there, err = reached(m, after, there)
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if begun && !yield(m.Data, nil) {
				return
			}
		}
		if !begun && !there {
			yield(nil, ErrHistory)
		}
	}
}

// reached tells whether a message is behind a place, or is of its commit.
func reached(m events.Message, after Place, there bool) (behind, at bool, err error) {
	f, err := events.DecodeFrame(m.Data)
	switch {
	case err != nil:
		return false, there, fmt.Errorf("journal message %d: %w", m.Seq, err)
	case f.Commit == after.Commit:
		return false, true, nil
	case !there && f.First > after.Position+1:
		return false, false, ErrHistory
	}
	return there, there, nil
}

// Stream writes frames one behind the other.
type Stream struct {
	w     *bufio.Writer
	begun bool
}

// NewStream makes a stream; nothing is written before the first frame.
func NewStream(w io.Writer) *Stream { return &Stream{w: bufio.NewWriterSize(w, 256<<10)} }

// Add writes a frame.
func (s *Stream) Add(frame []byte) error {
	if !s.begun {
		s.begun = true
		if _, err := s.w.WriteString(streamMagic); err != nil {
			return err
		}
	}
	_, err := s.w.Write(binary.BigEndian.AppendUint32(nil, uint32(len(frame))))
	if err == nil {
		_, err = s.w.Write(frame)
	}
	return err
}

// End writes the mark that all is there.
func (s *Stream) End() error {
	return errors.Join(s.Add(nil), s.w.Flush())
}

// Frames reads what a stream wrote. What is missing is ErrUnfinished.
func Frames(r io.Reader) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		b := bufio.NewReaderSize(r, 256<<10)
		head := make([]byte, len(streamMagic))
		if _, err := io.ReadFull(b, head); err != nil {
			yield(nil, broken(err))
			return
		}
		if string(head) != streamMagic {
			yield(nil, fmt.Errorf("%w: not frames of a known format", ErrDamaged))
			return
		}
		for {
			frame, err := next(b)
			if err == nil && frame == nil {
				return
			}
			if !yield(frame, err) || err != nil {
				return
			}
		}
	}
}

// next reads a frame; nil at the end.
func next(b *bufio.Reader) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(b, head[:]); err != nil {
		return nil, broken(err)
	}
	n := binary.BigEndian.Uint32(head[:])
	if n == 0 {
		return nil, nil
	}
	if n > MaxFrameBytes {
		return nil, fmt.Errorf("%w: a frame of %d bytes", ErrDamaged, n)
	}
	frame := make([]byte, n)
	if _, err := io.ReadFull(b, frame); err != nil {
		return nil, broken(err)
	}
	return frame, nil
}

func broken(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrUnfinished
	}
	return fmt.Errorf("%w: %w", ErrUnfinished, err)
}
