package imports_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The columns, written down again: none of the code under test is used.
const (
	cEmail = "User ID/Email (Required)"
	cPhone = "Phone Number"
	cExt   = "Extension"
	cPlace = "Location"
	cSite  = "Preferred Webex Site"
	cName  = "Display Name"
)

var (
	packageColumns = []string{"Webex Calling", "Webex Calling Standard", "Webex Voice", "Webex Suite", "Webex Meetings", "Customer Assist"}
	serviceColumns = []string{"Messaging", "Meetings", "Calling"}
	offered        = map[string]int{"Webex Calling": 1 << 30, "Webex Suite": 1, "Webex Meetings": 1 << 30}
)

func hasCalling(p string) bool  { return p != "" && p != "Webex Meetings" }
func hasMeetings(p string) bool { return p == "Webex Meetings" || p == "Webex Suite" }

// person is a user of the model.
type person struct {
	pkg, name, place, phone, ext, site string
	services                           map[string]bool
}

// model is an account, by the domain's words alone.
type model struct {
	users    map[string]person
	remove   bool // add_and_remove
	seen     map[string]bool
	warnings []string
}

func truth(cell string) (on, said, bad bool) {
	switch strings.ToUpper(cell) {
	case "TRUE", "T":
		return true, true, false
	case "FALSE", "F":
		return false, true, false
	}
	return false, false, cell != ""
}

// row answers what becomes of a row: an action, or a code.
func (m *model) row(r map[string]string) string {
	m.warnings = nil
	email := strings.ToLower(strings.TrimSpace(r[cEmail]))
	switch {
	case email == "":
		return "email_required"
	case !strings.Contains(email, "@"):
		return "email_invalid"
	case m.seen[email]:
		return "email_duplicate"
	}
	m.seen[email] = true
	if p := r[cPhone]; p != "" && p[0] != '+' {
		return "phone_invalid"
	}
	want, trues, falses := "", 0, 0
	for _, c := range slices.Concat(packageColumns, serviceColumns) {
		if _, _, bad := truth(r[c]); bad {
			return "bad_flag"
		}
	}
	for _, c := range packageColumns {
		on, said, _ := truth(r[c])
		if on {
			want, trues = c, trues+1
		} else if said {
			falses++
		}
	}
	if trues > 1 {
		return "two_packages"
	}
	old, known := m.users[email]
	drops := func(p string) bool { on, said, _ := truth(r[p]); return m.remove && said && !on }
	switch {
	case known && want != "" && old.pkg != "" && old.pkg != want && !drops(old.pkg):
		return "two_packages"
	case m.remove && falses == len(packageColumns) && known:
		delete(m.users, email)
		return "removed"
	case m.remove && falses == len(packageColumns):
		return "unchanged"
	case !known && want == "":
		return "package_required"
	}
	if p := strings.ToLower(r[cPlace]); p != "" && p != "rome" && p != "rome-1" {
		return "not_found"
	}
	now, code := m.reached(r, email, old, want, drops)
	if code != "" {
		return code
	}
	now.services = m.granted(r, old, want)
	if now.name = r[cName]; now.name == "" {
		now.name = old.name
	}
	if want != "" && hasMeetings(want) && now.site == "" {
		m.warnings = append(m.warnings, "preferred_site_missing")
	}
	if !m.remove && want != "" && len(old.services) < 3 {
		m.warnings = append(m.warnings, "base_licenses_added")
	}
	m.users[email] = now
	switch {
	case !known:
		return "added"
	case fmt.Sprint(now) != fmt.Sprint(old):
		return "updated"
	}
	return "unchanged"
}

// reached is the user's package and how it is reached, or why not.
func (m *model) reached(r map[string]string, email string, old person, want string, drops func(string) bool) (now person, code string) {
	now = old
	switch {
	case want != "" && want != old.pkg:
		limit, ok := offered[want]
		if !ok {
			return now, "package_not_offered"
		}
		if m.used(want)+1 > limit {
			return now, "package_limit_reached"
		}
		now.pkg = want
	case want == "" && old.pkg != "" && drops(old.pkg):
		now.pkg = ""
	}
	set := func(f *string, v string) {
		if v != "" {
			*f = v
		}
	}
	set(&now.site, r[cSite])
	if !hasCalling(now.pkg) {
		now.place, now.phone, now.ext = "", "", ""
		return now, ""
	}
	if r[cPlace] != "" {
		now.place = "rome-1"
	}
	set(&now.phone, r[cPhone])
	set(&now.ext, r[cExt])
	if now.place == "" || now.phone == "" && now.ext == "" {
		return now, "calling_information_required"
	}
	for other, u := range m.users {
		if other != email && (now.phone != "" && u.phone == now.phone || now.ext != "" && u.ext == now.ext) {
			return now, "number_in_use"
		}
	}
	return now, ""
}

func (m *model) used(pkg string) (n int) {
	for _, u := range m.users {
		if u.pkg == pkg {
			n++
		}
	}
	return n
}

func (m *model) granted(r map[string]string, old person, want string) map[string]bool {
	has := maps.Clone(old.services)
	if has == nil {
		has = map[string]bool{}
	}
	for _, c := range serviceColumns {
		on, said, _ := truth(r[c])
		switch {
		case on || !m.remove && want != "":
			has[c] = true
		case said && m.remove:
			delete(has, c)
		}
	}
	return has
}

// drawFile draws a file: its columns, in some order, and its rows.
func drawFile(rt *rapid.T, n int) (rows []map[string]string, text string) {
	all := slices.Concat([]string{cPhone, cExt, cPlace, cSite, cName}, packageColumns, serviceColumns)
	columns := []string{cEmail}
	for _, c := range all {
		if rapid.SampledFrom([]bool{true, true, true, true, true, true, true, true, false}).Draw(rt, "there") {
			columns = append(columns, c)
		}
	}
	columns = rapid.Permutation(columns).Draw(rt, "columns")
	flags := []string{"", "", "TRUE", "FALSE", "FALSE", "t", "f"}
	rare := func(of []string, odd string) []string {
		if rapid.IntRange(0, 60).Draw(rt, "odd") == 43 {
			return []string{odd}
		}
		return of
	}
	lines := [][]string{columns}
	for range rapid.IntRange(3, 9).Draw(rt, "rows") {
		r := map[string]string{}
		only := rapid.SampledFrom([]int{-2, -1, 0, 0, 0, 2, 3, 3, 3, 4, 4}).Draw(rt, "package")
		for _, c := range columns {
			of := flags
			switch c {
			case cEmail:
				of = rare([]string{"a@x.com", "b@x.com", "c@x.com", "D@x.com", "e@x.com", "f@x.com", "g@x.com"}, rapid.SampledFrom([]string{"", "nobody"}).Draw(rt, "no address"))
			case cPhone:
				of = rare([]string{"", "", fmt.Sprintf("+39%05d1", n), fmt.Sprintf("+39%05d2", n)}, "06123")
			case cExt:
				of = []string{"", "1", "2", "3", "4", "5", "6", "7", "8", "9"}
			case cPlace:
				of = rare([]string{"", "Rome", "rome-1", "ROME", "Rome", "Rome"}, "Nowhere")
			case cSite:
				of = []string{"", "", "s1", "s2"}
			case cName:
				of = []string{"", "N1", "=N2", "'N3", "N, \"4\""}
			default:
				of = rare(flags, "TREU")
				if i := slices.Index(packageColumns, c); i >= 0 && only >= -1 && rapid.IntRange(0, 9).Draw(rt, "sane") != 7 {
					of = []string{"", "FALSE"}
					if i == only {
						of = []string{"TRUE"}
					} else if only == -1 {
						of = []string{"FALSE"}
					}
				}
			}
			r[c] = rapid.SampledFrom(of).Draw(rt, c)
			if c == cName && strings.HasPrefix(r[c], "=") {
				r[c] = "x" + r[c] // what begins so in a file is itself; an export would write it otherwise
			}
		}
		cells := make([]string, len(columns))
		for i, c := range columns {
			cells[i] = r[c]
		}
		rows, lines = append(rows, r), append(lines, cells)
	}
	return rows, table(lines...)
}

// IMP-2 to IMP-6: whatever stands in files, the ledger does what the model
// does, a dry run foretells it, the same file again changes nothing that fails
// not again, and an export is read back with no change.
func TestImportsDoWhatTheModelDoes(t *testing.T) {
	b, n := newBed(t), 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		account := fmt.Sprint("a", n)
		b.account(account)
		m := &model{users: map[string]person{}}
		for range rapid.IntRange(2, 5).Draw(rt, "files") {
			rows, text := drawFile(rt, n)
			m.remove = rapid.Bool().Draw(rt, "add_and_remove")
			behavior := map[bool]string{true: "add_and_remove", false: "add_only"}[m.remove]
			m.seen = map[string]bool{}
			before := b.end()
			foretold := b.forecast(account, behavior, text)
			if b.end() != before {
				rt.Fatal("a dry run recorded something")
			}
			counts, failed := map[string]int{}, [][]string{}
			for i, r := range rows {
				want := m.row(r)
				got := foretold.Rows[i]
				word := got.Action
				if word == "failed" {
					word = got.Code
				}
				var warned []string
				for _, w := range got.Warnings {
					warned = append(warned, w.Code)
				}
				if word != want || !slices.Equal(warned, m.warnings) {
					rt.Fatalf("%s\nrow %d %v: %s %s %v, want %s %v", text, i+2, r, word, got.Message, warned, want, m.warnings)
				}
				counts[got.Action]++
				counts["warnings"] += len(warned)
				if got.Action == "failed" {
					failed = append(failed, []string{fmt.Sprint(got.Row), r[cEmail], want, got.Message})
				}
			}
			j := b.run(account, behavior, text)
			if j.State != "completed" || j.Total != len(rows) || j.Done != len(rows) || j.Added != counts["added"] || j.Updated != counts["updated"] ||
				j.Removed != counts["removed"] || j.Failed != counts["failed"] || j.Warnings != counts["warnings"] {
				rt.Fatalf("%s\n%+v, want %v", text, j, counts)
			}
			if got := b.failures(j.ID); fmt.Sprint(got) != fmt.Sprint(failed) {
				rt.Fatalf("errors.csv %q, want %q", got, failed)
			}
		}
		roundTrip(rt, b, account, len(m.users))
	})
}

func roundTrip(rt *rapid.T, b *bed, account string, users int) {
	if users == 0 {
		return
	}
	file, before := b.export(account), b.end()
	j := b.run(account, "add_and_remove", file)
	if j.Total != users || j.Done != users || j.Failed+j.Added+j.Updated+j.Removed > 0 || b.end() != before || b.export(account) != file {
		rt.Fatalf("read back: %+v\n%s", j, file)
	}
}
