package audit

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/events/jetstream"
)

const eventBytes = 500

// frame has entries that compress as badly as sealed data.
func frame(first uint64, n int) []byte {
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
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// BenchmarkAppend is one writer appending frames of n events: to the journal
// alone, and to journal and copy.
func BenchmarkAppend(b *testing.B) {
	for _, n := range []int{1, 128, 1000} {
		data := frame(1, n)
		for _, both := range []bool{false, true} {
			b.Run(fmt.Sprintf("both=%t/%d", both, n), func(b *testing.B) {
				dir := benchDir(b)
				s, err := jetstream.Start(jetstream.Options{StoreDir: filepath.Join(dir, "nats"), Log: testLog(b)})
				if err != nil {
					b.Fatal(err)
				}
				b.Cleanup(func() { s.Close() })
				var j events.Journal
				if j, err = s.OpenJournal(b.Context(), jetstream.JournalOptions{Epoch: 1}); err != nil {
					b.Fatal(err)
				}
				if both {
					c, err := OpenCopy(CopyOptions{Dir: filepath.Join(dir, "copy"), Epoch: 1, Log: testLog(b)})
					if err != nil {
						b.Fatal(err)
					}
					b.Cleanup(func() { c.Close() })
					if j, err = Reconcile(b.Context(), j, c, testLog(b)); err != nil {
						b.Fatal(err)
					}
				}
				for last := uint64(0); b.Loop(); last++ {
					if _, err := j.Append(b.Context(), last, data); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "events/s")
			})
		}
	}
}

// BenchmarkTree is the tree's own work for each event.
func BenchmarkTree(b *testing.B) {
	c, err := OpenCopy(CopyOptions{Dir: benchDir(b), Epoch: 1, Log: testLog(b)})
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	t, err := openTree(c)
	if err != nil {
		b.Fatal(err)
	}
	const n = 128
	entries := make([]events.Entry, n)
	for i := range entries {
		entries[i] = bytes.Repeat([]byte{byte(i)}, eventBytes)
	}
	for seq := uint64(1); b.Loop(); seq++ {
		if err := t.add([]leaves{hashed(seq, (seq-1)*n+1, entries)}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*n)/b.Elapsed().Seconds(), "events/s")
}
