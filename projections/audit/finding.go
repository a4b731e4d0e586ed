package audit

import (
	"errors"
	"fmt"
)

// ErrProof: journal, copy and signed checkpoints do not tell the same history,
// in a way that cannot be mended here. Call the operator; the [Finding] says
// what to do next.
var ErrProof = errors.New("the log does not prove itself")

// Kind classes what a [Finding] says.
type Kind string

// Kinds of findings.
const (
	// Differ: journal and copy are not alike, or one cannot be read. What is
	// left of both may be enough to mend it.
	Differ Kind = "differ"
	// Lost: entries that were signed, or stand before others, are nowhere.
	Lost Kind = "lost"
	// Changed: the entries are not those that were signed.
	Changed Kind = "changed"
	// OtherKey: a checkpoint is not of the log's key.
	OtherKey Kind = "other_key"
)

// Finding is what was found where something else was expected. It is an
// [ErrProof].
type Finding struct {
	Kind     Kind
	Position uint64 // the first that is concerned, 0 where that is not known
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
	nextRestart = "restart the ledger: it heals what can be healed, or says at the start what cannot"
	nextKey     = "bring back the log's key, or the data folder that belongs to it; a ledger that has begun a new origin needs a new checkpoint file"
	nextRestore = "keep the data folder for inquiry, and restore a backup that reaches the newest checkpoint"
)
