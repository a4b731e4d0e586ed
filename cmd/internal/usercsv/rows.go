package usercsv

import (
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/rule"
)

// Codes of rows that fail by the file alone, in the order in which they are
// looked for (IMP-2). InvalidField is what no other code names.
const (
	EmailRequired  = "email_required"
	EmailInvalid   = "email_invalid"
	EmailDuplicate = "email_duplicate"
	PhoneInvalid   = "phone_invalid"
	BadFlag        = "bad_flag"
	TwoPackages    = string(rule.TwoPackages)
	InvalidField   = "invalid_field"
)

// Row is a row of a file.
type Row struct {
	Line  int    // of the file; the header's is 1
	Email string // as it stands in the file
	// Code and Message say why the row fails by the file alone; "" if it does
	// not.
	Code, Message string
	// Location is the name or the id of a location, for the row's command.
	Location string
	// Command is what the row asks for, checked, if it does not fail.
	Command *account.ImportRow
}

// Rows reads the rows of a file that passed [Check], for an account. An error
// ends it.
func Rows(r io.Reader, accountID, behavior string) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rs := newRecords(r)
		cells, _, err := rs.next()
		if err != nil {
			yield(Row{}, err)
			return
		}
		h, bad, unknown := readHeader(cells)
		for _, refusal := range []*FileError{bad, unknown} {
			if refusal != nil {
				yield(Row{}, refusal)
				return
			}
		}
		j := judge{header: h, seen: map[string]bool{}}
		for {
			cells, line, err := rs.next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(Row{}, err)
				return
			}
			c := &account.ImportRow{Named: h.format == Mitel}
			c.AccountID, c.Behavior = accountID, behavior
			if !yield(j.row(line, cells, c), nil) {
				return
			}
		}
	}
}

// judge judges rows one after another.
type judge struct {
	*header
	seen map[string]bool // addresses above, as they are compared
}

// row judges one row, and fills its command.
func (j *judge) row(line int, cells []string, c *account.ImportRow) Row {
	row, badFlag := Row{Line: line, Command: c}, ""
	for i, col := range j.columns {
		cell := strings.Clone(strings.TrimSpace(unescape(cells[i])))
		switch {
		case cell == "":
		case col.set != nil:
			col.set(&row, cell)
		case !flag(col.licences(c), col.product, cell) && badFlag == "":
			badFlag = col.heading
		}
	}
	row.Email = c.Email
	row.Code, row.Message = j.fault(&row, badFlag)
	return row
}

// fault is the first thing that is wrong with a row, or "".
func (j *judge) fault(r *Row, badFlag string) (code, message string) {
	var k rule.Checker
	c := r.Command
	c.Check(&k)
	k.OptionalText("location", &r.Location, rule.MaxTextBytes)
	email := account.EmailKey(c.Email)
	switch {
	case email == "":
		return EmailRequired, "the row has no e-mail address"
	case isOff(k.Errors, "email"):
		return EmailInvalid, "this is not an e-mail address"
	case j.seen[email]:
		return EmailDuplicate, "a row above has the same e-mail address"
	}
	j.seen[email] = true
	switch {
	case isOff(k.Errors, "phone_number"):
		return PhoneInvalid, "the phone number is not in the form +390612345678"
	case badFlag != "":
		return BadFlag, "the cell under " + badFlag + " must be TRUE, T, FALSE, F or blank"
	case count(c.Packages) > 1:
		return TwoPackages, "the row gives more than one package"
	case isOff(k.Errors, "role"):
		return InvalidField, "the cell under " + roleHeading + " must be User, Account Admin or blank"
	case len(k.Errors) > 0:
		return InvalidField, k.Errors.Error()
	}
	return "", ""
}

func isOff(errs rule.Invalid, field string) bool {
	return slices.ContainsFunc(errs, func(e rule.FieldError) bool { return e.Field == field })
}

func count(flags map[string]bool) (given int) {
	for _, on := range flags {
		if on {
			given++
		}
	}
	return given
}

// flag reads a cell that is not blank as TRUE or FALSE, in any case.
func flag(flags *map[string]bool, product, cell string) bool {
	on := false
	switch strings.ToUpper(cell) {
	case "TRUE", "T":
		on = true
	case "FALSE", "F":
	default:
		return false
	}
	if *flags == nil {
		*flags = map[string]bool{}
	}
	(*flags)[product] = on
	return true
}

// roles are the words of the column ROLE.
var roles = map[string]string{"user": account.RoleUser, "account admin": account.RoleAccountAdmin}

// roleName is the word of the column ROLE for a role.
func roleName(role string) string {
	if role == account.RoleAccountAdmin {
		return "Account Admin"
	}
	return "User"
}

// roleOf is the role that a cell means; what is none is left as it is, to be
// told.
func roleOf(cell string) string {
	if r, ok := roles[strings.ToLower(cell)]; ok {
		return r
	}
	return cell
}
