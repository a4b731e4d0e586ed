package projections

import (
	"encoding/binary"

	"github.com/seatledger/seatledger/events"
)

// The history's index holds, for each value of each field, the positions of
// its events in blocks of 4,096 positions: two bytes of offset each. A block
// grows by merging, so that applying reads nothing and the result does not
// depend on how commits were grouped.
const (
	blockBits   = 12
	offsetBytes = 2
)

// field of the history that can be asked for.
type field byte

const (
	byCommand field = 'c'
	byUser    field = 'u'
	byOrder   field = 'o'
	byAccount field = 'a'
	byActor   field = 'w'
	byType    field = 't'
	byPartner field = 'p'
)

// posting names a block of positions.
type posting struct {
	field field
	value string
	block uint32
}

// postings gathers what a group adds to the index.
type postings map[posting][]byte

// add notes an event under every field that it has.
func (ps postings) add(e *events.Event) {
	block := uint32(e.Position >> blockBits)
	offset := uint16(e.Position & (1<<blockBits - 1))
	put := func(f field, value string) {
		if value != "" {
			p := posting{f, value, block}
			ps[p] = binary.BigEndian.AppendUint16(ps[p], offset)
		}
	}
	user, order := Named(e.Data)
	if e.Aggregate == "order" || e.Aggregate == "subscription" { // which is an order, too
		order = e.AggregateID
	}
	put(byAccount, AccountOf(e))
	put(byUser, user)
	put(byOrder, order)
	put(byActor, e.Actor)
	put(byType, e.Type())
	put(byPartner, e.Partner)
}

// ofCommand is what an event adds under its command: which has few others, so
// that there is nothing to gather.
func ofCommand(e *events.Event) (posting, []byte) {
	offset := uint16(e.Position & (1<<blockBits - 1))
	return posting{byCommand, e.CommandID, uint32(e.Position >> blockBits)}, binary.BigEndian.AppendUint16(nil, offset)
}

// offsets reads a block: positions in ascending order.
func offsets(dst []uint64, block uint32, b []byte) []uint64 {
	for ; len(b) >= offsetBytes; b = b[offsetBytes:] {
		dst = append(dst, uint64(block)<<blockBits|uint64(binary.BigEndian.Uint16(b)))
	}
	return dst
}
