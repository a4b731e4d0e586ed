package usercsv

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

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
		"empty":                            {"", BadFormat, "empty"},
		"blank lines":                      {"\r\n\r\n", BadFormat, "empty"},
		"a mark alone":                     {"\uFEFF", BadFormat, "empty"},
		"binary":                           {"PK\x03\x04\xff\xfe\x00", BadFormat, "line 1"},
		"UTF-16":                           {"U\x00s\x00e\x00r\x00", BadFormat, "line 1"},
		"Latin-1":                          {required + ",First Name\na@b.com,A\nb@b.com,Ren\xe9\n", BadFormat, "line 3"},
		"Latin-1 in a cell of two lines":   {required + ",First Name\n\"a\n\n@b.com\",Ren\xe9\n", BadFormat, "line 4"},
		"a quote within":                   {required + "\na\"b\n", BadFormat, "line 2"},
		"a quote not closed":               {required + "\n\"a\n", BadFormat, "line"},
		"a row with more cells":            {required + "\na@b.com,x\n", BadFormat, "line 2"},
		"a row with fewer cells":           {required + ",First Name\na@b.com\n", BadFormat, "line 2"},
		"bad format behind bad headers":    {"Email\na@b.com\n\"\n", BadFormat, ""},
		"no header of that name":           {"First Name,Email\nA,a@b.com\n", BadHeaders, required},
		"without the space":                {"UserID/Email (Required)\na@b.com\n", BadHeaders, ""},
		"in other letters":                 {"User ID/email (required)\na@b.com\n", BadHeaders, ""},
		"semicolons":                       {"First Name;" + required + "\nA;a@b.com\n", BadHeaders, ""},
		"a column twice":                   {required + ",First Name,First Name\na@b.com,A,B\n", BadHeaders, "First Name"},
		"bad headers before no rows":       {"Nope\n", BadHeaders, ""},
		"no rows":                          {required + "\r\n", EmptyFile, ""},
		"no rows before an unknown column": {required + ",Title\r\n", EmptyFile, ""},
		"20,000 rows":                      {required + "\r\n" + rows(MaxRows), "", ""},
		"20,001 rows":                      {required + "\r\n" + rows(MaxRows+1), TooManyRows, "20001"},
		"too many before unknown":          {required + "\r\n" + rows(MaxRows+1), TooManyRows, ""},
		"an unknown column":                {required + ",Title\na@b.com,Dr\n", UnknownColumn, "Title"},
		"a column of the other format":     {"EMAIL,First Name\na@b.com,A\n", UnknownColumn, "First Name"},
		"a mark and CRLF":                  {"\uFEFF" + required + "\r\na@b.com\r\n", "", ""},
		"a mark and quotes":                {"\uFEFF\"" + required + "\"\r\na@b.com\r\n", "", ""},
		"no line break at the end":         {required + "\na@b.com", "", ""},
		"Mitel":                            {"ROLE,EMAIL,NAME\nUser,a@b.com,A\n", "", ""},
		"too many columns":                 {required + strings.Repeat(",x", MaxColumns) + "\n", BadFormat, "columns"},
		"a row that is too long":           {required + "\na@b.com\n\"" + strings.Repeat("x\n", MaxRecordBytes) + "\"\n", BadFormat, "behind line 2"},
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

// The cases that CSV files are known to be read wrongly for.
func TestSpectrum(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		want [][]string
	}{
		"commas in quotes":       {"a,b\nJohn,\"120 any st., Anytown, WW\"\n", [][]string{{"a", "b"}, {"John", "120 any st., Anytown, WW"}}},
		"empty":                  {"a,b,c\n1,\"\",\"\"\n2,3,4\n", [][]string{{"a", "b", "c"}, {"1", "", ""}, {"2", "3", "4"}}},
		"empty, CRLF":            {"a,b,c\r\n1,\"\",\"\"\r\n2,3,4\r\n", [][]string{{"a", "b", "c"}, {"1", "", ""}, {"2", "3", "4"}}},
		"escaped quotes":         {"a,b\n1,\"ha \"\"ha\"\" ha\"\n3,4\n", [][]string{{"a", "b"}, {"1", `ha "ha" ha`}, {"3", "4"}}},
		"JSON":                   {"key,val\n1,\"{\"\"type\"\": \"\"Point\"\", \"\"coordinates\"\": [102.0, 0.5]}\"\n", [][]string{{"key", "val"}, {"1", `{"type": "Point", "coordinates": [102.0, 0.5]}`}}},
		"line breaks":            {"a,b\n1,2\n\"Once upon \na time\",5\n7,8\n", [][]string{{"a", "b"}, {"1", "2"}, {"Once upon \na time", "5"}, {"7", "8"}}},
		"line breaks and quotes": {"a,b\n1,\"ha \n\"\"ha\"\" \nha\"\n3,4\n", [][]string{{"a", "b"}, {"1", "ha \n\"ha\" \nha"}, {"3", "4"}}},
		"spaces stay":            {"a,b\n 1 ,\t2\n", [][]string{{"a", "b"}, {" 1 ", "\t2"}}},
		"a backslash is itself":  {"a,b\n\\,x\n", [][]string{{"a", "b"}, {"\\", "x"}}},
		"letters":                {"a,b\n4,ʤ\n", [][]string{{"a", "b"}, {"4", "ʤ"}}},
	} {
		rs := newRecords(strings.NewReader(c.file))
		var got [][]string
		for {
			cells, _, err := rs.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			got = append(got, slices.Clone(cells))
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

// Whatever is written is read back, and no cell can be taken for a formula.
func TestCellsComeBack(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		cell := rapid.OneOf(rapid.String(), rapid.StringMatching(`'{0,3}[=+@\t\r\n-]?[a-z0-9'"=,]{0,5}`), rapid.StringMatching(`\+[1-9][0-9]{1,14}`)).Draw(rt, "cell")
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
		if written != "" && strings.ContainsRune("=+-@\t\r\n", rune(written[0])) && !isPhone(written) {
			rt.Fatalf("%q is a formula", written)
		}
	})
}
