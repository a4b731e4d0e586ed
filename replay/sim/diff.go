package sim

import (
	"encoding/json"
	"fmt"
	"time"
)

// Diff tells where a view of the API differs from what is expected; "" where
// it does not. Members that are not expected may come besides (contract,
// section 3); of lists and of the members of an object marked by [Exactly]
// none may be missing or too many.
func Diff(want, got any) string { return diff("", want, got) }

// Exactly is an object that may have no members besides.
type Exactly View

func diff(path string, want, got any) string {
	switch w := want.(type) {
	case Absent:
		return absent(path, got)
	case Exactly:
		return exactly(path, w, got)
	case View:
		return members(path, w, got)
	case []any:
		return elements(path, w, got)
	}
	if sameTime(want, got) || plain(want) == plain(got) {
		return ""
	}
	return fmt.Sprintf("%s: want %s, got %s", path, plain(want), plain(got))
}

func absent(path string, got any) string {
	switch plain(got) {
	case "null", `""`, "0", "[]", "{}":
		return ""
	}
	return fmt.Sprintf("%s: want nothing, got %s", path, plain(got))
}

func exactly(path string, want Exactly, got any) string {
	have, _ := got.(View)
	for k := range have {
		if _, ok := want[k]; !ok {
			return fmt.Sprintf("%s.%s: want nothing, got %s", path, k, plain(have[k]))
		}
	}
	return members(path, View(want), got)
}

func members(path string, want View, got any) string {
	have, ok := got.(View)
	if !ok && len(want) > 0 {
		return fmt.Sprintf("%s: want an object, got %s", path, plain(got))
	}
	for _, k := range sorted(want) {
		if d := diff(path+"."+k, want[k], have[k]); d != "" {
			return d
		}
	}
	return ""
}

func elements(path string, want []any, got any) string {
	have, _ := got.([]any)
	if len(have) != len(want) {
		return fmt.Sprintf("%s: want %d elements, got %s", path, len(want), plain(got))
	}
	for i := range want {
		if d := diff(fmt.Sprintf("%s[%d]", path, i), want[i], have[i]); d != "" {
			return d
		}
	}
	return ""
}

// sameTime compares moments whatever the number of their digits.
func sameTime(want, got any) bool {
	w, ok1 := want.(string)
	g, ok2 := got.(string)
	if !ok1 || !ok2 {
		return false
	}
	a, err1 := time.Parse(time.RFC3339Nano, w)
	b, err2 := time.Parse(time.RFC3339Nano, g)
	return err1 == nil && err2 == nil && a.Equal(b)
}

func plain(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}
