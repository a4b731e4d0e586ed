package events

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/bits"
	"sync"

	"github.com/klauspost/compress/zstd"
	"github.com/oklog/ulid/v2"
)

// Limits of a frame.
const (
	// MaxFrameBytes is the largest unpacked body that a reader accepts. Who
	// writes frames keeps below it, however well they compress.
	MaxFrameBytes = 64 << 20
	// compressFromBytes is the body size from which compression pays.
	compressFromBytes = 2 << 10
	// windowBytes is how far back compression looks: far enough for entries
	// that are alike, and each coder keeps memory for it.
	windowBytes = 1 << 20

	frameMagic      = "SLF1"
	frameHeadBytes  = 4 + 1 + 8 + 8 + 16 + 4 + 4 + 4 + 4 + 4
	hashesBytes     = 64 // of a receipt
	frameTailBytes  = 4
	flagEnd         = 1 << 0
	flagCompressed  = 1 << 1
	knownFrameFlags = flagEnd | flagCompressed
)

// ErrFrame reports a frame that cannot be read: damaged, or not ours.
var ErrFrame = errors.New("bad frame")

// Receipt remembers, for ever, the answer to a command that came with an
// idempotency key. It holds keyed hashes only.
type Receipt struct {
	Key     [32]byte // of the caller's scope and key
	Request [32]byte // of the command's name and body, keyed with the idempotency key
	Answer  []byte   // what the writer needs to answer the same again
}

// Frame is one journal message: one part of a commit. The entries stand at
// the positions First, First+1, …
type Frame struct {
	Epoch    uint64
	First    uint64 // position of the first entry, or of the next one if there is none
	Commit   ulid.ULID
	Part     uint32 // 0, 1, … within the commit
	End      bool   // the commit is whole with this part
	Entries  []Entry
	Receipts []Receipt
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// The coders are safe for concurrent use of EncodeAll and DecodeAll.
var (
	zstdOut, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest),
		zstd.WithEncoderConcurrency(2), zstd.WithWindowSize(windowBytes))
	zstdIn, _ = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(MaxFrameBytes), zstd.WithDecoderConcurrency(2))
)

// Encode writes the frame with its checksum, its body compressed when large.
func (f *Frame) Encode() []byte {
	var flags byte
	if f.End {
		flags |= flagEnd
	}
	raw := f.bodyBytes()
	if raw < compressFromBytes {
		b := f.head(make([]byte, 0, frameHeadBytes+raw+frameTailBytes), flags, raw)
		return finished(f.body(b))
	}
	plain := bodies.Get().(*[]byte)
	defer bodies.Put(plain)
	*plain = f.body((*plain)[:0])
	b := f.head(make([]byte, 0, frameHeadBytes+raw/2+frameTailBytes), flags|flagCompressed, raw)
	return finished(zstdOut.EncodeAll(*plain, b))
}

// bodies are buffers that bodies stand in until they are compressed.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

// finished sets the length of the body behind a head, and adds the checksum.
func finished(b []byte) []byte {
	binary.BigEndian.PutUint32(b[frameHeadBytes-4:], uint32(len(b)-frameHeadBytes))
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

// head writes all that stands before the body; its length is still to be set.
func (f *Frame) head(b []byte, flags byte, raw int) []byte {
	b = append(b, frameMagic...)
	b = append(b, flags)
	b = binary.BigEndian.AppendUint64(b, f.Epoch)
	b = binary.BigEndian.AppendUint64(b, f.First)
	b = append(b, f.Commit[:]...)
	b = binary.BigEndian.AppendUint32(b, f.Part)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.Entries)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.Receipts)))
	b = binary.BigEndian.AppendUint32(b, uint32(raw))
	return append(b, 0, 0, 0, 0)
}

// bodyBytes is how long the body is before it is compressed.
func (f *Frame) bodyBytes() (n int) {
	for _, e := range f.Entries {
		n += sizedBytes(len(e))
	}
	for _, r := range f.Receipts {
		n += hashesBytes + sizedBytes(len(r.Answer))
	}
	return n
}

// sizedBytes is the length of n bytes behind their number.
func sizedBytes(n int) int { return (bits.Len(uint(n)|1)+6)/7 + n }

// body appends entries and receipts.
func (f *Frame) body(b []byte) []byte {
	for _, e := range f.Entries {
		b = binary.AppendUvarint(b, uint64(len(e)))
		b = append(b, e...)
	}
	for _, r := range f.Receipts {
		b = append(b, r.Key[:]...)
		b = append(b, r.Request[:]...)
		b = binary.AppendUvarint(b, uint64(len(r.Answer)))
		b = append(b, r.Answer...)
	}
	return b
}

// DecodeFrame reads what Encode wrote; everything else is ErrFrame.
func DecodeFrame(b []byte) (*Frame, error) {
	if len(b) < frameHeadBytes+frameTailBytes || string(b[:4]) != frameMagic {
		return nil, fmt.Errorf("%w: no frame header", ErrFrame)
	}
	sum := len(b) - frameTailBytes
	if crc32.Checksum(b[:sum], castagnoli) != binary.BigEndian.Uint32(b[sum:]) {
		return nil, fmt.Errorf("%w: checksum", ErrFrame)
	}
	flags, h := b[4], b[5:]
	if flags&^knownFrameFlags != 0 {
		return nil, fmt.Errorf("%w: unknown flags %#x", ErrFrame, flags)
	}
	f := &Frame{
		Epoch: binary.BigEndian.Uint64(h), First: binary.BigEndian.Uint64(h[8:]),
		Commit: ulid.ULID(h[16:32]), Part: binary.BigEndian.Uint32(h[32:]), End: flags&flagEnd != 0,
	}
	entries, receipts := binary.BigEndian.Uint32(h[36:]), binary.BigEndian.Uint32(h[40:])
	raw, stored := binary.BigEndian.Uint32(h[44:]), binary.BigEndian.Uint32(h[48:])
	body := b[frameHeadBytes:sum]
	if raw > MaxFrameBytes || int(stored) != len(body) {
		return nil, fmt.Errorf("%w: length", ErrFrame)
	}
	if flags&flagCompressed != 0 {
		var err error
		if body, err = zstdIn.DecodeAll(body, make([]byte, 0, raw)); err != nil {
			return nil, fmt.Errorf("%w: %w", ErrFrame, err)
		}
	}
	if len(body) != int(raw) || uint64(entries)+uint64(receipts)*(hashesBytes+1) > uint64(len(body)) {
		return nil, fmt.Errorf("%w: length of body", ErrFrame)
	}
	return f, f.parse(body, entries, receipts)
}

func (f *Frame) parse(body []byte, entries, receipts uint32) error {
	take := func(n uint64) (b []byte, ok bool) {
		if n > uint64(len(body)) {
			return nil, false
		}
		b, body = body[:n:n], body[n:]
		return b, true
	}
	sized := func() ([]byte, bool) {
		n, w := binary.Uvarint(body)
		if w <= 0 {
			return nil, false
		}
		body = body[w:]
		return take(n)
	}
	if entries > 0 {
		f.Entries = make([]Entry, 0, min(entries, 1<<16)) // not yet believed
	}
	for range entries {
		e, ok := sized()
		if !ok {
			return fmt.Errorf("%w: entry", ErrFrame)
		}
		f.Entries = append(f.Entries, e)
	}
	for range receipts {
		hashes, ok := take(hashesBytes)
		if !ok {
			return fmt.Errorf("%w: receipt", ErrFrame)
		}
		answer, ok := sized()
		if !ok {
			return fmt.Errorf("%w: receipt", ErrFrame)
		}
		f.Receipts = append(f.Receipts, Receipt{Key: [32]byte(hashes[:32]), Request: [32]byte(hashes[32:]), Answer: answer})
	}
	if len(body) != 0 {
		return fmt.Errorf("%w: %d bytes too many", ErrFrame, len(body))
	}
	return nil
}
