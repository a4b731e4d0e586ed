package paper

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

// Measures of a page, in millimetres; A4.
const (
	marginMM    = 20.0
	widthMM     = 210.0 - 2*marginMM
	bottomMM    = 297.0 - 25.0 // nothing but the footer below it
	footerMM    = 297.0 - 12.0
	gapMM       = 2.0
	mmOfPoint   = 25.4 / 72
	lineSpacing = 1.4 // of the font's size
	keptLines   = 4   // what a heading wants below it, itself included
)

// Sizes of type, in points.
const (
	titlePt = 18.0
	headPt  = 12.0
	textPt  = 10.0
	smallPt = 8.0
)

// sheet is a document in the making: text goes where the last one ended.
type sheet struct {
	pdf    *fpdf.Fpdf
	y      float64 // millimetres from the top
	footer string
	pages  int
}

// newSheet begins a document. Its dates are at; needed are the fonts that it has
// characters of.
func newSheet(title, language, footer string, at time.Time, needed [faces]bool) (*sheet, error) {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(at.UTC())
	pdf.SetModificationDate(at.UTC())
	pdf.SetProducer("seatledger", true)
	pdf.SetTitle(title, true)
	pdf.SetLang(language)
	if err := addFonts(pdf, needed); err != nil {
		return nil, err
	}
	s := &sheet{pdf: pdf, footer: footer}
	s.turn()
	return s, nil
}

// turn begins a page.
func (s *sheet) turn() {
	s.pdf.AddPage()
	s.pages++
	s.y = marginMM
	s.draw(marginMM, footerMM, smallPt, "", s.footer+" · "+strconv.Itoa(s.pages))
}

// bytes ends the document.
func (s *sheet) bytes() ([]byte, error) {
	var b bytes.Buffer
	err := s.pdf.Output(&b)
	return b.Bytes(), err
}

// run is text of one font.
type run struct {
	face face
	text string
}

// runs takes a text apart by font.
func runs(text string) (list []run) {
	for _, r := range text {
		r = printable(r)
		if n := len(list); n > 0 && list[n-1].face == faceOf(r) {
			list[n-1].text += string(r)
			continue
		}
		list = append(list, run{faceOf(r), string(r)})
	}
	return list
}

// set chooses the font of a run; only the western one can be bold.
func (s *sheet) set(r run, points float64, style string) {
	if r.face != western {
		style = ""
	}
	s.pdf.SetFont(families[r.face], style, points)
}

// width of a text in millimetres.
func (s *sheet) width(text string, points float64, style string) (mm float64) {
	for _, r := range runs(text) {
		s.set(r, points, style)
		mm += s.pdf.GetStringWidth(r.text)
	}
	return mm
}

// draw writes one line; y is its base line.
func (s *sheet) draw(x, y, points float64, style, text string) {
	for _, r := range runs(text) {
		s.set(r, points, style)
		s.pdf.Text(x, y, r.text)
		x += s.pdf.GetStringWidth(r.text)
	}
}

// atoms are the parts of a text between which a line may end: words, and
// single eastern characters.
func atoms(text string) (list []string) {
	for _, word := range strings.Fields(text) {
		for i, r := range runs(word) {
			parts := []string{r.text}
			if r.face == eastern {
				parts = strings.Split(r.text, "")
			}
			if i == 0 && len(list) > 0 {
				parts[0] = " " + parts[0]
			}
			list = append(list, parts...)
		}
	}
	return list
}

// wrap breaks a text into lines of at most so many millimetres. A word that is
// too long for a line is broken anywhere.
func (s *sheet) wrap(text string, mm, points float64, style string) []string {
	var lines []string
	line := ""
	push := func(part string) {
		if line != "" && s.width(line+part, points, style) > mm {
			lines, line = append(lines, line), strings.TrimPrefix(part, " ")
		} else {
			line += part
		}
	}
	for _, part := range atoms(text) {
		if s.width(part, points, style) <= mm {
			push(part)
			continue
		}
		for _, letter := range part {
			push(string(letter))
		}
	}
	return append(lines, line)
}

// lineMM is the height of a line.
func lineMM(points float64) float64 { return points * mmOfPoint * lineSpacing }

// paragraph writes a text over the whole width.
func (s *sheet) paragraph(points float64, style, text string) {
	for _, line := range s.wrap(text, widthMM, points, style) {
		if s.y+lineMM(points) > bottomMM {
			s.turn()
		}
		s.y += lineMM(points)
		s.draw(marginMM, s.y, points, style, line)
	}
	s.y += gapMM
}

// heading writes a text that stays with the lines behind it.
func (s *sheet) heading(text string) {
	if s.y+keptLines*lineMM(headPt) > bottomMM {
		s.turn()
	}
	s.paragraph(headPt, "B", text)
}

// row writes cells side by side; columns are parts of the width.
func (s *sheet) row(style string, columns []float64, cells []string) {
	wrapped, most := make([][]string, len(cells)), 1
	for i, c := range cells {
		wrapped[i] = s.wrap(c, columns[i]*widthMM-gapMM, textPt, style)
		most = max(most, len(wrapped[i]))
	}
	if s.y+float64(most)*lineMM(textPt) > bottomMM {
		s.turn()
	}
	x := marginMM
	for i, lines := range wrapped {
		for n, line := range lines {
			s.draw(x, s.y+float64(n+1)*lineMM(textPt), textPt, style, line)
		}
		x += columns[i] * widthMM
	}
	s.y += float64(most)*lineMM(textPt) + gapMM/2
}

// table writes a head, a line under it, and rows.
func (s *sheet) table(columns []float64, head []string, rows [][]string) {
	s.row("B", columns, head)
	s.pdf.SetLineWidth(0.2)
	s.pdf.Line(marginMM, s.y+gapMM/2, marginMM+widthMM, s.y+gapMM/2)
	s.y += gapMM / 2
	for _, r := range rows {
		page := s.pages
		if s.row("", columns, r); s.pages > page {
			s.pdf.Line(marginMM, marginMM, marginMM+widthMM, marginMM)
		}
	}
	s.y += gapMM
}
