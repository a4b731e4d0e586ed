package account

import (
	"github.com/seatledger/seatledger/aggregates/catalogue"
	"github.com/seatledger/seatledger/aggregates/row"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/events"
)

// Calling is where and how a user with a package is reached, as commands give
// it (WHS-3, WHS-4).
type Calling struct {
	LocationID    string `json:"location_id,omitzero" doc:"Location of the account"`
	PhoneNumber   string `json:"phone_number,omitzero" doc:"E.164 number, unique in the ledger"`
	Extension     string `json:"extension,omitzero" doc:"Unique in the location"`
	PreferredSite string `json:"preferred_site,omitzero" doc:"Preferred Webex site"`
}

func (c *Calling) check(k *rule.Checker, path string) {
	k.OptionalID(path+"location_id", c.LocationID)
	if c.PhoneNumber != "" {
		k.Phone(path+"phone_number", c.PhoneNumber)
	}
	k.OptionalText(path+"extension", &c.Extension, rule.MaxIDBytes)
	k.OptionalText(path+"preferred_site", &c.PreferredSite, rule.MaxTextBytes)
}

// location is the location that counts for a package: without calling, none.
func (c *Calling) location(p *catalogue.Product) []string {
	if p == nil || !p.Calling || c.LocationID == "" {
		return nil
	}
	return []string{c.LocationID}
}

// over is what holds once c was given to one who has old: what is not given is
// kept. Without a package with calling there are no location and no numbers
// (WHS-3, WHS-5).
func (c Calling) over(old Calling, p *catalogue.Product) Calling {
	keep := func(v *string, old string) {
		if *v == "" {
			*v = old
		}
	}
	keep(&c.PreferredSite, old.PreferredSite)
	if p == nil || !p.Calling {
		return Calling{PreferredSite: c.PreferredSite}
	}
	keep(&c.LocationID, old.LocationID)
	keep(&c.PhoneNumber, old.PhoneNumber)
	keep(&c.Extension, old.Extension)
	return c
}

// calling is how the user is reached now.
func (u *User) calling() Calling {
	return Calling{u.LocationID, u.PhoneNumber.Plain, u.Extension, u.PreferredSite}
}

// incomplete refuses a package with calling that has no location or no number,
// or nil (WHS-3).
func (c *Calling) incomplete(p *catalogue.Product) error {
	if p == nil || !p.Calling || c.LocationID != "" && (c.PhoneNumber != "" || c.Extension != "") {
		return nil
	}
	return rule.Refuse(rule.CallingRequired, "%s needs a location, and a phone number or an extension", p.Name)
}

// changes are those that make c of what the user has. A number that was erased
// is not known, and stays until the user has no number any more.
func (c *Calling) changes(u *User, p *catalogue.Product) events.CallingChanges {
	of := events.CallingChanges{
		LocationID:    changedText(u.LocationID, &c.LocationID),
		Extension:     changedText(u.Extension, &c.Extension),
		PreferredSite: changedText(u.PreferredSite, &c.PreferredSite),
	}
	if !u.PhoneNumber.Erased || p != nil && !p.Calling {
		of.PhoneNumber = changedPersonal(u.PhoneNumber, &c.PhoneNumber)
	}
	return of
}

// siteMissing warns of a user whose package has meetings, without a preferred
// site (WHS-4).
func (c *Calling) siteMissing(user string, p *catalogue.Product) []rule.Warning {
	if p == nil || !p.Meetings || c.PreferredSite != "" {
		return nil
	}
	return []rule.Warning{{Code: rule.PreferredSiteMissing, UserID: user,
		Message: p.Name + " has meetings, but the user has no preferred site: meetings may not find their site"}}
}

// Holder is a row that says which user has a phone number.
type Holder struct {
	AccountID string `json:"account_id"`
	UserID    string `json:"user_id"`
}

// extensionID is the id of an extension's row.
func extensionID(location, extension string) string { return location + "/" + extension }

// numbers says which numbers are free for one command: it counts those that
// its users before have taken.
type numbers struct {
	r       row.Reader
	account string
	taken   map[row.Key]bool
}

func (a *Account) numbers(r row.Reader) *numbers {
	return &numbers{r, a.AccountID, map[row.Key]bool{}}
}

// inUse refuses a number that another user has, or nil; user is empty for one
// who is only being added (WHS-3). The detail does not repeat the number: it
// is someone's personal data.
func (n *numbers) inUse(user string, c Calling) error {
	if c.PhoneNumber != "" && !n.take(Numbers.Key("", c.PhoneNumber), n.phoneFree(user, c.PhoneNumber)) {
		return rule.Refuse(rule.NumberInUse, "another user has this phone number")
	}
	if c.Extension == "" || c.LocationID == "" {
		return nil
	}
	id := extensionID(c.LocationID, c.Extension)
	o := Extensions.Get(n.r, n.account, id)
	if !n.take(Extensions.Key(n.account, id), o == nil || o.ID == user) {
		return rule.Refuse(rule.NumberInUse, "another user has the extension %q in location %q", c.Extension, c.LocationID)
	}
	return nil
}

func (n *numbers) take(k row.Key, free bool) bool {
	free = free && !n.taken[k]
	n.taken[k] = true
	return free
}

// phoneFree: a deleted account's numbers are free (ACC-5).
func (n *numbers) phoneFree(user, phone string) bool {
	h := Numbers.Get(n.r, "", phone)
	if h == nil || h.AccountID == n.account && h.UserID == user {
		return true
	}
	of := Accounts.Get(n.r, h.AccountID, "")
	return of == nil || of.Status == Deleted
}
