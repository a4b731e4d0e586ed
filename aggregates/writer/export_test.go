package writer

import (
	"fmt"
	"strings"
)

// InMemory writes down all rows that a closed writer holds, with their keys.
func (w *Writer) InMemory() string {
	var b strings.Builder
	for k, e := range w.cache.rows {
		fmt.Fprintf(&b, "%s %+v\n", k, e.value)
	}
	return b.String()
}
