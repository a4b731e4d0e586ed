package projections

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/seatledger/seatledger/aggregates/publicdomain"
)

// mark says where a generation stands in the log. It is written in the same
// batch as what was made of the log up to there.
type mark struct {
	epoch    uint64    // of the journal
	seq      uint64    // journal sequence
	position uint64    // of the newest event
	time     time.Time // of the newest event
	erasures uint64    // events PersonErased so far
}

const markBytes = 5 * 8

func (m mark) encode() []byte {
	b := make([]byte, 0, markBytes)
	b = binary.BigEndian.AppendUint64(b, m.epoch)
	b = binary.BigEndian.AppendUint64(b, m.seq)
	b = binary.BigEndian.AppendUint64(b, m.position)
	b = binary.BigEndian.AppendUint64(b, m.erasures)
	return binary.BigEndian.AppendUint64(b, uint64(m.time.UnixMicro()))
}

func decodeMark(b []byte) (m mark, err error) {
	if len(b) != markBytes {
		return m, errors.New("the views' mark is damaged")
	}
	m.epoch, m.seq = binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])
	m.position, m.erasures = binary.BigEndian.Uint64(b[16:]), binary.BigEndian.Uint64(b[24:])
	m.time = time.UnixMicro(int64(binary.BigEndian.Uint64(b[32:]))).UTC()
	return m, nil
}

// readMark returns a generation's mark, the zero mark if it has none yet.
func readMark(r pebble.Reader, keys keyspace) (mark, error) {
	b, err := get(r, keys.mark(nil))
	if b == nil || err != nil {
		return mark{}, err
	}
	return decodeMark(b)
}

// get returns a copy of the value under a key, nil where there is none.
func get(r pebble.Reader, key []byte) ([]byte, error) {
	v, closer, err := r.Get(key)
	if errors.Is(err, pebble.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b := append(make([]byte, 0, len(v)), v...)
	return b, closer.Close()
}

var (
	liveKey  = []byte{spaceMeta, 'l', sentinel} // the live generation's number
	setsKey  = []byte{spaceMeta, 's', sentinel} // the versions that it was built by
	proofKey = []byte{spaceMeta, 'k', sentinel} // a hash that tells whether Options.Key is the same
	sweptKey = []byte{spaceMeta, 'w', sentinel} // the generation and the erasures that were swept last
)

// readLive returns the live generation's number, 0 when there is none.
func readLive(r pebble.Reader) (uint32, error) {
	b, err := get(r, liveKey)
	if b == nil || err != nil {
		return 0, err
	}
	if len(b) != 4 {
		return 0, errors.New("the number of the views' live generation is damaged")
	}
	return binary.BigEndian.Uint32(b), nil
}

// setLive makes a generation the live one, in a batch.
func setLive(b *pebble.Batch, generation uint32, proof []byte) error {
	return errors.Join(
		b.Set(liveKey, binary.BigEndian.AppendUint32(nil, generation), nil),
		b.Set(setsKey, builtBy(), nil),
		b.Set(proofKey, proof, nil),
	)
}

// layout is of the stored keys. A change of it makes all views anew.
const layout = 2

// builtBy names the layout, the sets with their versions, and the list of public domains:
// what is in use is counted without them.
func builtBy() []byte {
	b := fmt.Appendf(nil, "layout %d\npublic domains %s\n", layout, publicdomain.Version())
	for _, s := range Sets {
		b = fmt.Appendf(b, "%s %d\n", s.Name, s.Version)
	}
	return b
}
