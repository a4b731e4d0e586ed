package row

import (
	"encoding/base64"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/events"
)

// Appender is a row that writes its own JSON, byte for byte what
// events.MarshalStrict makes of it: rows that most events change are written
// several times faster so. Tests compare the two.
type Appender interface {
	AppendJSON(b []byte) ([]byte, error)
}

// Object writes a JSON object, member by member.
type Object struct {
	b    []byte
	some bool
	err  error
}

// Begin begins an object behind what is in b.
func Begin(b []byte) *Object { return &Object{b: append(b, '{')} }

// End ends it, and returns all bytes; the error is the first of any member.
func (o *Object) End() ([]byte, error) { return append(o.b, '}'), o.err }

// name begins a member.
func (o *Object) name(name string) {
	if o.some {
		o.b = append(o.b, ',')
	}
	o.some = true
	o.text(name)
	o.b = append(o.b, ':')
}

func (o *Object) text(s string) {
	b, err := jsontext.AppendQuote(o.b, s)
	if err != nil && o.err == nil {
		o.err = err
	}
	o.b = b
}

// Text writes a string.
func (o *Object) Text(name, s string) {
	o.name(name)
	o.text(s)
}

// Some writes a string unless it is empty.
func (o *Object) Some(name, s string) {
	if s != "" {
		o.Text(name, s)
	}
}

// Texts writes a list of strings unless it is empty.
func (o *Object) Texts(name string, list []string) {
	if len(list) == 0 {
		return
	}
	o.name(name)
	o.b = append(o.b, '[')
	for i, s := range list {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.text(s)
	}
	o.b = append(o.b, ']')
}

// Int writes a number.
func (o *Object) Int(name string, n int) {
	o.name(name)
	o.b = strconv.AppendInt(o.b, int64(n), 10)
}

// Position writes a position.
func (o *Object) Position(name string, n uint64) {
	o.name(name)
	o.b = strconv.AppendUint(o.b, n, 10)
}

// Flag writes true, or nothing.
func (o *Object) Flag(name string, on bool) {
	if on {
		o.name(name)
		o.b = append(o.b, "true"...)
	}
}

// Time writes a time.
func (o *Object) Time(name string, t time.Time) {
	o.name(name)
	o.b = append(o.b, '"')
	o.b = t.AppendFormat(o.b, time.RFC3339Nano)
	o.b = append(o.b, '"')
}

// Personal writes the sealed form of personal data, and refuses what is not
// sealed with events.ErrUnsealed.
func (o *Object) Personal(name string, p *events.Personal) {
	if len(p.Sealed) == 0 && o.err == nil {
		o.err = events.ErrUnsealed
	}
	o.name(name)
	o.b = append(o.b, `{"sealed":"`...)
	o.b = base64.StdEncoding.AppendEncode(o.b, p.Sealed)
	o.b = append(o.b, `"}`...)
}

// Object writes an object as a member.
func (o *Object) Object(name string, members func(*Object)) {
	o.name(name)
	in := Object{b: append(o.b, '{')}
	members(&in)
	if o.err == nil {
		o.err = in.err
	}
	o.b = append(in.b, '}')
}
