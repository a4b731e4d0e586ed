package usercsv

import (
	"fmt"
	"strings"
)

// Codes of what refuses a whole file, in the order in which they are told
// (IMP-1).
const (
	BadFormat     = "bad_format"
	BadHeaders    = "bad_headers"
	EmptyFile     = "empty_file"
	TooManyRows   = "too_many_rows"
	UnknownColumn = "unknown_column"
)

// FileError refuses a whole file (IMP-1). Nothing of the rows' content is in it.
type FileError struct {
	Code   string
	Detail string // a sentence that a customer may read
}

func (e *FileError) Error() string { return e.Code + ": " + e.Detail }

func refuse(code, detail string, args ...any) *FileError {
	return &FileError{code, fmt.Sprintf(detail, args...)}
}

// maxShownBytes of a heading are shown in a message.
const maxShownBytes = 64

// header is what a file's first row says: its format, and the column that each
// cell belongs to.
type header struct {
	format  Format
	columns []*column
}

// readHeader recognises a header. bad is what is wrong with it as a whole,
// unknown names a column that the format does not have.
func readHeader(cells []string) (h *header, bad, unknown *FileError) {
	h = &header{}
	for _, cell := range cells {
		switch {
		case cell == emailHeading:
			h.format = Webex
		case cell == mitelEmailHeading && h.format == "":
			h.format = Mitel
		}
	}
	if h.format == "" {
		return h, refuse(BadHeaders, "no column is headed %q (or %s, in the format of Mitel accounts)", emailHeading, mitelEmailHeading), nil
	}
	seen := map[string]bool{}
	for i, cell := range cells {
		if seen[cell] && bad == nil {
			bad = refuse(BadHeaders, "two columns are headed %q", shown(cell))
		}
		seen[cell] = true
		c := find(h.format, cell)
		if c == nil && unknown == nil {
			unknown = refuse(UnknownColumn, "column %d is headed %q, which is not known", i+1, shown(cell))
		}
		h.columns = append(h.columns, c)
	}
	return h, bad, unknown
}

func find(f Format, heading string) *column {
	for i := range formats[f] {
		if c := &formats[f][i]; c.heading == heading {
			return c
		}
	}
	return nil
}

func shown(cell string) string {
	if len(cell) > maxShownBytes {
		return strings.ToValidUTF8(cell[:maxShownBytes], "") + "…"
	}
	return cell
}
