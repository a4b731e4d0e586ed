package api

import (
	"errors"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/projections"
)

// Paths of access tokens.
const (
	tokensPath = "/v1/tokens"
	tokenPath  = tokensPath + "/{token_id}"
)

// Tokens makes and revokes tokens; an access.Tokens does.
type Tokens interface {
	// Create makes a token, and returns it in the clear. Errors are
	// rule.Invalid, access.ErrTooManyTokens, or of the disk.
	Create(g access.Grant, by string) (secret string, made access.Token, err error)
	// Revoke ends a token at once. Errors are access.ErrNoToken, or of the disk.
	Revoke(id string) (access.Token, error)
	// List is what is kept of the tokens, oldest first.
	List() []access.Token
	// Ended reports that an id is of a token that lets nobody in any more.
	Ended(id string) bool
}

// TokenRequest asks for a token.
type TokenRequest struct {
	Role      string    `json:"role" doc:"What the token's holder may do"`
	PartnerID string    `json:"partner_id,omitzero" doc:"The partner that the roles partner and consumer are of, and auditor may be"`
	AccountID string    `json:"account_id,omitzero" doc:"The account that the roles account_admin and micollab are of"`
	Name      string    `json:"name,omitzero" doc:"Tells tokens apart; no person's name"`
	ExpiresAt time.Time `json:"expires_at,omitzero" doc:"When it ends by itself; never if not given"`
}

// TokenShown is what is shown of a token.
type TokenShown struct {
	ID        string    `json:"id"`
	Token     string    `json:"token,omitzero" doc:"The token itself: shown once, when it is made"`
	Name      string    `json:"name,omitzero"`
	Role      string    `json:"role"`
	PartnerID string    `json:"partner_id,omitzero"`
	AccountID string    `json:"account_id,omitzero"`
	CreatedAt time.Time `json:"created_at"`
	CreatedBy string    `json:"created_by,omitzero" doc:"The actor who made it"`
	ExpiresAt time.Time `json:"expires_at,omitzero"`
}

// ShowToken is what may be shown of a token; secret, if it was just made.
func ShowToken(k access.Token, secret string) TokenShown {
	return TokenShown{
		ID: k.ID, Token: secret, Name: k.Name, Role: k.Role, PartnerID: k.Partner(), AccountID: k.Account(),
		CreatedAt: k.CreatedAt, CreatedBy: k.CreatedBy, ExpiresAt: k.ExpiresAt,
	}
}

// tokens checks who asks; a path's parts are checked by the caller.
func (a *API) tokens(x *exchange, r *http.Request) (Tokens, error) {
	if _, _, err := readParams(r.URL.RawQuery, nil); err != nil {
		return nil, err
	}
	if err := x.permitted(); err != nil {
		return nil, err
	}
	if a.Tokens == nil {
		return nil, problem.New(problem.Unavailable, "this node has no tokens")
	}
	return a.Tokens, nil
}

// doListTokens lists tokens. Nothing of them is secret but what is not kept.
func (a *API) doListTokens(x *exchange, r *http.Request) error {
	tokens, err := a.tokens(x, r)
	if err != nil {
		return err
	}
	list := projections.List[TokenShown]{Items: []TokenShown{}}
	for _, k := range tokens.List() {
		list.Items = append(list.Items, ShowToken(k, ""))
	}
	return x.json(list)
}

// doMakeToken makes a token, and shows it this once.
func (a *API) doMakeToken(x *exchange, r *http.Request) error {
	b, err := readBody(x, r)
	if err != nil {
		return err
	}
	var asked TokenRequest
	if err := json.Unmarshal(b, &asked, json.RejectUnknownMembers(true)); err != nil {
		return malformed(err)
	}
	tokens, err := a.tokens(x, r)
	if err != nil {
		return err
	}
	secret, made, err := tokens.Create(access.Grant{
		Role: asked.Role, Partner: asked.PartnerID, Account: asked.AccountID, Name: asked.Name, ExpiresAt: asked.ExpiresAt,
	}, x.caller.Actor)
	if errors.Is(err, access.ErrTooManyTokens) {
		return problem.New(problem.Unavailable, "%v", err)
	}
	if err != nil {
		return err
	}
	a.operated(r, trail.TokenMade, made, x.caller.Actor)
	return x.json(ShowToken(made, secret))
}

// doRevokeToken ends a token at once.
func (a *API) doRevokeToken(x *exchange, r *http.Request) error {
	tokens, err := a.tokens(x, r)
	if err != nil {
		return err
	}
	gone, err := tokens.Revoke(r.PathValue("token_id"))
	if errors.Is(err, access.ErrNoToken) {
		return problem.New(problem.NotFound, "%v", err)
	}
	if err != nil {
		return err
	}
	a.operated(r, trail.TokenRevoked, gone, x.caller.Actor)
	x.WriteHeader(http.StatusNoContent)
	return nil
}

// operated keeps what was done with a token. It is done, whatever becomes of
// the record.
func (a *API) operated(r *http.Request, kind trail.Kind, k access.Token, actor string) {
	a.Log.Info("tokens have changed", "operation", string(kind), "token", k.ID, "role", k.Role, "actor", actor)
	if err := a.Operations.Record(r.Context(), kind, TokenDetail(k, actor)); err != nil {
		a.Log.Error("an operation is not kept", "operation", string(kind), "error", err)
	}
}

// TokenDetail says of an operation which token it was about.
func TokenDetail(k access.Token, actor string) trail.Detail {
	d := trail.Detail{trail.Actor: actor, "token": k.ID, "role": k.Role}
	if k.Scope != "" {
		d["scope"] = k.Scope
	}
	return d
}

// tokenOperations describe the paths, by path and method.
func tokenOperations(registry huma.Registry) map[string]*huma.PathItem {
	operation := func(name, summary string, statuses ...string) *huma.Operation {
		return &huma.Operation{OperationID: name, Summary: summary, Description: described(rule.Admin, nil), Tags: []string{"operations"},
			Responses: problems(append(statuses, "401", "403", "429", "500", "503")...)}
	}
	shown := jsonOf(registry.Schema(reflect.TypeFor[TokenShown](), true, ""))
	list := operation("list_tokens", "Access tokens, without what is secret", "400")
	responses(list.Responses).with("200", &huma.Response{Description: "All of them",
		Content: jsonOf(registry.Schema(reflect.TypeFor[projections.List[TokenShown]](), true, ""))})
	create := operation("make_token", "Makes an access token, and shows it once", "400", "413", "422")
	create.RequestBody = &huma.RequestBody{Required: true, Content: jsonOf(registry.Schema(reflect.TypeFor[TokenRequest](), true, ""))}
	responses(create.Responses).with("200", &huma.Response{Description: "The token", Content: shown})
	revoke := operation("revoke_token", "Ends an access token at once, and what was opened with it", "400", "404")
	revoke.Parameters = []*huma.Param{{Name: "token_id", In: "path", Required: true, Schema: idSchema()}}
	responses(revoke.Responses).with("204", &huma.Response{Description: "It is revoked"})
	return map[string]*huma.PathItem{tokensPath: {Get: list, Post: create}, tokenPath: {Delete: revoke}}
}
