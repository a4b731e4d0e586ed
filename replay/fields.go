package replay

import (
	"maps"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// changedFields are the fields that differ, in order.
func changedFields(a, b map[string]string) []string {
	changed := map[string]bool{}
	for f, v := range a {
		if w, ok := b[f]; !ok || v != w {
			changed[f] = true
		}
	}
	for f := range b {
		if _, ok := a[f]; !ok {
			changed[f] = true
		}
	}
	return slices.Sorted(maps.Keys(changed))
}

func valueOf(fields map[string]string, f string) jsontext.Value {
	if v, ok := fields[f]; ok {
		return jsontext.Value(v)
	}
	return jsontext.Value("null")
}

// keyMembers name the items of lists; without one they have their place's number.
var keyMembers = []string{"product", "domain", "email"}

// flatten writes every value of a JSON text under its path.
func flatten(fields map[string]string, path string, v jsontext.Value) error {
	below := func(name string) string {
		if path == "" {
			return name
		}
		return path + "." + name
	}
	switch v.Kind() {
	case '{':
		var members map[string]jsontext.Value
		if err := json.Unmarshal(v, &members); err != nil {
			return err
		}
		for name, member := range members {
			if err := flatten(fields, below(name), member); err != nil {
				return err
			}
		}
	case '[':
		var items []jsontext.Value
		if err := json.Unmarshal(v, &items); err != nil {
			return err
		}
		for i, item := range items {
			if err := flatten(fields, below(itemName(i, item)), item); err != nil {
				return err
			}
		}
	default:
		fields[path] = string(v)
	}
	return nil
}

// itemName is what an item of a list is called in a path.
func itemName(i int, item jsontext.Value) string {
	var members map[string]jsontext.Value
	if json.Unmarshal(item, &members) == nil {
		for _, key := range keyMembers {
			var name string
			if json.Unmarshal(members[key], &name) == nil && name != "" {
				return name
			}
		}
	}
	return strconv.Itoa(i)
}
