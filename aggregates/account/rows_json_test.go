package account

import (
	"bytes"
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// fill sets every field of a row, or some of them, to values as they come.
func fill(t *rapid.T, v reflect.Value, all bool) {
	if !all && rapid.Bool().Draw(t, "absent") {
		return
	}
	switch of := v.Addr().Interface().(type) {
	case *time.Time:
		*of = time.UnixMicro(rapid.Int64Range(0, 1<<52).Draw(t, "time")).UTC()
		return
	case *events.Personal:
		of.Sealed = rapid.SliceOfN(rapid.Byte(), 1, 99).Draw(t, "sealed")
		of.Plain = "never written"
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(rapid.StringN(1, -1, -1).Draw(t, "text"))
	case reflect.Int:
		v.SetInt(rapid.Int64().Draw(t, "number"))
	case reflect.Uint64:
		v.SetUint(rapid.Uint64().Draw(t, "position"))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Struct:
		for i := range v.NumField() {
			fill(t, v.Field(i), all)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), rapid.IntRange(1, 3).Draw(t, "length"), 3))
		for i := range v.Len() {
			fill(t, v.Index(i), true)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range rapid.IntRange(1, 4).Draw(t, "members") {
			item := reflect.New(v.Type().Elem()).Elem()
			fill(t, item, true)
			v.SetMapIndex(reflect.ValueOf(rapid.String().Draw(t, "name")), item)
		}
	default:
		panic(fmt.Sprintf("no values of %s", v.Type()))
	}
}

// What a row writes itself is what strict JSON writes of it, and errs where that
// errs.
func TestRowsWriteStrictJSON(t *testing.T) {
	for name, empty := range map[string]func() row.Appender{
		"user": func() row.Appender { return new(User) },
		"pool": func() row.Appender { return new(Pool) },
	} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				v := empty()
				fill(t, reflect.ValueOf(v).Elem(), rapid.Bool().Draw(t, "all"))
				want, errWant := events.MarshalStrict(v)
				got, err := v.AppendJSON([]byte("behind "))
				if (err == nil) != (errWant == nil) {
					t.Fatalf("%v, strict JSON: %v", err, errWant)
				}
				if err == nil && !bytes.Equal(got, append([]byte("behind "), want...)) {
					t.Fatalf("%s\nstrict JSON: %s", got, want)
				}
			})
		})
	}
}
