package main

import (
	"bytes"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// outline is JSON to be shown to people: members keep their order.
type outline struct {
	text    string // of a string, number, true, false; empty for null
	names   []string
	members map[string]*outline
	items   []*outline
}

// outlineOf reads one JSON value.
func outlineOf(b []byte) (*outline, error) {
	return readOutline(jsontext.NewDecoder(bytes.NewReader(b)))
}

func readOutline(d *jsontext.Decoder) (*outline, error) {
	t, err := d.ReadToken()
	if err != nil {
		return nil, err
	}
	o := &outline{}
	switch t.Kind() {
	case '{':
		o.members = map[string]*outline{}
		for err == nil && d.PeekKind() != '}' {
			err = o.readMember(d)
		}
	case '[':
		for err == nil && d.PeekKind() != ']' {
			var item *outline
			item, err = readOutline(d)
			o.items = append(o.items, item)
		}
	case 'n':
		return o, nil
	default:
		o.text = t.String()
		return o, nil
	}
	if err == nil {
		_, err = d.ReadToken() // the closing one
	}
	return o, err
}

func (o *outline) readMember(d *jsontext.Decoder) error {
	name, err := d.ReadToken()
	if err != nil {
		return err
	}
	key := name.String()
	o.names = append(o.names, key)
	o.members[key], err = readOutline(d)
	return err
}

// at is the value at a path of member names with dots, or nil.
func (o *outline) at(path string) *outline {
	for name := range strings.SplitSeq(path, ".") {
		if o == nil {
			return nil
		}
		o = o.members[name]
	}
	return o
}

// short says the value in one cell: a list's items by commas, an object's
// values by spaces.
func (o *outline) short() string {
	if o == nil {
		return ""
	}
	var parts []string
	for _, i := range o.items {
		parts = append(parts, i.short())
	}
	if len(parts) > 0 {
		return strings.Join(parts, ", ")
	}
	for _, n := range o.names {
		if s := o.members[n].short(); s != "" {
			parts = append(parts, s)
		}
	}
	if len(parts) > 0 {
		return strings.Join(parts, " ")
	}
	return o.text
}

// paths lists every text with the path to it, for an object shown alone.
func (o *outline) paths(to string) (rows [][]string) {
	switch {
	case o.members != nil:
		for _, n := range o.names {
			rows = append(rows, o.members[n].paths(join(to, n))...)
		}
	case len(o.items) > 0 && o.items[0].members != nil:
		for i, item := range o.items {
			rows = append(rows, item.paths(join(to, strconv.Itoa(i+1)))...)
		}
	default:
		if s := o.short(); s != "" {
			rows = append(rows, []string{to, s})
		}
	}
	return rows
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
