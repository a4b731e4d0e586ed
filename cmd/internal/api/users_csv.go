package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/usercsv"
)

// seesAddresses may see whom a list of persons is about.
const seesAddresses = rule.Admin | rule.Auditor | rule.Partner | rule.AccountAdmin

// userExport is the view of an account's users that an import reads back.
var userExport = []view{{
	path: "/v1/accounts/{account_id}/users.csv", doc: "The users of an account, as a file that an import reads back with no change.",
	roles: seesAddresses, content: csvType, answer: usersCSV,
	filters: []param{{name: "format", sort: word, words: []string{string(usercsv.Webex), string(usercsv.Mitel)},
		doc: "webex or mitel; if not given, webex where the account has packages or is of Webex, else mitel."}},
}}

func usersCSV(q *query) (any, error) {
	id := q.path("account_id")
	of := account.Accounts.Get(q.snap, id, "")
	if err := q.snap.Err(); err != nil {
		return nil, err
	}
	if of == nil || !q.Caller.Sees(of.PartnerID, of.AccountID) {
		return nil, account.NotFound(id)
	}
	format := usercsv.Format(q.words["format"])
	if format == "" {
		format = usercsv.FormatOf(q.snap, of)
	}
	return &download{name: id + "-users.csv", of: id + " " + string(format), write: func(w io.Writer) error {
		if err := usercsv.Export(w, format, q.snap, of, q.Text); err != nil {
			return err
		}
		return q.snap.Err()
	}}, nil
}

// download is a view that is written while it is read: it may be longer than
// what should be held in memory.
type download struct {
	name  string // of the file
	of    string // what the view was asked for, besides the state
	write func(io.Writer) error
}

// tag is a validator of what is not known yet: all that it depends on,
// erasures since included.
func (d *download) tag(q *query) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %d %d %s %s %s", d.of, q.snap.Position(), q.snap.End(), q.Caller.Role, q.Caller.Partner, q.Caller.Account)
	return `"` + hex.EncodeToString(h.Sum(nil)[:etagBytes]) + `"`
}

// download answers with a file. What goes wrong behind the head breaks the
// answer off.
func (a *API) download(q *query, contentType string, d *download) error {
	x := q.x
	if x.unchanged(q, contentType, d.tag(q)) {
		return nil
	}
	x.Header().Set("Content-Disposition", `attachment; filename="`+d.name+`"`)
	if q.r.Method == http.MethodHead {
		x.WriteHeader(http.StatusOK)
		return nil
	}
	err := d.write(x)
	if err != nil && x.status != 0 {
		x.breakOff("a file", err)
	}
	return err
}
