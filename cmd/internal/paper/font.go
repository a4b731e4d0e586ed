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

// face is one of the fonts.
type face byte

const (
	western face = iota // Latin, Greek, Cyrillic; has a bold one
	eastern             // Chinese, Japanese
	korean
	faces
)

// families are what the fonts are called in a document.
var families = [faces]string{"DejaVu Sans", "Droid Sans Fallback", "NanumSquare"}

var (
	//go:embed fonts/DroidSansFallbackFull.ttf.gz
	easternFile []byte
	//go:embed fonts/NanumSquareR.ttf.gz
	koreanFile []byte
)

// unpacked are the large fonts, unpacked when first needed.
var unpacked = [faces]func() ([]byte, error){eastern: unpack(eastern, easternFile), korean: unpack(korean, koreanFile)}

func unpack(f face, file []byte) func() ([]byte, error) {
	return sync.OnceValues(func() ([]byte, error) {
		z, err := gzip.NewReader(bytes.NewReader(file))
		if err != nil {
			return nil, fmt.Errorf("the font %s: %w", families[f], err)
		}
		return io.ReadAll(z)
	})
}

// maxRune is the last character that a font's table in a PDF can have.
const maxRune = 0xffff

// printable replaces what no font can have.
func printable(r rune) rune {
	if r > maxRune || unicode.IsControl(r) {
		return unicode.ReplacementChar
	}
	return r
}

// faceOf is the font that a character is set in.
func faceOf(r rune) face {
	switch {
	case unicode.Is(unicode.Hangul, r):
		return korean
	case unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo) ||
		r >= 0x3000 && r <= 0x303f || r >= 0xff00 && r <= 0xffef:
		return eastern
	}
	return western
}

// facesOf are the fonts that texts need.
func facesOf(texts ...string) (needed [faces]bool) {
	needed[western] = true
	for _, text := range texts {
		for _, r := range text {
			needed[faceOf(r)] = true
		}
	}
	return needed
}

// addFonts gives a document its fonts; the large ones only where they are
// needed.
func addFonts(pdf *fpdf.Fpdf, needed [faces]bool) error {
	pdf.AddUTF8FontFromBytes(families[western], "", dejavusans.TTF)
	pdf.AddUTF8FontFromBytes(families[western], "B", dejavusansbold.TTF)
	for f := eastern; f < faces; f++ {
		if !needed[f] {
			continue
		}
		font, err := unpacked[f]()
		if err != nil {
			return err
		}
		pdf.AddUTF8FontFromBytes(families[f], "", font)
	}
	return pdf.Error()
}
