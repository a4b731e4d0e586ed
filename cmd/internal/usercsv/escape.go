package usercsv

import (
	"encoding/csv"
	"io"
	"strings"

	"github.com/seatledger/seatledger/aggregates/rule"
)

const apostrophe = "'"

// isFormula reports a cell that a spreadsheet may take for a formula, or that
// would be one behind its apostrophes.
func isFormula(cell string) bool {
	cell = strings.TrimLeft(cell, apostrophe)
	return cell != "" && strings.ContainsRune("=+-@\t\r\n", rune(cell[0]))
}

func isPhone(cell string) bool {
	var k rule.Checker
	k.Phone("", cell)
	return len(k.Errors) == 0
}

// escape makes a cell that is no formula; unescape is its inverse.
func escape(cell string) string {
	if isFormula(cell) && !isPhone(cell) {
		return apostrophe + cell
	}
	return cell
}

func unescape(cell string) string {
	if rest, ok := strings.CutPrefix(cell, apostrophe); ok && isFormula(rest) {
		return rest
	}
	return cell
}

// Table writes a CSV file, cells that could be formulas made harmless.
type Table struct {
	csv *csv.Writer
	row []string
}

// NewTable begins a CSV file with its header.
func NewTable(w io.Writer, header ...string) *Table {
	t := &Table{csv: csv.NewWriter(w)}
	t.csv.UseCRLF = true // RFC 4180
	t.Write(header...)
	return t
}

// Write adds a row. What goes wrong is told by Flush.
func (t *Table) Write(cells ...string) {
	t.row = t.row[:0]
	for _, c := range cells {
		t.row = append(t.row, escape(c))
	}
	_ = t.csv.Write(t.row) // kept for Flush
}

// Flush writes what is buffered.
func (t *Table) Flush() error {
	t.csv.Flush()
	return t.csv.Error()
}
