package events

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func addGoldens(f *testing.F) {
	files, err := filepath.Glob(goldenPath("*"))
	if err != nil || len(files) == 0 {
		f.Fatal("no golden files", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
}

// What is decoded of current versions encodes to the same head; its payload
// is then stable.
func FuzzDecode(f *testing.F) {
	addGoldens(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Kinds.Decode(1, b)
		if err != nil {
			return
		}
		k, _ := Kinds.Kind(e.Type())
		if e.Version != k.Current() {
			return
		}
		again, err := Kinds.Encode(e)
		if err != nil {
			t.Fatal(err)
		}
		was, _ := Split(b)
		is, _ := Split(again)
		if !bytes.Equal(again[:len(again)-len(is.Data)], b[:len(b)-len(was.Data)]) {
			t.Fatalf("head changed from\n%s\nto\n%s", b, again)
		}
		e2, err := Kinds.Decode(1, again)
		if err != nil {
			t.Fatal(err)
		}
		if third := mustEncode(t, e2); !bytes.Equal(third, again) {
			t.Fatalf("payload changed from\n%s\nto\n%s", again, third)
		}
	})
}

func FuzzSplit(f *testing.F) {
	addGoldens(f)
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := Split(b)
		if err != nil {
			return
		}
		again := []byte(h.Subject + "\n")
		for _, a := range h.Attrs {
			again = append(again, a.Name+": "+a.Value+"\n"...)
		}
		if again = append(append(again, '\n'), h.Data...); !bytes.Equal(again, b) {
			t.Fatalf("%q was taken apart as %q", b, again)
		}
	})
}

func FuzzDecodeFrame(f *testing.F) {
	small := Frame{Epoch: 1, First: 1, End: true, Entries: []Entry{Entry("a"), Entry("bc")}, Receipts: []Receipt{{Answer: []byte("d")}}}
	large := Frame{Epoch: 1, First: 1, Part: 2, Entries: []Entry{bytes.Repeat([]byte("a"), 2*compressFromBytes)}}
	barrier := Frame{Epoch: 9, First: 4, End: true}
	for _, x := range []*Frame{&small, &large, &barrier} {
		f.Add(x.Encode())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > frameTailBytes {
			b = resum(b) // or the checksum would end every run
		}
		x, err := DecodeFrame(b)
		if err != nil {
			if !errors.Is(err, ErrFrame) {
				t.Fatalf("%v is not ErrFrame", err)
			}
			return
		}
		again, err := DecodeFrame(x.Encode())
		if err != nil || !sameFrame(again, x) {
			t.Fatalf("%+v came back as %+v, %v", x, again, err)
		}
	})
}

func FuzzDecodeValue(f *testing.F) {
	for _, s := range []string{"", "plain", "%22Ana%22%20100%25", "%", "%4", "%zz", "%c3%a9", "%41", "é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		// Every string survives being a header's value.
		if got, err := decodeValue(string(appendEncoded(nil, s))); err != nil || got != s {
			t.Fatalf("%q came back as %q, %v", s, got, err)
		}
		v, err := decodeValue(s)
		if err != nil {
			return
		}
		if again, err := decodeValue(string(appendEncoded(nil, v))); err != nil || again != v {
			t.Fatalf("%q, read of %q, came back as %q, %v", v, s, again, err)
		}
	})
}
