package api

import (
	"errors"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/events/keys"
)

// rotatePath is where the key that wraps the persons' keys is replaced.
const rotatePath = "/v1/keys/rotate"

// Keys are the persons' keys; a keys.Store is.
type Keys interface {
	// Renew wraps them under a new key-encryption key, and destroys the old
	// one. keys.ErrGivenKEK: it is not the ledger's to replace.
	Renew() error
}

// doRotateKeys wraps the persons' keys under a new key-encryption key. Copies
// of the old one, and what it wraps, are worth nothing without each other.
func (a *API) doRotateKeys(x *exchange, r *http.Request) error {
	if _, _, err := readParams(r.URL.RawQuery, nil); err != nil {
		return err
	}
	if x.caller.Role != rule.Admin {
		return problem.New(problem.Forbidden, "the role %s may not rotate keys", x.caller.Role)
	}
	if a.Keys == nil {
		return problem.New(problem.Unavailable, "this node has no keys")
	}
	err := a.Keys.Renew()
	if errors.Is(err, keys.ErrGivenKEK) {
		return problem.New(problem.InvalidRequest,
			"the key-encryption key comes from SEATLEDGER_KEK: stop the ledger, and use seatledger keys rotate --data-dir")
	}
	if err != nil {
		return err
	}
	a.Log.Info("the persons' keys are wrapped under a new key", "operation", string(trail.KeysRotated), "actor", x.caller.Actor)
	if err := a.Operations.Record(r.Context(), trail.KeysRotated, trail.Detail{trail.Actor: x.caller.Actor}); err != nil {
		a.Log.Error("an operation is not kept", "operation", string(trail.KeysRotated), "error", err)
	}
	x.WriteHeader(http.StatusNoContent)
	return nil
}

// rotateOperation describes the path.
func rotateOperation() *huma.Operation {
	op := &huma.Operation{
		OperationID: "rotate_keys", Summary: "Wraps the persons' keys under a new key-encryption key, and destroys the old one",
		Description: described(rule.Admin, nil), Tags: []string{"operations"},
		Responses: problems("400", "401", "403", "429", "500", "503"),
	}
	responses(op.Responses).with("204", &huma.Response{Description: "It is done, and durable"})
	return op
}
