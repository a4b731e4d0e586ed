package writer

import (
	crand "crypto/rand"
	"io"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/oklog/ulid/v2"
)

// ids makes ULIDs that ascend within a millisecond. It is safe for use from
// several goroutines.
type ids struct {
	mu      sync.Mutex
	entropy ulid.MonotonicReader
}

func newIDs() *ids {
	var seed [32]byte
	if _, err := io.ReadFull(crand.Reader, seed[:]); err != nil {
		panic(err) // documented never to happen
	}
	return &ids{entropy: ulid.Monotonic(rand.NewChaCha8(seed), 0)}
}

// at makes an id of the time t.
func (g *ids) at(t time.Time) ulid.ULID {
	g.mu.Lock()
	defer g.mu.Unlock()
	return ulid.MustNew(ulid.Timestamp(t), g.entropy)
}
