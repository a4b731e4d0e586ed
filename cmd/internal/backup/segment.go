package backup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"os"
	"path/filepath"

	"github.com/seatledger/seatledger/events"
)

const (
	// segmentBytes ends a segment: a backup that was killed goes on behind the
	// last one that it finished.
	segmentBytes  = 64 << 20
	segmentSuffix = ".frames"
)

func segmentName(n int) string { return fmt.Sprintf("%08d%s", n, segmentSuffix) }

// segmentWriter writes one segment.
type segmentWriter struct {
	Segment
	path   string
	f      *os.File
	sum    hash.Hash
	stream *Stream
}

// newSegment begins the segment numbered n, whose first entry is at a position.
func newSegment(dir string, n int, first uint64) (*segmentWriter, error) {
	path := filepath.Join(dir, segmentName(n))
	f, err := os.OpenFile(path+suffixNext, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	w := &segmentWriter{Segment: Segment{Name: segmentName(n), First: first, Last: first - 1}, path: path, f: f, sum: sha256.New()}
	w.stream = NewStream(io.MultiWriter(f, w.sum))
	return w, nil
}

// add writes the frames of a whole commit.
func (w *segmentWriter) add(c *events.Commit, frames [][]byte) error {
	for _, frame := range frames {
		if err := w.stream.Add(frame); err != nil {
			return err
		}
		w.Bytes += int64(len(frame))
	}
	w.Frames += uint64(len(frames))
	w.Last += uint64(len(c.Entries))
	return nil
}

// finish makes the segment durable, and gives it its name.
func (w *segmentWriter) finish() (Segment, error) {
	err := w.stream.End()
	if err == nil {
		err = w.f.Sync()
	}
	info, e := w.f.Stat()
	if err = errors.Join(err, e, w.f.Close()); err != nil {
		return Segment{}, err
	}
	w.Bytes, w.SHA256 = info.Size(), hex.EncodeToString(w.sum.Sum(nil))
	return w.Segment, publish(w.path)
}

// abandon removes it.
func (w *segmentWriter) abandon() { _ = errors.Join(w.f.Close(), os.Remove(w.path+suffixNext)) }

// summing notes the sum of what is read.
type summing struct {
	r     io.Reader
	sum   hash.Hash
	bytes int64
}

func (s *summing) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	s.sum.Write(p[:n])
	s.bytes += int64(n)
	return n, err
}

// read yields a segment's frames; at its end it is compared with what the
// manifest says of it. Errors are ErrDamaged, and name the file.
func (s Segment) read(dir string) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		if err := s.walk(dir, func(frame []byte) bool { return yield(frame, nil) }); err != nil {
			yield(nil, fmt.Errorf("%w: %s: %w", ErrDamaged, s.Name, err))
		}
	}
}

func (s Segment) walk(dir string, yield func([]byte) bool) error {
	f, err := os.Open(filepath.Join(dir, s.Name))
	if err != nil {
		return err
	}
	defer f.Close()
	in := &summing{r: f, sum: sha256.New()}
	for frame, err := range Frames(in) {
		if err != nil {
			return err
		}
		if !yield(frame) {
			return nil
		}
	}
	if _, err := io.Copy(io.Discard, in); err != nil { // what stands behind the end
		return err
	}
	if in.bytes != s.Bytes || hex.EncodeToString(in.sum.Sum(nil)) != s.SHA256 {
		return errors.New("its bytes are not those that were written")
	}
	return nil
}
