package backup

import (
	"bytes"
	"context"
	"errors"
	"testing"
)

type ctx = context.Context

// Frames that are broken off anywhere say so; whole, they are those written.
func TestStream(t *testing.T) {
	var file bytes.Buffer
	s := NewStream(&file)
	frames := [][]byte{[]byte("one"), bytes.Repeat([]byte("two"), 1000), {0}}
	for _, f := range frames {
		if err := s.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.End(); err != nil {
		t.Fatal(err)
	}
	whole := file.Bytes()
	for n := range len(whole) + 1 {
		var got [][]byte
		var last error
		for f, err := range Frames(bytes.NewReader(whole[:n])) {
			if last = err; err == nil {
				got = append(got, f)
			}
		}
		for i, f := range got {
			if !bytes.Equal(f, frames[i]) {
				t.Errorf("of %d bytes, frame %d is %q", n, i, f)
			}
		}
		if n < len(whole) != errors.Is(last, ErrUnfinished) || n == len(whole) && (last != nil || len(got) != len(frames)) {
			t.Errorf("of %d bytes: %d frames, %v", n, len(got), last)
		}
	}
	huge := append([]byte(streamMagic), 0xff, 0xff, 0xff, 0xff)
	for _, bad := range [][]byte{huge, []byte("SLBACK9\n1234")} {
		for _, err := range Frames(bytes.NewReader(bad)) {
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("%q: %v", bad, err)
			}
		}
	}
}

// An empty stream has its end, too.
func TestStreamOfNothing(t *testing.T) {
	var file bytes.Buffer
	if err := NewStream(&file).End(); err != nil {
		t.Fatal(err)
	}
	for f, err := range Frames(&file) {
		t.Errorf("%q, %v", f, err)
	}
}
