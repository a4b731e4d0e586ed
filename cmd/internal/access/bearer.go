package access

import (
	"context"
	"net/http"
	"strings"
)

// Bearer lets in who has a token: one of the ledger's own, or one of the
// issuer's, if there is an issuer.
type Bearer struct {
	Tokens *Tokens
	Issuer *Issuer // or nil
	Limits *Limits // or nil
}

// Authenticate finds the caller of a request's bearer token.
func (b *Bearer) Authenticate(r *http.Request) (Pass, error) {
	if len(r.Header["Authorization"]) > 1 { // a proxy may have believed another one
		return Pass{}, b.Limits.stranger(r.RemoteAddr, errTwice)
	}
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		token = ""
	}
	pass, err := b.Admit(r.Context(), r.RemoteAddr, strings.TrimSpace(token))
	if err != nil {
		return Pass{}, err
	}
	return pass, b.Limits.caller(pass.Key)
}

// Admit finds who comes from an address (host:port) with a token. Bad tokens
// are counted, good ones not.
func (b *Bearer) Admit(ctx context.Context, address, token string) (pass Pass, err error) {
	switch {
	case token == "":
		err = errMissing
	case len(token) > maxTokenBytes:
		err = errUnknown
	case own(token) || b.Issuer == nil:
		pass, err = b.Tokens.Check(token)
	default:
		var known bool
		if pass, known = b.Issuer.remembered(token); known {
			return pass, nil
		}
		// Verifying costs more than saying no: who has sent too many bad ones
		// is not listened to.
		if err := b.Limits.stranger(address, nil); err != nil {
			return Pass{}, err
		}
		return b.Issuer.Check(ctx, token)
	}
	if err != nil {
		return Pass{}, b.Limits.stranger(address, err)
	}
	return pass, nil
}

// Renew lets somebody who was let in ask again. Errors are problems.
func (b *Bearer) Renew(p Pass) error {
	switch {
	case p.Revoked != nil && p.Revoked.Err() != nil:
		return errUnknown
	case !p.Expires.IsZero() && !b.Tokens.now().Before(p.Expires):
		return errExpired
	}
	return b.Limits.caller(p.Key)
}
