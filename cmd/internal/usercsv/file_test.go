package usercsv

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"
)

func codeOf(err error) string {
	var refusal *FileError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &refusal):
		return refusal.Code
	}
	return err.Error()
}

const required = "User ID/Email (Required)"

// IMP-1: what refuses a file as a whole, and in which order.
func TestWholeFiles(t *testing.T) {
	rows := func(n int) string { return strings.Repeat("a@b.com\r\n", n) }
	for name, c := range map[string]struct{ file, code, says string }{
		"empty":                             {"", BadFormat, "empty"},
		"blank lines":                       {"\r\n\r\n", BadFormat, "empty"},
		"a mark alone":                      {"\uFEFF", BadFormat, "empty"},
		"binary":                            {"\x7fELF\xff\xfe\x00", BadFormat, "line 1"},
		"a workbook":                        {"PK\x03\x04\x14\x00\x06\x00", BadFormat, "save it as CSV"},
		"an old workbook":                   {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", BadFormat, "save it as CSV"},
		"a backslash before a comma":        {required + ",First Name\na@b.com,A\\,B\n", BadFormat, "line 2"},
		"a backslash and a comma in quotes": {required + ",First Name\na@b.com,\"A\\,B\"\n", "", ""},
		"UTF-16":                            {"U\x00s\x00e\x00r\x00", BadFormat, "line 1"},
		"Latin-1":                           {required + ",First Name\na@b.com,A\nb@b.com,Ren\xe9\n", BadFormat, "line 3"},
		"Latin-1 in a cell of two lines":    {required + ",First Name\n\"a\n\n@b.com\",Ren\xe9\n", BadFormat, "line 4"},
		"a quote within":                    {required + "\na\"b\n", BadFormat, "line 2"},
		"a quote not closed":                {required + "\n\"a\n", BadFormat, "line"},
		"a row with more cells":             {required + "\na@b.com,x\n", BadFormat, "line 2"},
		"a row with fewer cells":            {required + ",First Name\na@b.com\n", BadFormat, "line 2"},
		"bad format behind bad headers":     {"Email\na@b.com\n\"\n", BadFormat, ""},
		"no header of that name":            {"First Name,Email\nA,a@b.com\n", BadHeaders, required},
		"without the space":                 {"UserID/Email (Required)\na@b.com\n", BadHeaders, ""},
		"in other letters":                  {"User ID/email (required)\na@b.com\n", BadHeaders, ""},
		"semicolons":                        {"First Name;" + required + "\nA;a@b.com\n", BadHeaders, ""},
		"a column twice":                    {required + ",First Name,First Name\na@b.com,A,B\n", BadHeaders, "First Name"},
		"bad headers before no rows":        {"Nope\n", BadHeaders, ""},
		"no rows":                           {required + "\r\n", EmptyFile, ""},
		"no rows before an unknown column":  {required + ",Title\r\n", EmptyFile, ""},
		"20,000 rows":                       {required + "\r\n" + rows(MaxRows), "", ""},
		"20,001 rows":                       {required + "\r\n" + rows(MaxRows+1), TooManyRows, "20001"},
		"too many before unknown":           {required + "\r\n" + rows(MaxRows+1), TooManyRows, ""},
		"an unknown column":                 {required + ",Title\na@b.com,Dr\n", UnknownColumn, "Title"},
		"a column of the other format":      {"EMAIL,First Name\na@b.com,A\n", UnknownColumn, "First Name"},
		"a mark and CRLF":                   {"\uFEFF" + required + "\r\na@b.com\r\n", "", ""},
		"a mark and quotes":                 {"\uFEFF\"" + required + "\"\r\na@b.com\r\n", "", ""},
		"no line break at the end":          {required + "\na@b.com", "", ""},
		"Mitel":                             {"ROLE,EMAIL,NAME\nUser,a@b.com,A\n", "", ""},
		"too many columns":                  {required + strings.Repeat(",x", MaxColumns) + "\n", BadFormat, "columns"},
		"a row that is too long":            {required + "\na@b.com\n\"" + strings.Repeat("x\n", MaxRecordBytes) + "\"\n", BadFormat, "behind line 2"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Check(strings.NewReader(c.file))
			if got := codeOf(err); got != c.code || err != nil && !strings.Contains(err.Error(), c.says) {
				t.Fatalf("%v, want %s with %q", err, c.code, c.says)
			}
		})
	}
}

// What reading meets is passed on: it is not the file's fault.
func TestReadingThatFails(t *testing.T) {
	gone := errors.New("gone")
	_, err := Check(io.MultiReader(strings.NewReader(required+"\na@b.com\n\"b"), readerOf(func([]byte) (int, error) { return 0, gone })))
	if !errors.Is(err, gone) {
		t.Fatal(err)
	}
}

type readerOf func([]byte) (int, error)

func (r readerOf) Read(p []byte) (int, error) { return r(p) }

// A cell without end ends the reading long before the file does.
func TestMemoryIsBounded(t *testing.T) {
	taken := 0
	endless := readerOf(func(p []byte) (int, error) {
		for i := range p {
			p[i] = 'x'
		}
		taken += len(p)
		return len(p), nil
	})
	_, err := Check(io.MultiReader(strings.NewReader(required+"\n\""), endless))
	if codeOf(err) != BadFormat || taken > 2*MaxRecordBytes {
		t.Fatalf("%v, after %d bytes", err, taken)
	}
}

// spectrum is a collection of CSV files that are read wrongly by many.
const spectrum = "testdata/csv-spectrum"

// The files of csv-spectrum come out as it says. What stands in quotes has the
// line breaks of encoding/csv; names with line breaks are refused anyway.
func TestSpectrum(t *testing.T) {
	files, err := filepath.Glob(spectrum + "/*.csv")
	if err != nil || len(files) != 12 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		got, err := asObjects(name)
		if filepath.Base(name) == "location_coordinates.csv" { // Latin-1, and a quote within
			if codeOf(err) != BadFormat {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		text, readErr := os.ReadFile(strings.TrimSuffix(name, ".csv") + ".json")
		var want []map[string]string
		if err := errors.Join(err, readErr, json.Unmarshal(bytes.ReplaceAll(text, []byte(`\r\n`), []byte(`\n`)), &want)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// asObjects reads a file as one object a row.
func asObjects(name string) (rows []map[string]string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var head []string
	for rs := newRecords(f); ; {
		cells, _, err := rs.next()
		switch {
		case errors.Is(err, io.EOF):
			return rows, nil
		case err != nil:
			return nil, err
		case head == nil:
			head = slices.Clone(cells)
			continue
		}
		row := map[string]string{}
		for i, cell := range cells {
			row[head[i]] = cell
		}
		rows = append(rows, row)
	}
}

// What is packed is refused by its first bytes: a bomb costs as little as any
// other file, however large it would be.
func TestBombs(t *testing.T) {
	nothing := bytes.Repeat([]byte(required+"\r\n"), 1<<16)
	for name, pack := range map[string]func(io.Writer) (io.WriteCloser, error){
		"gzip": func(w io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(w), nil },
		"zstd": func(w io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(w) },
	} {
		var file bytes.Buffer
		w, err := pack(&file)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Write(nothing)
		if err = errors.Join(err, w.Close()); err != nil {
			t.Fatal(err)
		}
		read := &counted{r: &file}
		if _, err := Check(read); codeOf(err) != BadFormat || !strings.Contains(err.Error(), "unpacked") || read.n > bufferBytes {
			t.Errorf("%s: %v, after %d bytes", name, err, read.n)
		}
	}
}

type counted struct {
	r io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += n
	return n, err
}

// Whatever is written is read back, and no cell can be taken for a formula.
func TestCellsComeBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cell := rapid.OneOf(rapid.String(), rapid.StringMatching(`'{0,3}[=+@\t\r\n\x{FF1D}-]?[a-z0-9'"=,;+]{0,6}`), rapid.StringMatching(`\+[1-9][0-9]{1,14}`)).Draw(rt, "cell")
		cell = strings.ReplaceAll(cell, "\r", "\t") // encoding/csv makes line breaks alike
		var file bytes.Buffer
		table := NewTable(&file, "a", "b")
		table.Write(cell, "x")
		if err := table.Flush(); err != nil {
			rt.Fatal(err)
		}
		read := csv.NewReader(&file)
		all, err := read.ReadAll()
		if err != nil || len(all) != 2 {
			rt.Fatal(all, err)
		}
		written := all[1][0]
		if back := unescape(written); back != cell {
			rt.Fatalf("%q is written as %q and read as %q", cell, written, back)
		}
		for part := range strings.SplitSeq(written, ";") {
			for _, start := range []string{"=", "+", "-", "@", "\t", "\r", "\n", "＝"} {
				if strings.HasPrefix(part, start) && !isPhone(part) {
					rt.Fatalf("%q has a formula", written)
				}
			}
		}
	})
}
