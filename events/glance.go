package events

import (
	"bytes"
	"fmt"
	"time"
)

// Of reports, by the subject alone, that an entry belongs to the history of an
// aggregate. A replay decodes only what it needs.
func (b Entry) Of(aggregate, id string) bool {
	subject, _, _ := bytes.Cut(b, []byte{'\n'})
	for part := range subjectParts {
		word, rest, _ := bytes.Cut(subject, []byte{'.'})
		switch {
		case part == 2 && string(word) != aggregate, part == 3 && string(word) != id:
			return false
		}
		subject = rest
	}
	return true
}

// Time reads the time alone of an entry.
func (b Entry) Time() (time.Time, error) {
	const mark = "\n" + hTime + ": "
	at := bytes.Index(b, []byte(mark))
	if at < 0 || len(b) < at+len(mark)+len(TimeLayout) {
		return time.Time{}, fmt.Errorf("%w: no time", ErrNotCanonical)
	}
	at += len(mark)
	t, err := time.Parse(TimeLayout, string(b[at:at+len(TimeLayout)]))
	if err != nil {
		return time.Time{}, fmt.Errorf("%w: time", ErrNotCanonical)
	}
	return t, nil
}
