package imports

import (
	"errors"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/usercsv"
)

// What becomes of a row.
const (
	Added     = "added"
	Updated   = "updated"
	Removed   = "removed"
	Unchanged = "unchanged"
	FailedRow = "failed"
)

// Actions lists what can become of a row.
var Actions = []string{Added, Updated, Removed, Unchanged, FailedRow}

// Outcome is what became, or would become, of a row.
type Outcome struct {
	Row      int            `json:"row" doc:"Line of the file; the header's is 1"`
	Email    string         `json:"email" doc:"As it stands in the file"`
	Action   string         `json:"action" doc:"added, updated, removed, unchanged or failed"`
	Code     string         `json:"code,omitzero" doc:"Why it fails"`
	Message  string         `json:"message,omitzero" doc:"The same in words"`
	Warnings []rule.Warning `json:"warnings,omitempty"`
}

// rejected is the outcome of a row that fails by the file alone.
func rejected(r *usercsv.Row) Outcome {
	return Outcome{Row: r.Line, Email: r.Email, Action: FailedRow, Code: r.Code, Message: r.Message}
}

// decided is the outcome of a row that was decided: types of the events that it
// recorded, or a refusal.
func decided(r *usercsv.Row, types []string, warnings []rule.Warning, refused *rule.Refusal, err error) Outcome {
	o := Outcome{Row: r.Line, Email: r.Email, Action: Unchanged, Warnings: warnings}
	var (
		refusal *rule.Refusal
		invalid rule.Invalid
	)
	switch {
	case errors.As(err, &refusal):
		refused = refusal
	case errors.As(err, &invalid):
		refused = rule.Refuse(usercsv.InvalidField, "%s", invalid.Error())
	}
	if refused != nil {
		o.Action, o.Code, o.Message, o.Warnings = FailedRow, string(refused.Code), refused.Detail, nil
		return o
	}
	for _, t := range types {
		switch {
		case account.AddsUser(t):
			o.Action = Added
			return o
		case account.RemovesUser(t):
			o.Action = Removed
			return o
		}
		o.Action = Updated
	}
	return o
}
