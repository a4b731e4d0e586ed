package projections

import (
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/projections/nice"
)

// Pebble tries a flush or compaction that failed again, at once and for ever:
// on a full disk that would take a core for itself, and fill the log.
const (
	troublePause = 100 * time.Millisecond // before each new try
	troubleQuiet = 10 * time.Second       // between two lines in the log
)

// trouble listens to what goes wrong in Pebble's background.
type trouble struct {
	log     *slog.Logger
	damaged func(error) // nil if nobody wants to know
	tries   atomic.Uint64
	told    atomic.Int64 // when, in Unix nanoseconds
}

func (t *trouble) listener() *pebble.EventListener {
	return &pebble.EventListener{
		BackgroundError: t.failed,
		// Both are called by the goroutine that does it, and nothing else.
		FlushBegin:      func(pebble.FlushInfo) { nice.Thread() },
		CompactionBegin: func(pebble.CompactionInfo) { nice.Thread() },
		// Without this a damaged file would end the process. The read that met
		// it fails, and says so; the views can be made again.
		DataCorruption: func(info pebble.DataCorruptionInfo) {
			err := fmt.Errorf("%s: %s", info.Path, firstLine(info.Details))
			t.log.Error("a file of the views is damaged", "cause", err.Error())
			if t.damaged != nil {
				t.damaged(err)
			}
		},
	}
}

// firstLine is what an error of Pebble's says; behind it comes where in Pebble.
func firstLine(err error) string {
	line, _, _ := strings.Cut(err.Error(), "\n")
	return line
}

// failed is called where the new try would begin, so waiting here delays it.
func (t *trouble) failed(err error) {
	t.tries.Add(1)
	now, told := time.Now().UnixNano(), t.told.Load()
	if now-told > int64(troubleQuiet) && t.told.CompareAndSwap(told, now) {
		t.log.Error("the views cannot be written to the disk; they go on in memory and it is tried again", "cause", err)
	}
	time.Sleep(troublePause)
}
