package keys

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// A magic begins the file and names its format. Files of format 1 may end behind
// any slot; those of format 2 have whole runs of them ([growSlots]).
const (
	magic1 = "SLKEYS1\n"
	magic2 = "SLKEYS2\n"
)

const (
	headerKEK = len(magic1)
	headerKey = headerKEK + len(kekID{})
	headerEnd = headerKey + wrappedBytes // zeros from here on
	headerSum = headerBytes - 4
)

// header is the first sector of the file. It is never changed in place: a new
// header comes with a new file.
type header struct {
	kek    kekID   // what everything in the file is wrapped under
	secret wrapped // the ledger's own key
	ragged bool    // of format 1
}

var errMagic = errors.New("not a file of keys of a known format")

func (h *header) bytes() []byte {
	b := make([]byte, headerBytes)
	copy(b, magic2)
	if h.ragged {
		copy(b, magic1)
	}
	copy(b[headerKEK:], h.kek[:])
	copy(b[headerKey:], h.secret[:])
	binary.BigEndian.PutUint32(b[headerSum:], crc32.Checksum(b[:headerSum], castagnoli))
	return b
}

func readHeader(b []byte) (h header, err error) {
	if len(b) < headerBytes {
		return h, errMagic
	}
	magic := string(b[:len(magic1)])
	if magic != magic1 && magic != magic2 {
		return h, errMagic
	}
	if crc32.Checksum(b[:headerSum], castagnoli) != binary.BigEndian.Uint32(b[headerSum:]) {
		return h, errSum
	}
	if !zero(b[headerEnd:headerSum]) {
		return h, errContent
	}
	return header{kekID(b[headerKEK:headerKey]), wrapped(b[headerKey:headerEnd]), magic == magic1}, nil
}
