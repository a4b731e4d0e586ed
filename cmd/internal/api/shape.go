package api

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// maxOff is how many values of a body can be off before it is refused as a
// whole: each costs one more decoding.
const maxOff = 16

// shape decodes a body. What is malformed is a problem at once (400). A number
// out of range or a time that is none has the right shape and is a field's
// fault, told after the role is known: it is set aside in off, a neutral value
// takes its place, and decoding begins again, since worse may follow it.
func shape(s *aggregates.Spec, body []byte) (c rule.Command, off rule.Invalid, err error) {
	if k := jsontext.Value(body).Kind(); k != '{' {
		return nil, nil, notAnObject(body)
	}
	for {
		if c, err = s.Decode(body); err == nil {
			return c, off, nil
		}
		var se *json.SemanticError
		if len(off) == maxOff || !errors.As(err, &se) || !offOnly(se) {
			return nil, nil, malformed(err)
		}
		off = append(off, rule.FieldError{Field: location(se.JSONPointer), Message: offMessage(se)})
		body = neutral(body, se)
	}
}

func notAnObject(body []byte) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return problem.New(problem.InvalidRequest, "the body is empty: a command is a JSON object")
	}
	return problem.New(problem.InvalidRequest, "the body must be a JSON object")
}

var timeType = reflect.TypeFor[time.Time]()

// offOnly reports a value of the right shape that no field can hold.
func offOnly(e *json.SemanticError) bool {
	switch e.JSONKind {
	case '0':
		return errors.Is(e.Err, strconv.ErrRange)
	case '"':
		return e.GoType == timeType
	}
	return false
}

func offMessage(e *json.SemanticError) string {
	if e.JSONKind == '"' {
		return "must be an RFC 3339 time, as 2026-01-31T00:00:00Z"
	}
	return "is out of range"
}

// neutral is the body with the value that e points at made harmless. The
// decoder says where the value begins; its end is found by reading it.
func neutral(body []byte, e *json.SemanticError) []byte {
	with := "0"
	if e.JSONKind == '"' {
		with = `"0001-01-01T00:00:00Z"`
	}
	begin := int(e.ByteOffset)
	v, err := jsontext.NewDecoder(bytes.NewReader(body[begin:])).ReadValue()
	if err != nil {
		return nil // cannot be: it was decoded once
	}
	rest := body[begin+bytes.Index(body[begin:], v)+len(v):]
	return fmt.Appendf(nil, "%s%s%s", body[:begin], with, rest)
}

// malformed says in words, naming the field, what keeps a body from being read.
func malformed(err error) error {
	var syntax *jsontext.SyntacticError
	var semantic *json.SemanticError
	switch {
	case errors.As(err, &semantic):
		where := location(semantic.JSONPointer)
		return blame(where, semanticMessage(semantic, where))
	case errors.Is(err, jsontext.ErrDuplicateName) && errors.As(err, &syntax):
		return blame(location(syntax.JSONPointer), "is given twice")
	case errors.As(err, &syntax):
		return problem.New(problem.InvalidRequest, "the body is not JSON: %s, at byte %d",
			strings.TrimPrefix(syntax.Err.Error(), "jsontext: "), syntax.ByteOffset)
	}
	return problem.New(problem.InvalidRequest, "the body is not JSON: it ends too soon")
}

func blame(where, message string) error {
	if where == "" {
		return problem.New(problem.InvalidRequest, "the body %s", message)
	}
	return problem.New(problem.InvalidRequest, "%s %s", where, message).At(where, message)
}

func semanticMessage(e *json.SemanticError, where string) string {
	if errors.Is(e.Err, json.ErrUnknownName) {
		return fmt.Sprintf("is an unknown field %q", e.JSONPointer.LastToken())
	}
	if e.GoType == nil {
		return "cannot be read"
	}
	t := e.GoType
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return "must be " + kindInWords(t)
}

func kindInWords(t reflect.Type) string {
	switch k := t.Kind(); {
	case t == timeType:
		return "a time as text (RFC 3339)"
	case k == reflect.String:
		return "a string"
	case k == reflect.Bool:
		return "true or false"
	case k >= reflect.Int && k <= reflect.Uint64:
		return "an integer"
	case k == reflect.Slice || k == reflect.Array:
		return "a list"
	case k == reflect.Struct || k == reflect.Map:
		return "an object"
	}
	return "of another type"
}

// location writes a JSON pointer as a path of fields: "lines[0].quantity".
func location(p jsontext.Pointer) string {
	var b strings.Builder
	for token := range p.Tokens() {
		if _, err := strconv.Atoi(token); err == nil && b.Len() > 0 {
			fmt.Fprintf(&b, "[%s]", token)
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(token)
	}
	return b.String()
}
