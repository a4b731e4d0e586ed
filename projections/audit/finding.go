package audit

import (
	"errors"
	"fmt"
)

// ErrProof: journal, copy and signed checkpoints do not tell the same history,
// in a way that cannot be mended here. Call the operator; the [Finding] says
// what to do next.
var ErrProof = errors.New("the log does not prove itself")

// Finding is what was found where something else was expected. It is an
// [ErrProof].
type Finding struct {
	Where    string // as "journal message 12", or "position 345"
	Expected string
	Found    string
	Next     string // what the operator does
}

func (f *Finding) Error() string {
	return fmt.Sprintf("%v: %s: expected %s; found %s; next: %s", ErrProof, f.Where, f.Expected, f.Found, f.Next)
}

// Is tells that a finding is an ErrProof.
func (f *Finding) Is(target error) bool { return target == ErrProof }

// What an operator does next.
const (
	nextCopy    = "stop the ledger, keep the data folder for inquiry, and move the folder copy out of a second copy of it: it is made again from the journal and checked against the newest checkpoint"
	nextRestore = "keep the data folder for inquiry, and restore a backup that reaches the newest checkpoint"
)
