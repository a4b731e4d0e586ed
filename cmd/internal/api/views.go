package api

import (
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/aggregates/rule"
)

// view is a row of the table of queries.
type view struct {
	path    string
	doc     string
	roles   rule.Role
	paged   bool    // it takes limit and cursor
	filters []param // besides those of every query
	// shape is a value of what the view answers; with another content type
	// than JSON it is bytes, or a file that is written as it is read.
	shape   any
	content string // its content type, if it is not JSON
	answer  func(q *query) (any, error)
}

// parameters are all that a view takes.
func (v *view) parameters() []param {
	ps := append([]param{}, v.filters...)
	if v.paged {
		ps = append(ps, limitParam, cursorParam)
	}
	return append(ps, minPosition, asOfParam)
}

// contentType of what the view answers.
func (v *view) contentType() string {
	if v.content == "" {
		return jsonType
	}
	return v.content
}

// schema of what the view answers.
func (v *view) schema(registry huma.Registry) *huma.Schema {
	if v.content != "" {
		return &huma.Schema{Type: huma.TypeString, Format: "binary"}
	}
	return registry.Schema(reflect.TypeOf(v.shape), true, "")
}

// Who may see what (contract, section 6). What of it is theirs, the views
// themselves decide.
const (
	everything = rule.Admin | rule.Operator | rule.Auditor
	ofPartners = everything | rule.Partner | rule.System
	ofAccounts = ofPartners | rule.AccountAdmin
	ofUsers    = ofAccounts | rule.MiCollab
	ofPanels   = everything | rule.Partner
	ofHistory  = everything | rule.Partner | rule.AccountAdmin
	ofStreams  = ofHistory | rule.Consumer
)

// views is the table of queries.
var views = slices.Concat(accountViews, userExport, orderViews, subscriptionViews, historyViews, replayViews)
