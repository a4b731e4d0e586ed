package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/api"
	"github.com/seatledger/seatledger/cmd/internal/client"
	"github.com/seatledger/seatledger/cmd/internal/server"
	"github.com/seatledger/seatledger/events/keys"
)

const tokensPath = "/v1/tokens"

type tokenVerb struct {
	Create tokenCreateVerb `cmd:"" help:"Make a token; it is shown once."`
	List   tokenListVerb   `cmd:"" help:"List the tokens, without what is secret."`
	Revoke tokenRevokeVerb `cmd:"" help:"End a token at once, and what was opened with it."`
}

// tokenHolder is where the tokens are: a running ledger, or the folder of one
// that is stopped.
type tokenHolder struct {
	DataDir string `env:"SEATLEDGER_TOKEN_DATA_DIR" placeholder:"DIR" help:"Data folder of a ledger that is stopped; else a running one is asked."`
	remote
}

// folder opens the tokens of the ledger that is stopped.
func (v *tokenHolder) folder() (*server.StoppedTokens, error) {
	t, err := server.OpenStoppedTokens(v.DataDir)
	switch {
	case errors.Is(err, keys.ErrLocked):
		return nil, fmt.Errorf("the ledger in %s runs: ask it with --server, without --data-dir", v.DataDir)
	case errors.Is(err, keys.ErrNoStore), errors.Is(err, os.ErrNotExist):
		return nil, fmt.Errorf("there is no ledger in %s", v.DataDir)
	}
	return t, err
}

// byFolder is recorded as having made or revoked a token: whoever has the
// folder of a stopped ledger.
const byFolder = "data-dir"

type tokenCreateVerb struct {
	Role    string `required:"" env:"SEATLEDGER_TOKEN_ROLE" placeholder:"ROLE" help:"Role of the token's holder, such as partner or auditor."`
	Partner string `placeholder:"ID" help:"The partner that the roles partner and consumer are of, and auditor may be."`
	Account string `placeholder:"ID" help:"The account that the roles account_admin and micollab are of."`
	Name    string `help:"Tells tokens apart; no person's name."`
	Expires string `placeholder:"DURATION|TIME" help:"When it ends by itself: after a while (720h, 30d) or at a time (RFC 3339); never if not given."`
	Output  string `short:"o" default:"auto" enum:"auto,text,table,json" help:"How to print: ${enum}; auto is text on a terminal, else the token alone."`
	tokenHolder
}

// Run makes the token and prints it.
func (v *tokenCreateVerb) Run(ctx context.Context, con *console) error {
	expires, err := expiry(v.Expires, time.Now())
	if err != nil {
		return err
	}
	made, err := v.create(ctx, expires)
	if err != nil {
		return byFlag(err)
	}
	switch {
	case v.Output == "json":
		return printJSON(con.out, made)
	case v.Output == "auto" && !con.seen:
		_, err = fmt.Fprintln(con.out, made.Token)
		return err
	}
	_, err = fmt.Fprintf(con.out, "%s\n\nIt is token %s, and is not shown again.\n", con.styled(bold, made.Token), made.ID)
	return err
}

func (v *tokenCreateVerb) create(ctx context.Context, expires time.Time) (made api.TokenShown, err error) {
	if v.DataDir != "" {
		t, err := v.folder()
		if err != nil {
			return made, err
		}
		secret, token, err := t.Create(access.Grant{Role: v.Role, Partner: v.Partner, Account: v.Account, Name: v.Name, ExpiresAt: expires}, byFolder)
		return api.ShowToken(token, secret), errors.Join(err, t.Close())
	}
	c, err := v.client()
	if err != nil {
		return made, usageError{err}
	}
	body, err := json.Marshal(api.TokenRequest{Role: v.Role, PartnerID: v.Partner, AccountID: v.Account, Name: v.Name, ExpiresAt: expires})
	if err != nil {
		return made, err
	}
	answer, err := c.Post(ctx, tokensPath, nil, "application/json", bytes.NewReader(body))
	if err != nil {
		return made, err
	}
	return made, json.Unmarshal(answer, &made)
}

// expiry reads a time, or how long from now; days are 24 hours.
func expiry(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	var days int
	if n, err := fmt.Sscanf(text, "%dd", &days); err == nil && n == 1 && text == fmt.Sprintf("%dd", days) && days > 0 {
		return now.AddDate(0, 0, days), nil
	}
	if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return now.Add(d), nil
	}
	return time.Time{}, usage("--expires=%s is neither a duration, as 720h or 30d, nor a time, as 2027-01-31T00:00:00Z", text)
}

// byFlag names the flags that are to blame, instead of fields.
func byFlag(err error) error {
	flags := map[string]string{"role": "--role", "partner_id": "--partner", "account_id": "--account", "name": "--name", "expires_at": "--expires"}
	var texts []string
	var p *client.Problem
	var invalid rule.Invalid
	if errors.As(err, &invalid) {
		for _, f := range invalid {
			texts = append(texts, flags[f.Field]+" "+f.Message)
		}
	}
	if errors.As(err, &p) {
		for _, f := range p.Errors {
			if flag := flags[f.Location]; flag != "" {
				texts = append(texts, flag+" "+f.Message)
			}
		}
	}
	if len(texts) == 0 {
		return err
	}
	return errors.New(strings.Join(texts, "; "))
}

type tokenListVerb struct {
	Output string `short:"o" default:"auto" enum:"auto,text,table,json" help:"How to print: ${enum}; auto is a table on a terminal, else JSON."`
	tokenHolder
}

// Run lists the tokens.
func (v *tokenListVerb) Run(ctx context.Context, con *console) error {
	body, err := v.list(ctx)
	if err != nil {
		return err
	}
	if v.Output == "json" || v.Output == "auto" && !con.seen {
		return printIndented(con.out, body)
	}
	return printView(con, columns("id role partner_id account_id name created_at expires_at"), body)
}

func (v *tokenListVerb) list(ctx context.Context) ([]byte, error) {
	if v.DataDir == "" {
		c, err := v.client()
		if err != nil {
			return nil, usageError{err}
		}
		return c.Get(ctx, tokensPath, nil)
	}
	t, err := v.folder()
	if err != nil {
		return nil, err
	}
	items := []api.TokenShown{}
	for _, k := range t.List() {
		items = append(items, api.ShowToken(k, ""))
	}
	body, err := json.Marshal(map[string]any{"items": items})
	return body, errors.Join(err, t.Close())
}

type tokenRevokeVerb struct {
	ID string `arg:"" help:"The token's id, as in seatledger token list."`
	tokenHolder
}

// Run revokes the token.
func (v *tokenRevokeVerb) Run(ctx context.Context, con *console) error {
	if err := v.revoke(ctx); err != nil {
		return err
	}
	_, err := fmt.Fprintf(con.out, "token %s is revoked\n", v.ID)
	return err
}

func (v *tokenRevokeVerb) revoke(ctx context.Context) error {
	if v.DataDir == "" {
		c, err := v.client()
		if err != nil {
			return usageError{err}
		}
		return c.Delete(ctx, tokensPath+"/"+url.PathEscape(v.ID))
	}
	t, err := v.folder()
	if err != nil {
		return err
	}
	return errors.Join(t.Revoke(v.ID, byFolder), t.Close())
}
