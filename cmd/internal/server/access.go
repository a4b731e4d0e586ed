package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/api"
	"github.com/seatledger/seatledger/cmd/internal/certs"
	"github.com/seatledger/seatledger/cmd/internal/trail"
	"github.com/seatledger/seatledger/events/jetstream"
	"github.com/seatledger/seatledger/events/keys"
	"github.com/seatledger/seatledger/projections"
)

// openAccess opens what lets callers in. Outside --dev there is an admin's
// token, or else nobody could.
func (s *Server) openAccess(ctx context.Context) (err error) {
	if s.TLSCert != "" {
		if s.certs, err = certs.Open(s.TLSCert, s.TLSKey, s.Log); err != nil {
			return fmt.Errorf("%w: --tls-cert, --tls-key: %w", ErrConfig, err)
		}
		s.certs.Changed = s.certificateRead
		s.background.start(s.certs.Run)
	}
	limits := access.NewLimits(*s.CallerRate, *s.AddressRate)
	if s.tokens, err = access.OpenTokens(s.DataDir, time.Now); err != nil || s.Dev {
		s.access = access.Dev{Limits: limits}
		return err
	}
	bearer := &access.Bearer{Tokens: s.tokens, Limits: limits}
	if s.OIDCIssuer != "" {
		bearer.Issuer = access.NewIssuer(s.OIDCIssuer, s.OIDCAudience, time.Now, s.Log)
		s.background.start(bearer.Issuer.Run)
	}
	s.access, s.admit, s.renew = bearer, guests(bearer), bearer.Renew
	file, made, err := s.tokens.First()
	if err != nil || file == "" {
		return err
	}
	s.Log.Info("the first token of an admin is made", "file", file)
	return s.operations.Record(ctx, trail.TokenMade, api.TokenDetail(made, ""))
}

func (s *Server) certificateRead(notAfter time.Time) {
	s.record(trail.CertificateRead, trail.Detail{"not_after": notAfter.UTC().Format(time.RFC3339)})
}

// tls is that of both listeners, or nil.
func (s *Server) tls() *tls.Config {
	if s.certs == nil {
		return nil
	}
	return s.certs.Config()
}

// admitTimeout is how long it may take to know who a network client is.
const admitTimeout = 5 * time.Second

// guests says who comes in over NATS: who has a token.
func guests(b *access.Bearer) func(address, token string) (jetstream.Guest, error) {
	return func(address, token string) (jetstream.Guest, error) {
		ctx, cancel := context.WithTimeout(context.Background(), admitTimeout)
		defer cancel()
		pass, err := b.Admit(ctx, address, token)
		return jetstream.Guest{
			Key: pass.Key, Role: pass.Role.String(), Partner: pass.Partner, Account: pass.Account,
			Revoked: pass.Revoked, Expires: pass.Expires, Pass: pass,
			Asks: pass.Role != rule.Consumer, // who may ask for nothing
		}, err
	}
}

// scopeWait is how long it may take to find out whether a token's scope is
// there.
const scopeWait = 5 * time.Second

// scope refuses a partner or an account that is not there: a token of it would
// be good for whoever came to have that id one day.
func (s *Server) scope(partnerID, accountID string) error {
	ctx, cancel := context.WithTimeout(context.Background(), scopeWait)
	defer cancel()
	snap, err := s.views.At(ctx, projections.AsOf{})
	if err != nil {
		return err
	}
	defer snap.Close()
	var k rule.Checker
	if partnerID != "" && partner.Partners.Get(snap, partnerID, "") == nil {
		k.Fail("partner_id", "there is no partner %q", partnerID)
	}
	if accountID != "" && account.Accounts.Get(snap, accountID, "") == nil {
		k.Fail("account_id", "there is no account %q", accountID)
	}
	if err := snap.Err(); err != nil || len(k.Errors) == 0 {
		return err
	}
	return k.Errors
}

// errStopped: what a ledger has can be asked while it runs.
func errStopped(partnerID, accountID string) error {
	var k rule.Checker
	const message = "must be left out: only the ledger that runs can tell whether it is there; ask it, without --data-dir"
	if partnerID != "" {
		k.Fail("partner_id", message)
	}
	if accountID != "" {
		k.Fail("account_id", message)
	}
	return k.Errors
}

// StoppedTokens are the tokens of a ledger that does not run, which nobody can
// start meanwhile. They revoke like those of one that runs, and make tokens
// that are of nothing.
type StoppedTokens struct {
	*access.Tokens
	operations *trail.Operations
	held       interface{ Close() error }
}

// OpenStoppedTokens opens the tokens in a data folder. Errors may be
// keys.ErrLocked: the ledger runs; or keys.ErrNoStore: there is none.
func OpenStoppedTokens(dataDir string) (*StoppedTokens, error) {
	held, err := keys.Hold(filepath.Join(dataDir, keysFolder))
	if err != nil {
		return nil, err
	}
	t := &StoppedTokens{held: held}
	if t.Tokens, err = access.OpenTokens(dataDir, time.Now); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	t.Scope = errStopped
	if t.operations, err = trail.OpenOperations(filepath.Join(dataDir, operationsFolder), time.Now); err != nil {
		return nil, errors.Join(err, held.Close())
	}
	return t, nil
}

// Create makes a token, and keeps that it was made.
func (t *StoppedTokens) Create(g access.Grant, by string) (secret string, made access.Token, err error) {
	if secret, made, err = t.Tokens.Create(g, by); err != nil {
		return "", access.Token{}, err
	}
	return secret, made, t.operations.Record(context.Background(), trail.TokenMade, api.TokenDetail(made, by))
}

// Revoke ends a token, and keeps that it was revoked.
func (t *StoppedTokens) Revoke(id, by string) error {
	gone, err := t.Tokens.Revoke(id)
	if err != nil {
		return err
	}
	return t.operations.Record(context.Background(), trail.TokenRevoked, api.TokenDetail(gone, by))
}

// Close lets the ledger be started again.
func (t *StoppedTokens) Close() error { return errors.Join(t.operations.Close(), t.held.Close()) }
