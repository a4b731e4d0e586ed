package account

import (
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// ReportProblem tells all support contacts of a problem (ACC-7).
type ReportProblem struct {
	InAccount
	Summary string `json:"summary" doc:"What is wrong, at most 4096 bytes"`
}

// Check reports unacceptable fields.
func (c *ReportProblem) Check(k *rule.Checker) {
	c.InAccount.Check(k)
	k.Paragraphs("summary", &c.Summary, rule.MaxLongTextBytes)
}

// Decide records every report: the same words twice are two problems.
func (c *ReportProblem) Decide(r row.Reader, _ *rule.Context) (rule.Decision, error) {
	a := c.load(r)
	return a.decided(&events.ProblemReported{AccountID: a.AccountID, Summary: c.Summary})
}
