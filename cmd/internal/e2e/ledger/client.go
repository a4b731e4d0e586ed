package ledger

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// clientTimeout is for one request, the ledger's own waiting included.
const clientTimeout = 60 * time.Second

var transport = &http.Client{
	Timeout:   clientTimeout,
	Transport: &http.Transport{MaxIdleConns: 512, MaxIdleConnsPerHost: 256},
}

// Client is a caller: where the ledger is, and who asks.
type Client struct {
	Base   string // "http://host:port"
	Header http.Header
}

// As is the same client in another role; scope is its partner's or account's
// id.
func (c Client) As(role, scope string) Client {
	c.Header = c.Header.Clone()
	if c.Header == nil {
		c.Header = http.Header{}
	}
	c.Header.Set("Seatledger-Role", role)
	c.Header.Set("Seatledger-Scope", scope)
	return c
}

// With is the same client with a header besides.
func (c Client) With(name, value string) Client {
	c.Header = c.Header.Clone()
	if c.Header == nil {
		c.Header = http.Header{}
	}
	c.Header.Set(name, value)
	return c
}

// Keyed is the same client with an idempotency key.
func (c Client) Keyed(key string) Client { return c.With("Idempotency-Key", key) }

// Event is an event as a command's answer lists it.
type Event struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Position uint64 `json:"position"`
}

// Answer is what came back: a view, a command's answer or a problem.
type Answer struct {
	Err    error // no answer at all
	Status int
	Header http.Header
	Body   []byte
	View   map[string]any // the body, where it is an object

	CommandID   string  `json:"command_id"`
	Position    uint64  `json:"position"`
	Events      []Event `json:"events"`
	EventsTotal int     `json:"events_total"`
	ID          string  `json:"id"`

	Code   string `json:"code"`
	Detail string `json:"detail"`
	Errors []struct{ Location, Message string }
}

// Do sends a command; body is marshalled unless it is bytes already. Options
// are query parameters, name and value by turns.
func (c Client) Do(name string, body any, options ...string) *Answer {
	return c.Send("POST", "/v1/commands/"+name, body, options...)
}

// Send is a request of any method; body as in Do, nil for none.
func (c Client) Send(method, path string, body any, options ...string) *Answer {
	raw, ok := body.([]byte)
	if !ok && body != nil {
		var err error
		if raw, err = json.Marshal(body); err != nil {
			return &Answer{Err: err}
		}
	}
	return c.send(method, path, raw, options)
}

// Get asks for a view.
func (c Client) Get(path string, options ...string) *Answer { return c.send("GET", path, nil, options) }

func (c Client) send(method, path string, body []byte, options []string) *Answer {
	query := url.Values{}
	for i := 0; i+1 < len(options); i += 2 {
		query.Set(options[i], options[i+1])
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	req, err := http.NewRequest(method, c.Base+path, bytes.NewReader(body))
	if err != nil {
		return &Answer{Err: err}
	}
	for k, vs := range c.Header {
		req.Header[k] = vs
	}
	if method == "POST" {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := transport.Do(req)
	if err != nil {
		return &Answer{Err: err}
	}
	defer resp.Body.Close()
	a := &Answer{Status: resp.StatusCode, Header: resp.Header}
	if a.Body, err = io.ReadAll(resp.Body); err != nil {
		return &Answer{Err: err}
	}
	_ = json.Unmarshal(a.Body, a) // not every answer is an object
	_ = json.Unmarshal(a.Body, &a.View)
	return a
}

// Items are the members of a list.
func (a *Answer) Items() []map[string]any {
	list, _ := a.View["items"].([]any)
	var items []map[string]any
	for _, i := range list {
		item, _ := i.(map[string]any)
		items = append(items, item)
	}
	return items
}

// LedgerPosition is the position that the view had reached, 0 where it does
// not say.
func (a *Answer) LedgerPosition() uint64 {
	n, _ := strconv.ParseUint(a.Header.Get("Ledger-Position"), 10, 64)
	return n
}
