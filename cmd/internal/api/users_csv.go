package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/cmd/internal/usercsv"
)

const userExportPath = "/v1/accounts/{account_id}/users.csv"

var userExportParams = []param{
	{name: "format", sort: word, words: []string{string(usercsv.Webex), string(usercsv.Mitel)},
		doc: "webex or mitel; if not given, webex where the account has packages or is of Webex, else mitel."},
	minPosition, asOfParam,
}

// doUserExport writes an account's users as a file that an import reads back
// with no change. What goes wrong behind the head breaks the answer off.
func (a *API) doUserExport(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, seesAddresses, userExportParams)
	if err != nil {
		return err
	}
	q.x = x
	if q.snap, err = a.snapshot(q); err != nil {
		return a.mended(err)
	}
	defer q.snap.Close()
	id := q.path("account_id")
	of := account.Accounts.Get(q.snap, id, "")
	if err := q.snap.Err(); err != nil {
		return err
	}
	if of == nil || !q.Caller.Sees(of.PartnerID, of.AccountID) {
		return account.NotFound(id)
	}
	format := usercsv.Format(q.words["format"])
	if format == "" {
		format = usercsv.FormatOf(q.snap, of)
	}
	if x.unchanged(q, exportTag(q, format)) {
		return nil
	}
	h := x.Header()
	h.Set("Content-Type", csvType)
	h.Set("Content-Disposition", `attachment; filename="`+id+`-users.csv"`)
	if r.Method == http.MethodHead {
		x.WriteHeader(http.StatusOK)
		return nil
	}
	err = usercsv.Export(x, format, q.snap, of, q.Text)
	if err == nil {
		err = q.snap.Err()
	}
	if err != nil && x.status != 0 {
		a.Log.Error("an export of users was broken off", "error", err)
		panic(http.ErrAbortHandler)
	}
	return err
}

// exportTag is a validator of what is written while it is read: all that it
// depends on, erasures since included.
func exportTag(q *query, f usercsv.Format) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s %d %d %s %s %s", q.path("account_id"), f, q.snap.Position(), q.snap.End(),
		q.Caller.Role, q.Caller.Partner, q.Caller.Account)
	return `"` + hex.EncodeToString(h.Sum(nil)[:etagBytes]) + `"`
}
