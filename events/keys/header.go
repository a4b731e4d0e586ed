package keys

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
)

// fileMagic begins the file and names its format.
const fileMagic = "SLKEYS1\n"

const (
	headerKEK = len(fileMagic)
	headerKey = headerKEK + len(kekID{})
	headerEnd = headerKey + wrappedBytes // zeros from here on
	headerSum = headerBytes - 4
)

// header is the first sector of the file. It is never changed in place: a new
// header comes with a new file.
type header struct {
	kek    kekID   // what everything in the file is wrapped under
	secret wrapped // the ledger's own key
}

var errMagic = errors.New("not a file of keys of a known format")

func (h *header) bytes() []byte {
	b := make([]byte, headerBytes)
	copy(b, fileMagic)
	copy(b[headerKEK:], h.kek[:])
	copy(b[headerKey:], h.secret[:])
	binary.BigEndian.PutUint32(b[headerSum:], crc32.Checksum(b[:headerSum], castagnoli))
	return b
}

func readHeader(b []byte) (h header, err error) {
	if len(b) < headerBytes || string(b[:len(fileMagic)]) != fileMagic {
		return h, errMagic
	}
	if crc32.Checksum(b[:headerSum], castagnoli) != binary.BigEndian.Uint32(b[headerSum:]) {
		return h, errSum
	}
	if !zero(b[headerEnd:headerSum]) {
		return h, errContent
	}
	return header{kekID(b[headerKEK:headerKey]), wrapped(b[headerKey:headerEnd])}, nil
}
