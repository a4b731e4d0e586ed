package main

import (
	"encoding"
	"reflect"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// field is one field of a command, as its struct's JSON tag names it.
type field struct {
	name string // "account_id"
	kind reflect.Type
	doc  string // what it is, in a few words
}

// flag is the field as it is written on the command line.
func (f field) flag() string { return "--" + strings.ReplaceAll(f.name, "_", "-") }

// fieldsOf lists the fields of a command, in order.
func fieldsOf(command any) []field {
	return structFields(reflect.TypeOf(command).Elem())
}

func structFields(t reflect.Type) (fields []field) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case name == "-" || !f.IsExported() && !f.Anonymous:
		case f.Anonymous && name == "":
			fields = append(fields, structFields(plain(f.Type))...)
		case name != "":
			fields = append(fields, field{name, f.Type, f.Tag.Get("doc")})
		}
	}
	return fields
}

// meaning says in a word what is written for a value of the field.
func (f field) meaning() string {
	switch t := plain(f.kind); {
	case isText(t):
		return "text"
	case t.Kind() == reflect.Bool:
		return "true or false"
	case isNumber(t):
		return "a number"
	case t.Kind() == reflect.Slice && isText(plain(t.Elem())):
		return "texts with commas between, or a JSON list"
	case t.Kind() == reflect.Slice:
		var keys []string
		for _, k := range structFields(plain(t.Elem())) {
			keys = append(keys, k.name+"=…")
		}
		return strings.Join(keys, ",") + " (as often as needed), or a JSON list"
	}
	return "a JSON object"
}

// about says what the field is and, unless it is text, how it is written.
func (f field) about() string {
	switch {
	case f.doc == "":
		return f.meaning()
	case isText(plain(f.kind)):
		return f.doc
	}
	return f.doc + " (" + f.meaning() + ")"
}

// encode makes JSON of the values that were given for the field: one, or for
// a list of objects several.
func (f field) encode(values []string) (jsontext.Value, error) {
	t := plain(f.kind)
	last := values[len(values)-1]
	switch {
	case isText(t):
		return quoted(last), only(f, values)
	case t.Kind() == reflect.Slice && !strings.HasPrefix(strings.TrimSpace(last), "["):
		return f.encodeList(plain(t.Elem()), values)
	}
	v := jsontext.Value(last)
	if !v.IsValid() || !fits(t, v.Kind()) {
		return nil, usage("%s is %s, not %q", f.flag(), f.meaning(), last)
	}
	return v, only(f, values)
}

func only(f field, values []string) error {
	if len(values) > 1 {
		return usage("%s is given %d times", f.flag(), len(values))
	}
	return nil
}

// encodeList makes a list of plain writing: "a,b" or "key=value,key=value".
func (f field) encodeList(item reflect.Type, values []string) (jsontext.Value, error) {
	var items []jsontext.Value
	for _, v := range values {
		switch {
		case isText(item):
			for part := range strings.SplitSeq(v, ",") {
				items = append(items, quoted(strings.TrimSpace(part)))
			}
		case item.Kind() == reflect.Struct:
			o, err := f.encodeItem(item, v)
			if err != nil {
				return nil, err
			}
			items = append(items, o)
		default:
			return nil, usage("%s is %s, not %q", f.flag(), f.meaning(), v)
		}
	}
	return json.Marshal(items)
}

// encodeItem makes an object of "key=value,key=value".
func (f field) encodeItem(item reflect.Type, text string) (jsontext.Value, error) {
	members := map[string]jsontext.Value{}
	for part := range strings.SplitSeq(text, ",") {
		key, value, ok := strings.Cut(part, "=")
		member, known := findField(structFields(item), strings.TrimSpace(key))
		if !ok || !known {
			return nil, usage("%s is %s, not %q", f.flag(), f.meaning(), text)
		}
		v, err := member.encode([]string{value})
		if err != nil {
			return nil, usage("%s: %s is %s, not %q", f.flag(), member.name, member.meaning(), value)
		}
		members[member.name] = v
	}
	return json.Marshal(members, json.Deterministic(true))
}

func findField(fields []field, name string) (field, bool) {
	for _, f := range fields {
		if f.name == name {
			return f, true
		}
	}
	return field{}, false
}

// plain is the type behind a pointer, which only says that it may be left out.
func plain(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

var textual = reflect.TypeFor[encoding.TextUnmarshaler]()

// isText reports that values are JSON strings: words, ids, times.
func isText(t reflect.Type) bool {
	return t.Kind() == reflect.String || reflect.PointerTo(t).Implements(textual)
}

func isNumber(t reflect.Type) bool { return t.Kind() >= reflect.Int && t.Kind() <= reflect.Float64 }

// fits reports that JSON of a kind can be a value of the type.
func fits(t reflect.Type, k jsontext.Kind) bool {
	switch {
	case t.Kind() == reflect.Bool:
		return k == 't' || k == 'f'
	case isNumber(t):
		return k == '0'
	case t.Kind() == reflect.Slice:
		return k == '['
	}
	return k == '{'
}

func quoted(s string) jsontext.Value {
	v, _ := jsontext.AppendQuote(nil, s) // invalid UTF-8 is mended
	return v
}
