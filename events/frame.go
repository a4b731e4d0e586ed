package events

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"

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
	zstdOut, _ = zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(2))
	zstdIn, _  = zstd.NewReader(nil, zstd.WithDecoderMaxMemory(MaxFrameBytes), zstd.WithDecoderConcurrency(2))
)

// Encode writes the frame with its checksum, its body compressed when large.
func (f *Frame) Encode() []byte {
	body := f.body()
	var flags byte
	if f.End {
		flags |= flagEnd
	}
	raw := len(body)
	if raw >= compressFromBytes {
		body = zstdOut.EncodeAll(body, make([]byte, 0, raw/3))
		flags |= flagCompressed
	}
	b := make([]byte, 0, frameHeadBytes+len(body)+frameTailBytes)
	b = append(b, frameMagic...)
	b = append(b, flags)
	b = binary.BigEndian.AppendUint64(b, f.Epoch)
	b = binary.BigEndian.AppendUint64(b, f.First)
	b = append(b, f.Commit[:]...)
	b = binary.BigEndian.AppendUint32(b, f.Part)
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.Entries)))
	b = binary.BigEndian.AppendUint32(b, uint32(len(f.Receipts)))
	b = binary.BigEndian.AppendUint32(b, uint32(raw))
	b = binary.BigEndian.AppendUint32(b, uint32(len(body)))
	b = append(b, body...)
	return binary.BigEndian.AppendUint32(b, crc32.Checksum(b, castagnoli))
}

func (f *Frame) body() []byte {
	n := 0
	for _, e := range f.Entries {
		n += len(e) + 3
	}
	for _, r := range f.Receipts {
		n += hashesBytes + len(r.Answer) + 3
	}
	b := make([]byte, 0, n)
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
