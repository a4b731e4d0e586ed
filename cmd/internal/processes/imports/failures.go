package imports

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/seatledger/seatledger/cmd/internal/usercsv"
	"github.com/seatledger/seatledger/events"
)

// failure is a row that failed, as it is stored.
type failure struct {
	Row      int             `json:"row"`
	Code     string          `json:"code"`
	Message  string          `json:"message"`
	PersonID string          `json:"person_id"`
	Email    events.Personal `json:"email,omitzero"`
}

// Persons yields the address.
func (f *failure) Persons() iter.Seq2[string, *events.Personal] {
	return func(yield func(string, *events.Personal) bool) {
		if !f.Email.IsZero() {
			yield(f.PersonID, &f.Email)
		}
	}
}

// maxEmailBytes of what stands under the e-mail heading are kept of a row that
// failed; an address is shorter.
const maxEmailBytes = 320

// keep stores the rows that failed among outcomes, which begin behind row
// number done of the file.
func (x *Imports) keep(r *record, done int, outcomes []Outcome) error {
	var part []*failure
	var personal []events.Personable
	for _, o := range outcomes {
		if o.Action == FailedRow {
			if r.Addresses == "" {
				r.Addresses = newPerson()
			}
			f := &failure{Row: o.Row, Code: o.Code, Message: o.Message, PersonID: r.Addresses, Email: events.Clear(cut(o.Email))}
			part, personal = append(part, f), append(personal, f)
		}
	}
	if len(part) == 0 {
		return nil
	}
	if err := x.Keys.Seal(personal...); err != nil {
		return err
	}
	b, err := events.MarshalStrict(part)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(x.folder(r.ID), failures+fmt.Sprintf("%08d.json", done)), b)
}

func cut(s string) string {
	if len(s) > maxEmailBytes {
		return string([]rune(s[:maxEmailBytes])[:maxEmailBytes/4])
	}
	return s
}

// parts lists the files of failed rows of a job, in the rows' order, as far as
// its record goes.
func (x *Imports) parts(r *record) ([]string, error) {
	names, err := filepath.Glob(filepath.Join(x.folder(r.ID), failures+"*.json"))
	slices.Sort(names)
	return slices.DeleteFunc(names, func(name string) bool {
		base := filepath.Base(name)
		n, err := strconv.Atoi(base[len(failures) : len(base)-len(".json")])
		return err != nil || n >= r.Done
	}), err
}

// errorsColumns are the columns of errors.csv.
var errorsColumns = []string{"row", "email", "code", "message"}

// reveal opens an address, unless it was forgotten: by the job's record, which an
// old copy of the keys does not change, or with its key.
func (x *Imports) reveal(r *record, f *failure) error {
	if f.PersonID != r.Addresses {
		f.Email = events.Personal{}
		return nil
	}
	err := x.Keys.Open(f)
	if errors.Is(err, events.ErrKeyMissing) {
		return nil
	}
	return err
}

// writeErrors writes errors.csv. An address that was forgotten is blank.
func (x *Imports) writeErrors(r *record, w io.Writer) error {
	t := usercsv.NewTable(w, errorsColumns...)
	names, err := x.parts(r)
	if err != nil {
		return err
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var part []*failure
		if err := events.UnmarshalStrict(b, &part); err != nil {
			return err
		}
		for _, f := range part {
			if err := x.reveal(r, f); err != nil {
				return err
			}
			t.Write(strconv.Itoa(f.Row), f.Email.Plain, f.Code, f.Message)
		}
	}
	return t.Flush()
}
