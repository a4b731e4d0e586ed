package trail

import (
	"context"
	"strconv"

	"github.com/go-json-experiment/json"
)

// Page says which part of a list is asked for.
type Page struct {
	Limit  int
	Before uint64 // records with lower numbers only; 0: from the newest on
}

// ParseCursor reads what a list gave as its next cursor.
func ParseCursor(cursor string) (before uint64, ok bool) {
	if cursor == "" {
		return 0, true
	}
	n, err := strconv.ParseUint(cursor, 10, 64)
	return n, err == nil && n > 0
}

// list reads records of a book, newest first, that want wants. next is the
// cursor of what follows, or "". A line that cannot be read is passed over: it
// is the disk's fault, and the others are still of use.
func list[T any](ctx context.Context, b *Book, p Page, want func(number uint64, r *T) bool) (items []T, next string, err error) {
	items = []T{}
	var last uint64
	err = b.Back(ctx, p.Before, func(number uint64, line []byte) bool {
		var r T
		if json.Unmarshal(line, &r) != nil || !want(number, &r) {
			return true
		}
		if len(items) == p.Limit {
			next = strconv.FormatUint(last, 10)
			return false
		}
		last = number
		items = append(items, r)
		return true
	})
	return items, next, err
}
