package api

import (
	"fmt"
	"net/http"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// Who may see what is not a view.
const (
	anyone   = ^rule.Role(0)
	metering = rule.Admin | rule.Operator
)

// permit says who may ask for a path with a method. What of it is theirs to
// see, views and rules decide.
type permit struct {
	verb, path string
	roles      rule.Role
	// whole: it is of the whole ledger, so who sees one partner's part of it may
	// not ask.
	whole bool
	// hidden: who may not ask is told that it does not exist.
	hidden bool
}

// permits is the table of who may ask for what is neither a command nor a
// view: those have their roles in their own tables. A path without a row is not
// served.
var permits = []permit{
	{verb: http.MethodGet, path: streamPath, roles: ofStreams},
	{verb: http.MethodGet, path: proofPath, roles: ofStreams},

	{verb: http.MethodPost, path: importPath, roles: importing},
	{verb: http.MethodGet, path: importsPath, roles: seesImports},
	{verb: http.MethodGet, path: importsPath + "/{id}", roles: seesImports},
	{verb: http.MethodGet, path: importErrorsPath, roles: seesAddresses},
	{verb: http.MethodPost, path: importCancelPath, roles: importing},

	{verb: http.MethodGet, path: exportPath, roles: everything},
	{verb: http.MethodGet, path: verifyPath, roles: everything, whole: true},
	{verb: http.MethodPost, path: rebuildPath, roles: rule.Admin},

	{verb: http.MethodGet, path: backup.FramesPath, roles: copying},
	{verb: http.MethodGet, path: backup.KeysPath, roles: holding},
	{verb: http.MethodPost, path: backup.RotatePath, roles: holding},

	{verb: http.MethodGet, path: attemptsPath, roles: everything},
	{verb: http.MethodGet, path: operationsPath, roles: everything, whole: true},
	{verb: http.MethodGet, path: tokensPath, roles: rule.Admin},
	{verb: http.MethodPost, path: tokensPath, roles: rule.Admin},
	{verb: http.MethodDelete, path: tokenPath, roles: rule.Admin},
	{verb: http.MethodGet, path: consumersPath, roles: seesConsumers},
	{verb: http.MethodPost, path: consumersPath, roles: makesConsumers},
	{verb: http.MethodGet, path: consumerPath, roles: seesConsumers},
	{verb: http.MethodDelete, path: consumerPath, roles: makesConsumers},
	{verb: http.MethodGet, path: metricsPath, roles: metering},

	{verb: http.MethodGet, path: checkpointPath, roles: anyone},
	{verb: http.MethodGet, path: logKeyPath, roles: anyone},
	{verb: http.MethodGet, path: tilePath, roles: anyone},
	{verb: http.MethodGet, path: entriesPath, roles: everything, whole: true, hidden: true},

	{verb: http.MethodGet, path: schemaPath, roles: anyone},
	{verb: http.MethodGet, path: documentPath, roles: anyone},
	{verb: http.MethodGet, path: readyPath, roles: anyone},
	{verb: http.MethodGet, path: openPath, roles: anyone},
	{verb: http.MethodGet, path: frontPath, roles: anyone},
}

// permitOf finds the row of a path, of whatever table.
func permitOf(verb, path string) (permit, error) {
	for i := range permits {
		if permits[i].verb == verb && permits[i].path == path {
			return permits[i], nil
		}
	}
	for i := range views {
		if verb == http.MethodGet && views[i].path == path {
			return permit{verb: verb, path: path, roles: views[i].roles}, nil
		}
	}
	if path == commandPath { // each command has its own roles
		return permit{verb: verb, path: path, roles: anyone}, nil
	}
	return permit{}, fmt.Errorf("%s %s: no row says who may ask for it", verb, path)
}

// admits reports that a caller may ask.
func (p *permit) admits(who rule.Caller) bool {
	return p.roles.Has(who.Role) && (!p.whole || who.Partner == "")
}

// permitted refuses who may not ask for the path, whatever is asked.
func (x *exchange) permitted() error {
	switch {
	case x.permit.admits(x.caller):
		return nil
	case x.permit.roles.Has(x.caller.Role):
		return problem.New(problem.Forbidden, "this is of the whole ledger, and you see one partner's part")
	}
	return problem.New(problem.Forbidden, "the role %s may not see or do this", x.caller.Role)
}
