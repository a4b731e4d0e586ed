package usercsv

import (
	"encoding/csv"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/seatledger/seatledger/aggregates/rule"
)

const apostrophe = "'"

// formulaStarts are what spreadsheets take for the beginning of a formula; the
// last four are the wide forms, which some read alike.
const formulaStarts = "=+-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20"

// splitter is what spreadsheets of half of Europe end a cell at: what stands
// behind it becomes a cell of its own, though the whole be quoted.
const splitter = ";"

// isFormula reports a cell that a spreadsheet may take for a formula, or that
// would be one behind its apostrophes.
func isFormula(cell string) bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimLeft(cell, apostrophe))
	return strings.ContainsRune(formulaStarts, first)
}

func isPhone(cell string) bool {
	var k rule.Checker
	k.Phone("", cell)
	return len(k.Errors) == 0
}

// escape makes a cell that is no formula, nor has one; unescape is its inverse.
func escape(cell string) string {
	return inParts(cell, func(part string) string {
		if isFormula(part) && !isPhone(part) {
			return apostrophe + part
		}
		return part
	})
}

func unescape(cell string) string {
	return inParts(cell, func(part string) string {
		if rest, ok := strings.CutPrefix(part, apostrophe); ok && isFormula(rest) {
			return rest
		}
		return part
	})
}

// inParts changes each part of a cell that may become a cell of its own.
func inParts(cell string, change func(string) string) string {
	if !strings.Contains(cell, splitter) {
		return change(cell)
	}
	parts := strings.Split(cell, splitter)
	for i := range parts {
		parts[i] = change(parts[i])
	}
	return strings.Join(parts, splitter)
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
