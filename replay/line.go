package replay

// Line is one line of what a long run tells while it goes on: newline-delimited
// JSON, one of its members at a time.
type Line struct {
	Progress *Progress `json:"progress,omitzero"`
	Finding  *Finding  `json:"finding,omitzero"`
	Verdict  *Verdict  `json:"verdict,omitzero"` // the last line of a verification
	Done     string    `json:"done,omitzero"`    // the last line of anything else
	Error    string    `json:"error,omitzero"`   // the last line of what could not be done
}
