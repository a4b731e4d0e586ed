package imports

import (
	"maps"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/usercsv"
)

// States of a job.
const (
	Queued    = "queued"
	Running   = "running"
	Completed = "completed"
	Cancelled = "cancelled"
	// Failed: the file can no longer be read. What was done stands.
	Failed = "failed"
)

// States lists the states of a job.
var States = []string{Queued, Running, Completed, Cancelled, Failed}

// Tally counts rows by what became of them.
type Tally struct {
	Total    int `json:"total" doc:"Rows of the file"`
	Done     int `json:"done" doc:"Rows that were looked at; those that changed nothing are in no other count"`
	Added    int `json:"added" doc:"Users added"`
	Updated  int `json:"updated" doc:"Users changed"`
	Removed  int `json:"removed" doc:"Users removed"`
	Failed   int `json:"failed" doc:"Rows that failed; errors.csv has them"`
	Warnings int `json:"warnings" doc:"Warnings of rows that did not fail"`
	// WarningCodes counts warnings by their code.
	WarningCodes map[string]int `json:"warning_codes,omitempty" doc:"Warnings by code"`
}

// Job is an import as its callers see it.
type Job struct {
	ID        string         `json:"id"`
	AccountID string         `json:"account_id"`
	Behavior  string         `json:"behavior" doc:"What FALSE means: add_only or add_and_remove"`
	Format    usercsv.Format `json:"format" doc:"webex or mitel"`
	State     string         `json:"state" doc:"queued, running, completed, cancelled or failed"`
	Tally
	CreatedAt time.Time `json:"created_at"`
	EndedAt   time.Time `json:"ended_at,omitzero"`
}

// Ended reports that nothing more will happen.
func (j *Job) Ended() bool { return j.State != Queued && j.State != Running }

// shown is the job as its callers see it: it has not ended before its file is
// forgotten.
func (r *record) shown() Job {
	j := r.Job
	if r.Content != nil && r.Ended() {
		j.State, j.EndedAt = Running, time.Time{}
	}
	return j
}

// record is a job as it is stored.
type record struct {
	Job
	PartnerID string `json:"partner_id"`
	Role      string `json:"role"` // of who began it
	Partner   string `json:"partner,omitzero"`
	Account   string `json:"account,omitzero"`
	Actor     string `json:"actor"`
	Cancel    bool   `json:"cancel,omitzero"` // was asked for
	// Content is the file's key, until it is forgotten.
	Content *sealedKey `json:"content,omitempty"`
	// Addresses is the person under whose key the addresses of failed rows are
	// sealed; erasures up to Forgotten are applied.
	Addresses string `json:"addresses,omitzero"`
	Forgotten uint64 `json:"forgotten"`
}

// caller is who began the import.
func (r *record) caller() rule.Caller {
	c := rule.Caller{Partner: r.Partner, Account: r.Account, Actor: r.Actor}
	for _, known := range rule.Roles {
		if known.Name == r.Role {
			c.Role = known.Role
		}
	}
	return c
}

// copied shares nothing with r that changes.
func (r *record) copied() record {
	c := *r
	c.WarningCodes = maps.Clone(r.WarningCodes)
	return c
}

// take counts what became of a row.
func (t *Tally) take(o *Outcome) {
	t.Done++
	switch o.Action {
	case Added:
		t.Added++
	case Updated:
		t.Updated++
	case Removed:
		t.Removed++
	case FailedRow:
		t.Failed++
	}
	for _, w := range o.Warnings {
		if t.WarningCodes == nil {
			t.WarningCodes = map[string]int{}
		}
		t.Warnings++
		t.WarningCodes[w.Code]++
	}
}
