package problem

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/aggregates/rule"
)

// TestEveryRefusalIsInTheTable reads the codes from the source, so that a new
// one cannot be forgotten.
func TestEveryRefusalIsInTheTable(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../../../aggregates/rule/refusal.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	ast.Inspect(file, func(n ast.Node) bool {
		v, ok := n.(*ast.ValueSpec)
		if name, isName := v0(v, ok); !isName || name != "Code" {
			return true
		}
		code, _ := strconv.Unquote(v.Values[0].(*ast.BasicLit).Value)
		found++
		if k, ok := byCode[Code(code)]; !ok || k.Title == "" || k.Status < 400 {
			t.Errorf("%s is not in the table", code)
		}
		return true
	})
	if found < 20 {
		t.Errorf("found only %d codes", found)
	}
	if len(byCode) != len(Kinds) {
		t.Error("a code stands twice")
	}
}

func v0(v *ast.ValueSpec, ok bool) (string, bool) {
	if !ok || v.Type == nil {
		return "", false
	}
	name, ok := v.Type.(*ast.Ident)
	if !ok {
		return "", false
	}
	return name.Name, len(v.Values) == 1
}

func TestClientReadsWhatServerWrote(t *testing.T) {
	for _, p := range []*Problem{
		From(rule.Refuse(rule.NoLicensesAvailable, "no seat is left of %q", "x")),
		From(rule.Invalid{{Field: "a", Message: "is bad"}, {Field: "b", Message: "too"}}),
		From(errors.New("anything")),
		New(ViewBehind, "behind"),
	} {
		w := httptest.NewRecorder()
		Write(w, p)
		got := Read(w.Code, w.Body.Bytes())
		if got.Code != p.Code || got.Detail != p.Detail || got.Status != w.Code || len(got.Errors) != len(p.Errors) {
			t.Errorf("wrote %+v, read %+v", p, got)
		}
	}
	if p := Read(http.StatusBadGateway, []byte("<html>")); p.Code != Internal {
		t.Errorf("%+v", p)
	}
	if p := Read(http.StatusServiceUnavailable, nil); p.Code != Unavailable {
		t.Errorf("%+v", p)
	}
	if p := New("a_code_of_tomorrow", "x"); p.Status != http.StatusConflict {
		t.Errorf("%+v", p)
	}
}

func TestTextsAreBounded(t *testing.T) {
	long := strings.Repeat("é", 500_000)
	w := httptest.NewRecorder()
	Write(w, New(InvalidRequest, "%s is unknown", long).At(long, long))
	p := Read(w.Code, w.Body.Bytes())
	if w.Body.Len() > 4*(maxTextBytes+8) || p.Code != InvalidRequest || !strings.HasPrefix(p.Detail, "éé") || len(p.Errors) != 1 {
		t.Errorf("%d bytes: %.100s", w.Body.Len(), w.Body)
	}
}
