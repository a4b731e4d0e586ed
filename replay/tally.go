package replay

import (
	"fmt"
	"time"
)

// MaxFindings is how many findings of one part are told; more are counted.
const MaxFindings = 100

// Finding is one thing that is not as the log says it must be.
type Finding struct {
	Part     string `json:"part"`              // log, copy, feed, views, or a check's name
	Where    string `json:"where"`             // what it is, as "message 12" or "users contoso/ann"
	Position uint64 `json:"position,omitzero"` // of the event, where there is one
	Message  string `json:"message"`
}

// Part is what became of one part of a verification.
type Part struct {
	Name     string `json:"name"`
	Compared string `json:"compared"` // how much
	Findings int    `json:"findings"`
	TookMS   int64  `json:"took_ms"`
}

// Verdict is how a verification ended.
type Verdict struct {
	Position uint64 `json:"position"` // of the last event that was read
	Findings int    `json:"findings"`
	Parts    []Part `json:"parts"`
}

// Tally is a verdict in the making.
type Tally struct {
	Verdict
	Report func(Finding) // is told each finding as it comes

	counts map[string]int
}

// Find tells of a finding, unless its part has told of many.
func (t *Tally) Find(f Finding) {
	if t.counts == nil {
		t.counts = map[string]int{}
	}
	t.counts[f.Part]++
	t.Findings++
	switch n := t.counts[f.Part]; {
	case n < MaxFindings:
		t.Report(f)
	case n == MaxFindings:
		t.Report(f)
		t.Report(Finding{Part: f.Part, Where: "all", Message: fmt.Sprintf("there are more than %d findings; the rest is counted, not told", MaxFindings)})
	}
}

// Conclude notes what became of a part that began at a time.
func (t *Tally) Conclude(part, compared string, began time.Time) {
	t.Parts = append(t.Parts, Part{part, compared, t.counts[part], time.Since(began).Milliseconds()})
}
