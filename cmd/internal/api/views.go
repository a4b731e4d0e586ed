package api

import (
	"context"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/aggregates/rule"
)

// Views is the read side.
type Views interface {
	// Position is what the views have reached; End is the log's end.
	Position() uint64
	End() uint64
	// Erasures counts the persons erased, for validators of answers.
	Erasures() uint64
	// Wait returns once the views have reached a position.
	Wait(ctx context.Context, position uint64) error
	Now(context.Context) (Snapshot, error)
	AtTime(context.Context, time.Time) (Snapshot, error)
	AtPosition(context.Context, uint64) (Snapshot, time.Time, error)
}

// Snapshot is the views as of one position.
type Snapshot interface {
	Position() uint64
	Err() error
	Close() error
}

// view is a row of the table of queries.
type view struct {
	path    string
	doc     string
	roles   rule.Role
	list    bool    // it is answered in pages
	filters []param // besides those of every query
	// item is a value of what the view answers, or of an item of its list.
	item   any
	answer func(q *query) (any, error)
}

// page is the answer of every list.
type page struct {
	Items      any    `json:"items"`
	NextCursor string `json:"next_cursor,omitzero"`
}

// parameters are all that a view takes.
func (v *view) parameters() []param {
	ps := append([]param{}, v.filters...)
	if v.list {
		ps = append(ps, limitParam, cursorParam)
	}
	return append(ps, minPosition, asOfParam)
}

// schema of what the view answers.
func (v *view) schema(registry huma.Registry) *huma.Schema {
	item := registry.Schema(reflect.TypeOf(v.item), true, "")
	if !v.list {
		return item
	}
	return &huma.Schema{Type: huma.TypeObject, Required: []string{"items"}, Properties: map[string]*huma.Schema{
		"items":       {Type: huma.TypeArray, Items: item},
		"next_cursor": {Type: huma.TypeString, Description: "Goes into cursor; absent on the last page"},
	}}
}

// views is the table of queries: who may ask what (contract, section 6).
var views = []view{}
