package jetstream

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"iter"
	"os"

	"github.com/minio/highwayhash"
	"github.com/nats-io/nats.go"

	"github.com/seatledger/seatledger/events"
)

// How nats-server 2.15 writes a message into a block, little-endian:
//
//	length 4 · sequence 8 · time 8 · length of subject 2 · subject
//	[length of header 4 · header] · data · hash 8
//
// The highest bit of the length says that there is a header. Sequences with one
// of the two highest bits are of messages that were deleted.
const (
	recordHeadBytes = 4 + 8 + 8 + 2
	recordHashBytes = 8
	recordMaxBytes  = 32 << 20
	recordHeader    = 1 << 31
	recordDeleted   = 1<<63 | 1<<62
)

// headerEnd ends every header.
var headerEnd = []byte("\r\n\r\n")

// Stored is a message as it stands in a block.
type Stored struct {
	Seq     uint64
	Subject []byte
	Header  []byte // as on the wire, nil if there is none
	Data    []byte
}

// deleted tells that it is a mark in the place of messages that are no more.
func (m *Stored) deleted() bool { return m.Seq&recordDeleted != 0 || m.Seq == 0 }

// Damage is a place in a block where no whole message stands. Reading goes on
// behind it.
type Damage struct {
	File   string
	Offset int
	Torn   bool // nothing whole follows, in this block or another
	// Partial: the file ends within the message, as a crash leaves one that
	// was being written.
	Partial bool
	Cause   string
}

func (d *Damage) Error() string {
	return fmt.Sprintf("%s: at byte %d: %s", d.File, d.Offset, d.Cause)
}

// Read yields the messages of all blocks from the first to the last, each with
// its hash compared. In the place of what is not whole it yields a [*Damage],
// and goes on; any other error ends it.
func (f Folder) Read() iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		numbers, err := f.blockNumbers()
		if err != nil {
			yield(Stored{}, err)
			return
		}
		for i, n := range numbers {
			data, err := os.ReadFile(f.block(n))
			if err != nil && !yield(Stored{}, &Damage{File: f.block(n), Cause: err.Error()}) {
				return
			}
			b := &block{file: f.block(n), data: data, hash: blockHash(f.Stream, n), fits: f.fits, last: i == len(numbers)-1}
			if !b.read(yield) {
				return
			}
		}
	}
}

// cutShort is the cause of a Partial damage.
const cutShort = "the end of a message is missing"

// block is one file of messages that is being read.
type block struct {
	file string
	data []byte
	hash hash.Hash64
	sum  [recordHashBytes]byte
	fits func(subject []byte) bool
	last bool
}

func blockHash(stream string, n int) hash.Hash64 {
	key := sha256.Sum256(fmt.Appendf(nil, "%s-%d", stream, n))
	h, _ := highwayhash.New64(key[:]) // the key has the right length
	return h
}

// read yields all messages of the block; false ends the reading.
func (b *block) read(yield func(Stored, error) bool) bool {
	for at := 0; at < len(b.data); {
		m, size, cause := b.record(at)
		if cause == "" {
			at += size
			if !m.deleted() && !yield(m, nil) {
				return false
			}
			continue
		}
		next := b.next(at + 1)
		d := &Damage{File: b.file, Offset: at, Torn: b.last && next == len(b.data), Partial: cause == cutShort, Cause: cause}
		if !yield(Stored{}, d) {
			return false
		}
		at = next
	}
	return true
}

// next is where the next whole message begins, the block's end if there is none.
func (b *block) next(from int) int {
	for at := from; at+recordHeadBytes+recordHashBytes <= len(b.data); at++ {
		if _, _, cause := b.record(at); cause == "" {
			return at
		}
	}
	return len(b.data)
}

// record reads the message at a place; a cause says why there is none.
func (b *block) record(at int) (m Stored, size int, cause string) {
	rest := b.data[at:]
	if len(rest) < recordHeadBytes+recordHashBytes {
		return m, 0, cutShort
	}
	length := binary.LittleEndian.Uint32(rest)
	size = int(length &^ recordHeader)
	body := recordHeadBytes + int(binary.LittleEndian.Uint16(rest[20:]))
	switch {
	case size < body+recordHashBytes || size > recordMaxBytes:
		return m, 0, fmt.Sprintf("no message has %d bytes", size)
	case size > len(rest):
		return m, 0, cutShort
	}
	m = Stored{Seq: binary.LittleEndian.Uint64(rest[4:]), Subject: rest[recordHeadBytes:body]}
	text := rest[body : size-recordHashBytes]
	if length&recordHeader != 0 {
		if len(text) < 4 || int(binary.LittleEndian.Uint32(text)) > len(text)-4 {
			return m, 0, "the header is longer than the message"
		}
		header := int(binary.LittleEndian.Uint32(text))
		text = text[4:]
		m.Header = text[:header:header]
		m.Data = text[header:]
		if !bytes.HasSuffix(m.Header, headerEnd) { // the hash does not cover its length
			return m, 0, "the header does not end where it should"
		}
	} else {
		m.Data = text
	}
	b.hash.Reset()
	b.hash.Write(rest[4:20])
	b.hash.Write(rest[recordHeadBytes:body])
	b.hash.Write(text)
	if !bytes.Equal(b.hash.Sum(b.sum[:0]), rest[size-recordHashBytes:size]) {
		return m, 0, "the checksum of a message is another one"
	}
	if !m.deleted() && !b.fits(m.Subject) { // the hash does not cover its length either
		return m, 0, "the subject of a message is none of the stream's"
	}
	return m, size, ""
}

// Entry is the entry that a message of the feed was made of.
func (m Stored) Entry() (events.Entry, error) {
	h, err := nats.DecodeHeadersMsg(m.Header)
	if err != nil {
		return nil, fmt.Errorf("feed message %d: %w", m.Seq, err)
	}
	return joined(string(m.Subject), h, m.Data), nil
}
