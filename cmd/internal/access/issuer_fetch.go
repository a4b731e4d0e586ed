package access

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Limits of asking an issuer.
const (
	// keysFresh is how often keys are fetched.
	keysFresh = 5 * time.Minute
	// firstRetry and lastRetry bound the wait after a fetch that brought
	// nothing.
	firstRetry = time.Second
	lastRetry  = 10 * time.Second
	// fetchTimeout is for one fetch, and maxFetchBytes what is read of it.
	fetchTimeout  = 5 * time.Second
	maxFetchBytes = 1 << 20
	// maxKeys is how many keys an issuer may have.
	maxKeys = 100
)

var errLarge = errors.New("the answer is too large")

// boundedClient asks for small things, and waits for a while only.
func boundedClient() *http.Client {
	return &http.Client{Timeout: fetchTimeout, Transport: bounded{http.DefaultTransport}}
}

type bounded struct{ http.RoundTripper }

// RoundTrip makes the exchange, with no more of a body than may be.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := b.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if resp.ContentLength > maxFetchBytes {
		resp.Body.Close()
		return nil, errLarge
	}
	resp.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(resp.Body, maxFetchBytes), resp.Body}
	return resp, nil
}

// Run keeps the issuer's keys fresh until ctx ends.
func (i *Issuer) Run(ctx context.Context) {
	wait := firstRetry
	for ctx.Err() == nil {
		pause := keysFresh
		if err := i.fetch(ctx); err != nil {
			if ctx.Err() != nil {
				return
			}
			i.keys.nothing()
			i.log.Warn("the issuer's keys cannot be fetched; trying again", "issuer", i.url, "cause", err, "after", wait.String())
			pause, wait = wait, min(2*wait, lastRetry)
		} else {
			wait = firstRetry
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		case <-i.keys.asked:
		}
	}
}

// fetch asks where the keys are, and takes them.
func (i *Issuer) fetch(ctx context.Context) error {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, i.client), i.url)
	if err != nil {
		return err
	}
	var at struct {
		Keys string `json:"jwks_uri"`
	}
	if err := provider.Claims(&at); err != nil {
		return err
	}
	if err := CheckIssuerURL(at.Keys); err != nil {
		return fmt.Errorf("jwks_uri %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, at.Keys, nil)
	if err != nil {
		return err
	}
	resp, err := i.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("its keys are answered with status %d", resp.StatusCode)
	}
	return i.take(resp.Body)
}

// take reads a set of keys. One that cannot be read is one of a kind that is
// not known here, and no reason to refuse the others.
func (i *Issuer) take(body io.Reader) error {
	var set struct {
		Keys []jsontext.Value `json:"keys"`
	}
	if err := json.UnmarshalRead(body, &set); err != nil {
		return err
	}
	if len(set.Keys) == 0 || len(set.Keys) > maxKeys {
		return fmt.Errorf("it has %d keys", len(set.Keys))
	}
	var keys []jose.JSONWebKey
	for _, raw := range set.Keys {
		var k jose.JSONWebKey
		if k.UnmarshalJSON(raw) == nil {
			keys = append(keys, k)
		}
	}
	i.keys.replace(keys)
	return nil
}
