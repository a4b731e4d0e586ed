package usercsv

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of a file.
const (
	MaxFileBytes   = 64 << 20
	MaxRows        = 20_000
	MaxRecordBytes = 64 << 10 // one row, its line breaks and quotes included
	MaxColumns     = 64
)

const (
	byteOrderMark = "\uFEFF"
	bufferBytes   = 4096 // what encoding/csv reads ahead at most
)

// packed is how files begin that a person may take for CSV: zip (and so .xlsx
// and .ods), gzip, zstd, bzip2, xz, 7z and old .xls.
var packed = []string{"PK\x03\x04", "PK\x05\x06", "\x1f\x8b", "\x28\xb5\x2f\xfd", "BZh", "\xfd7zXZ", "7z\xbc\xaf", "\xd0\xcf\x11\xe0"}

// packedBytes of a file tell whether it is packed.
const packedBytes = 8

// records reads the records of a CSV file (RFC 4180), in UTF-8. Its errors are
// *FileError, and whatever reading meets.
type records struct {
	csv    *csv.Reader
	source *rationed
	line   int  // where the last record began
	packed bool // it is no text at all
}

func newRecords(r io.Reader) *records {
	source := &rationed{r: r, left: MaxRecordBytes + bufferBytes}
	buffer := bufio.NewReaderSize(source, bufferBytes)
	if head, _ := buffer.Peek(len(byteOrderMark)); string(head) == byteOrderMark {
		_, _ = buffer.Discard(len(byteOrderMark)) // it is in the buffer
	}
	head, _ := buffer.Peek(packedBytes)
	c := csv.NewReader(buffer)
	c.ReuseRecord = true
	return &records{csv: c, source: source,
		packed: slices.ContainsFunc(packed, func(magic string) bool { return strings.HasPrefix(string(head), magic) })}
}

// next returns the next record and the line of the file that it begins on;
// io.EOF behind the last one. The record is valid until the next call.
func (r *records) next() (cells []string, line int, err error) {
	if r.packed {
		return nil, 0, refuse(BadFormat, "the file is a workbook or compressed, and nothing is unpacked here: save it as CSV")
	}
	r.source.left = MaxRecordBytes + bufferBytes
	cells, err = r.csv.Read()
	var syntax *csv.ParseError
	switch {
	case errors.Is(err, errRation):
		return nil, 0, refuse(BadFormat, "the row behind line %d has more than %d bytes; is a quote not closed?", r.line, MaxRecordBytes)
	case errors.As(err, &syntax):
		return nil, syntax.Line, refuse(BadFormat, "line %d is not CSV: %s", syntax.Line, inWords(syntax.Err))
	case err != nil:
		return nil, 0, err
	}
	line, _ = r.csv.FieldPos(0)
	r.line = line
	if len(cells) > MaxColumns {
		return nil, line, refuse(BadFormat, "line %d has more than %d columns", line, MaxColumns)
	}
	if i := slices.IndexFunc(cells, notText); i >= 0 {
		line, _ := r.csv.FieldPos(i)
		return nil, line, refuse(BadFormat, "line %d is not text in UTF-8", line)
	}
	return cells, line, nil
}

func notText(cell string) bool { return !utf8.ValidString(cell) || strings.ContainsRune(cell, 0) }

func inWords(err error) string {
	switch {
	case errors.Is(err, csv.ErrFieldCount):
		return "it has not as many cells as the header"
	case errors.Is(err, csv.ErrBareQuote):
		return "a quote stands in a cell that is not quoted"
	case errors.Is(err, csv.ErrQuote):
		return "a quote is not closed, or something follows it"
	}
	return "it cannot be read"
}

// errRation: a record is larger than it may be.
var errRation = errors.New("the record is too large")

// rationed reads until left bytes are used up, so that no record can take more
// memory.
type rationed struct {
	r    io.Reader
	left int
}

// Read reads no more than what is left.
func (r *rationed) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errRation
	}
	n, err := r.r.Read(p[:min(len(p), r.left)])
	r.left -= n
	return n, err
}
