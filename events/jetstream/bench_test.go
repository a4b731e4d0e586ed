package jetstream

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/nats-io/nats.go"
	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

const eventBytes = 500

// frameOf makes a frame of events that compress as badly as sealed data.
func frameOf(first uint64, n int) []byte {
	f := &events.Frame{Epoch: 1, First: first, Commit: ulid.Make(), End: true}
	entry := bytes.Repeat([]byte("x"), eventBytes)
	for i := range n {
		copy(entry, fmt.Sprintf("%d", first+uint64(i)))
		for k := eventBytes / 2; k < eventBytes; k++ {
			entry[k] = byte(first*31 + uint64(k)*7919 + uint64(i*k))
		}
		f.Entries = append(f.Entries, bytes.Clone(entry))
	}
	return f.Encode()
}

// benchDir is a folder on a real disk, even where temporary files are in memory.
func benchDir(b *testing.B) string {
	dir, err := os.MkdirTemp(".", "bench-")
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	dir, err = filepath.Abs(dir)
	if err != nil {
		b.Fatal(err)
	}
	return dir
}

// BenchmarkAppend is one writer appending frames of n events, beside a bare
// file with the same bytes and fdatasync.
func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{1, 16, 64} {
		data := frameOf(1, n)
		b.Run(fmt.Sprintf("journal/%d", n), func(b *testing.B) {
			j := openJournal(b, start(b, Options{StoreDir: benchDir(b)}))
			for last := uint64(0); b.Loop(); last++ {
				if _, err := j.Append(b.Context(), last, data); err != nil {
					b.Fatal(err)
				}
			}
			rate(b, n)
		})
		b.Run(fmt.Sprintf("bare/%d", n), func(b *testing.B) {
			f, err := os.Create(filepath.Join(benchDir(b), "log"))
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			for b.Loop() {
				if _, err := f.Write(data); err != nil {
					b.Fatal(err)
				}
				if err := syscall.Fdatasync(int(f.Fd())); err != nil {
					b.Fatal(err)
				}
			}
			rate(b, n)
		})
	}
}

func rate(b *testing.B, events int) {
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "appends/s")
	b.ReportMetric(float64(b.N*events)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkRead reads a journal of small messages from end to end.
func BenchmarkRead(b *testing.B) {
	const messages = 50_000
	s := start(b, Options{StoreDir: benchDir(b)})
	j := openJournal(b, s)
	w, err := newWindow(s.private)
	if err != nil {
		b.Fatal(err)
	}
	data := frameOf(1, 1)
	if err := w.publish(b.Context(), messages, func(i int) (*nats.Msg, error) {
		return &nats.Msg{Subject: j.subject, Data: data}, nil
	}); err != nil {
		b.Fatal(err)
	}
	read := 0
	for b.Loop() {
		for _, err := range j.Read(b.Context(), 1) {
			if err != nil {
				b.Fatal(err)
			}
			read++
		}
	}
	b.ReportMetric(float64(read)/b.Elapsed().Seconds(), "messages/s")
}

// BenchmarkFeed publishes events of usual size to the feed.
func BenchmarkFeed(b *testing.B) {
	const batch = 1000
	f := openFeed(b, start(b, Options{StoreDir: benchDir(b)}))
	entries := make([]events.Entry, batch)
	for i := range entries {
		entries[i] = entryOf(b, fmt.Sprintf("account-%d", i%100), fmt.Sprintf("u-%d", i))
	}
	first := uint64(1)
	for b.Loop() {
		if err := f.Publish(b.Context(), first, entries); err != nil {
			b.Fatal(err)
		}
		first += batch
	}
	b.ReportMetric(float64(first-1)/b.Elapsed().Seconds(), "messages/s")
}
