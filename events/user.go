package events

import (
	"iter"
	"time"
)

// UserAdded: a person joined the account.
type UserAdded struct {
	AccountID string   `json:"account_id"`
	UserID    string   `json:"user_id"`
	PersonID  string   `json:"person_id"`
	Email     Personal `json:"email"`
	FirstName Personal `json:"first_name,omitzero"`
	LastName  Personal `json:"last_name,omitzero"`
	Name      Personal `json:"name,omitzero"`
	Role      string   `json:"role"`
}

// PersonalChange is a personal field's value before and after.
type PersonalChange struct {
	Old Personal `json:"old,omitzero"`
	New Personal `json:"new,omitzero"`
}

// UserChanges holds only the fields that changed.
type UserChanges struct {
	Email         *PersonalChange `json:"email,omitzero"`
	FirstName     *PersonalChange `json:"first_name,omitzero"`
	LastName      *PersonalChange `json:"last_name,omitzero"`
	Name          *PersonalChange `json:"name,omitzero"`
	PhoneNumber   *PersonalChange `json:"phone_number,omitzero"`
	Role          *Change         `json:"role,omitzero"`
	LocationID    *Change         `json:"location_id,omitzero"`
	Extension     *Change         `json:"extension,omitzero"`
	PreferredSite *Change         `json:"preferred_site,omitzero"`
}

// UserUpdated: only the fields that changed, old and new.
type UserUpdated struct {
	AccountID string      `json:"account_id"`
	UserID    string      `json:"user_id"`
	PersonID  string      `json:"person_id"`
	Changes   UserChanges `json:"changes"`
}

// UserActivityRecorded: the user was seen at work.
type UserActivityRecorded struct {
	AccountID string    `json:"account_id"`
	UserID    string    `json:"user_id"`
	At        time.Time `json:"at"`
}

// userActivityRecordedV1 knew the day only.
type userActivityRecordedV1 struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
	Day       day    `json:"day"`
}

// day is a date, "2026-01-31", held as its first instant in UTC.
// It does not embed time.Time, whose own JSON form would be taken for it.
type day struct{ start time.Time }

// UnmarshalText reads a date.
func (d *day) UnmarshalText(b []byte) (err error) {
	d.start, err = time.Parse(time.DateOnly, string(b))
	return err
}

// MarshalText writes a date.
func (d day) MarshalText() ([]byte, error) { return []byte(d.start.Format(time.DateOnly)), nil }

func liftUserActivity(v1 userActivityRecordedV1) UserActivityRecorded {
	return UserActivityRecorded{AccountID: v1.AccountID, UserID: v1.UserID, At: v1.Day.start}
}

// UserRemoved: the person left the account.
type UserRemoved struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
}

func (*UserAdded) EventType() string            { return "UserAdded" }
func (*UserUpdated) EventType() string          { return "UserUpdated" }
func (*UserActivityRecorded) EventType() string { return "UserActivityRecorded" }
func (*UserRemoved) EventType() string          { return "UserRemoved" }

// Persons yields the user's personal fields.
func (e *UserAdded) Persons() iter.Seq2[string, *Personal] {
	return fields(e.PersonID, &e.Email, &e.FirstName, &e.LastName, &e.Name)
}

// Persons yields the personal fields that changed, old and new.
func (e *UserUpdated) Persons() iter.Seq2[string, *Personal] {
	var ps []*Personal
	c := &e.Changes
	for _, f := range []*PersonalChange{c.Email, c.FirstName, c.LastName, c.Name, c.PhoneNumber} {
		if f != nil {
			ps = append(ps, &f.Old, &f.New)
		}
	}
	return fields(e.PersonID, ps...)
}
