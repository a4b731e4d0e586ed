package usercsv

import (
	"errors"
	"io"
)

// Summary is what is known of a file before any of its rows is applied.
type Summary struct {
	Format Format
	Rows   int
}

// Check reads a file to its end. Errors are *FileError where the file is
// refused (IMP-1), else what reading met.
func Check(r io.Reader) (Summary, error) {
	rs := newRecords(r)
	cells, _, err := rs.next()
	if errors.Is(err, io.EOF) {
		return Summary{}, refuse(BadFormat, "the file is empty")
	}
	if err != nil {
		return Summary{}, err
	}
	h, bad, unknown := readHeader(cells)
	s := Summary{Format: h.format}
	for {
		if _, _, err = rs.next(); err != nil {
			break
		}
		s.Rows++
	}
	switch {
	case !errors.Is(err, io.EOF):
		return s, err
	case bad != nil:
		return s, bad
	case s.Rows == 0:
		return s, refuse(EmptyFile, "the file has a header and no rows")
	case s.Rows > MaxRows:
		return s, refuse(TooManyRows, "the file has %d rows; at most %d are taken", s.Rows, MaxRows)
	case unknown != nil:
		return s, unknown
	}
	return s, nil
}
