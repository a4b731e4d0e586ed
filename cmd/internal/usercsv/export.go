package usercsv

import (
	"io"
	"slices"
	"strings"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/events"
)

// user is a user who is being written.
type user struct {
	*account.User
	text     func(events.Personal) string
	location string
}

// has writes the cells of one licence.
type has struct {
	id string
	of func(*account.User) []string
}

// cell is TRUE or FALSE; of a user who has none of its sort it is blank, since
// FALSE under every package would delete the user (IMP-3).
func (h *has) cell(u *user) string {
	list := h.of(u.User)
	switch {
	case slices.Contains(list, h.id):
		return "TRUE"
	case len(list) == 0:
		return ""
	}
	return "FALSE"
}

func packagesOf(u *account.User) []string {
	if u.Package == "" {
		return nil
	}
	return []string{u.Package}
}

func unpooledOf(u *account.User) []string { return u.BaseLicenses }

// FormatOf is the format of an account's export: that of packages where the
// account has any, or is of Webex.
func FormatOf(r row.Reader, a *account.Account) Format {
	if a.Kind == "webex" {
		return Webex
	}
	for _, id := range catalogue.UserPackages() {
		if p := account.Packages.Get(r, a.AccountID, id); p != nil && (p.Offered || p.Used > 0) {
			return Webex
		}
	}
	return Mitel
}

// Export writes the users of an account, by id, so that an import of it
// changes nothing. text is what may be shown of personal data; a user without
// an address, who was erased, cannot be imported and is left out.
func Export(w io.Writer, f Format, r row.Reader, a *account.Account, text func(events.Personal) string) error {
	columns := formats[f]
	cells := make([]string, len(columns))
	for i := range columns {
		cells[i] = columns[i].heading
	}
	t := NewTable(w, cells...)
	names := locationNames(r, a.AccountID)
	for _, u := range account.Users.Scan(r, a.AccountID) {
		if text(u.Email) == "" {
			continue
		}
		shown := &user{u, text, u.LocationID}
		if name, ok := names[u.LocationID]; ok {
			shown.location = name
		}
		for i := range columns {
			cells[i] = columns[i].get(shown)
		}
		t.Write(cells...)
	}
	return t.Flush()
}

// Locations finds locations of an account by id, or by a name that no other
// has. What is none of them is returned as it is: the row's command says so.
func Locations(r row.Reader, accountID string) func(cell string) string {
	ids, byName, twice := map[string]bool{}, map[string]string{}, map[string]bool{}
	for id, l := range account.Locations.Scan(r, accountID) {
		key := nameKey(l.Name)
		if _, known := byName[key]; known {
			twice[key] = true
		}
		ids[id], byName[key] = true, id
	}
	return func(cell string) string {
		key := nameKey(cell)
		if id, ok := byName[key]; ok && !ids[cell] && !twice[key] {
			return id
		}
		return cell
	}
}

// locationNames are those that Locations finds again, by id.
func locationNames(r row.Reader, accountID string) map[string]string {
	find, names := Locations(r, accountID), map[string]string{}
	for id, l := range account.Locations.Scan(r, accountID) {
		if find(l.Name) == id {
			names[id] = l.Name
		}
	}
	return names
}

func nameKey(name string) string { return strings.ToLower(strings.TrimSpace(name)) }
