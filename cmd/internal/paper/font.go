package paper

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"sync"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-fonts/dejavu/dejavusansbold"
)

// The families of fonts.
const (
	western = "DejaVu Sans"
	eastern = "Droid Sans Fallback"
)

//go:embed fonts/DroidSansFallbackFull.ttf.gz
var easternFile []byte

// easternFont is unpacked when first needed.
var easternFont = sync.OnceValues(func() ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(easternFile))
	if err != nil {
		return nil, fmt.Errorf("the font %s: %w", eastern, err)
	}
	return io.ReadAll(z)
})

// maxRune is the last character that a font's table in a PDF can have.
const maxRune = 0xffff

// printable replaces what no font can have.
func printable(r rune) rune {
	if r > maxRune || unicode.IsControl(r) {
		return unicode.ReplacementChar
	}
	return r
}

// isEastern reports that a character is set in the eastern font.
func isEastern(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) ||
		r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef
}

// addFonts gives a document its fonts; the eastern one, which is large, only
// where it is needed.
func addFonts(pdf *fpdf.Fpdf, east bool) error {
	pdf.AddUTF8FontFromBytes(western, "", dejavusans.TTF)
	pdf.AddUTF8FontFromBytes(western, "B", dejavusansbold.TTF)
	if east {
		font, err := easternFont()
		if err != nil {
			return err
		}
		pdf.AddUTF8FontFromBytes(eastern, "", font)
	}
	return pdf.Error()
}
