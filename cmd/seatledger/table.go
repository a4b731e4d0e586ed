package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// table is text in columns, as wide as their widest cell.
type table struct {
	heads []string // none: rows alone
	rows  [][]string
}

// gap stands between columns.
const gap = "  "

// print writes the table. dress, if set, styles a cell; the heads are row -1.
func (t *table) print(w io.Writer, dress func(row, column int, text string) string) error {
	widths := t.widths()
	first := -1
	if t.heads == nil {
		first = 0
	}
	for r := first; r < len(t.rows); r++ {
		var line strings.Builder
		for i, cell := range t.row(r) {
			padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if dress != nil {
				cell = dress(r, i, cell)
			}
			line.WriteString(cell + padding + gap)
		}
		if _, err := fmt.Fprintln(w, strings.TrimRight(line.String(), " ")); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) row(r int) []string {
	if r < 0 {
		return t.heads
	}
	return t.rows[r]
}

func (t *table) widths() []int {
	var widths []int
	for r := -1; r < len(t.rows); r++ {
		for i, cell := range t.row(r) {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}
