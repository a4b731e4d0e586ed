package client

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// DefaultServer is where a ledger listens unless told otherwise.
const DefaultServer = "http://127.0.0.1:8080"

// Limits of one client.
const (
	// MaxAnswerBytes is the largest answer that is read; files have no limit.
	MaxAnswerBytes = 32 << 20
	// MaxIdleConns is how many connections are kept for later: a load of a
	// thousand callers should not connect anew for each request.
	MaxIdleConns = 2048

	dialTimeout   = 5 * time.Second
	idleTimeout   = 90 * time.Second
	answerTimeout = 60 * time.Second // until the head of an answer
)

// Options say who asks. The zero value asks without a token.
type Options struct {
	Token string // sent as Authorization: Bearer
	// CAFile has the certificates, in PEM, that an https ledger's must come
	// from; the system's if empty.
	CAFile string
	// Role, Scope (a partner's or account's id) and Actor are played on a
	// ledger that runs with --dev.
	Role, Scope, Actor string
	// Language of messages to people: en, it or de.
	Language string
}

// Environ are the server and the options that the environment gives.
func Environ() (server string, o Options) {
	return os.Getenv("SEATLEDGER_SERVER"), Options{
		Token: os.Getenv("SEATLEDGER_TOKEN"), CAFile: os.Getenv("SEATLEDGER_CA_FILE"), Role: os.Getenv("SEATLEDGER_ROLE"),
		Scope: os.Getenv("SEATLEDGER_SCOPE"), Actor: os.Getenv("SEATLEDGER_ACTOR"),
	}
}

// Client asks one ledger as one caller. It is safe for concurrent use; one
// client keeps its connections for all of its users.
type Client struct {
	base    string // scheme, host and perhaps a path, without a slash at the end
	headers http.Header
	http    *http.Client
	pace    pace
}

// New makes a client of the ledger at the URL server, or at DefaultServer if
// that is empty. It does not connect yet.
func New(server string, o Options) (*Client, error) {
	if server == "" {
		server = DefaultServer
	}
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, fmt.Errorf("%q is not the address of a ledger, as %s", server, DefaultServer)
	}
	roots, err := rootsOf(o.CAFile)
	if err != nil {
		return nil, err
	}
	c := &Client{base: strings.TrimSuffix(u.String(), "/"), headers: http.Header{}, http: newHTTP(roots), pace: usualPace}
	for name, value := range map[string]string{
		"Seatledger-Role": o.Role, "Seatledger-Scope": o.Scope, "Seatledger-Actor": o.Actor,
		"Accept-Language": o.Language,
	} {
		if value != "" {
			c.headers.Set(name, value)
		}
	}
	if o.Token != "" {
		c.headers.Set("Authorization", "Bearer "+o.Token)
	}
	return c, nil
}

// rootsOf reads certificates to trust; nil means the system's.
func rootsOf(file string) (*x509.CertPool, error) {
	if file == "" {
		return nil, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(b) {
		return nil, fmt.Errorf("%s has no certificate in PEM", file)
	}
	return roots, nil
}

func newHTTP(roots *x509.CertPool) *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: dialTimeout}).DialContext,
			ForceAttemptHTTP2:     true,
			MaxIdleConns:          MaxIdleConns,
			MaxIdleConnsPerHost:   MaxIdleConns,
			IdleConnTimeout:       idleTimeout,
			ResponseHeaderTimeout: answerTimeout,
			TLSHandshakeTimeout:   dialTimeout,
			TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots},
		},
		// The API redirects nowhere; a token must not follow a proxy's page.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Close closes the connections that are not in use.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// request is one exchange to be made.
type request struct {
	method, path string
	query        url.Values
	headers      map[string]string
	body         io.Reader
}

// send makes the exchange. An answer with a status of 300 or more becomes a
// *Problem; of any other the caller closes the body.
func (c *Client) send(req *http.Request, r *request) (*http.Response, error) {
	for name, values := range c.headers {
		req.Header[name] = values
	}
	for name, value := range r.headers {
		if value != "" {
			req.Header.Set(name, value)
		}
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		defer resp.Body.Close()
		return nil, readProblem(resp)
	}
	return resp, nil
}

// url is the address of a path of the API, whose parts are escaped already.
func (c *Client) url(path string, query url.Values) string {
	if len(query) == 0 {
		return c.base + path
	}
	return c.base + path + "?" + query.Encode()
}
