package api

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// exchange is one request on its way to its answer. It goes through the mux as
// the response writer, so that nothing has to be put into a context.
type exchange struct {
	http.ResponseWriter
	api    *API
	pass   access.Pass
	caller rule.Caller // of the pass
	route  string      // the pattern that answers, for the metrics
	permit permit      // of that pattern and the method
	status int
	// patience is how long the next piece of a long answer may take to be made;
	// 0: the answer is made at once.
	patience time.Duration
	// gone: the reader went away, or takes no bytes.
	gone bool
	// leaves gives back what the exchange holds until its end.
	leaves []func()
}

// holds takes a place of a share until the exchange ends.
func (x *exchange) holds(s *share) error {
	leave, err := s.enter(x.pass.Key)
	if err == nil {
		x.leaves = append(x.leaves, leave)
	}
	return err
}

// WriteHeader notes the status.
func (x *exchange) WriteHeader(status int) {
	if x.status == 0 {
		x.status = status
	}
	x.ResponseWriter.WriteHeader(status)
}

// Write notes the status that goes without saying.
func (x *exchange) Write(b []byte) (n int, err error) {
	if x.status == 0 {
		x.status = http.StatusOK
	}
	if x.patience > 0 {
		n, err = x.writeLong(b)
	} else {
		n, err = x.ResponseWriter.Write(b)
	}
	x.gone = x.gone || err != nil
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// answer is what a route does. An error is answered as a problem.
type answer func(x *exchange, r *http.Request) error

// way is an answer with who may have it.
type way struct {
	permit permit
	do     answer
}

// methods makes a handler of answers by method; GET knows HEAD. An empty name
// knows them all.
type methods struct {
	route   string
	answers map[string]way
}

func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := w.(*exchange)
	x.route = m.route
	found := m.find(r.Method)
	if found.do == nil {
		x.Header().Set("Allow", m.allow())
		x.fail(r, problem.New(problem.MethodNotAllowed, "this path takes %s", m.allow()))
		return
	}
	x.permit = found.permit
	if err := found.do(x, r); err != nil {
		x.fail(r, err)
	}
}

func (m methods) find(verb string) way {
	if verb == http.MethodHead {
		verb = http.MethodGet
	}
	if found, ok := m.answers[verb]; ok {
		return found
	}
	return m.answers[""]
}

// allow lists what a path takes.
func (m methods) allow() string {
	var all []string
	for verb := range m.answers {
		all = append(all, verb)
		if verb == http.MethodGet {
			all = append(all, http.MethodHead)
		}
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// Header values are shared by all answers: nobody may append to them.
var safeHeaders = map[string][]string{
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"no-referrer"},
	"Content-Security-Policy":      {"default-src 'none'; frame-ancestors 'none'"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
}

// openPath is answered without a token: it says nothing but that we live.
const openPath = "/healthz"

// ServeHTTP answers a request, whatever happens.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.serve(w, r, a.Access.Authenticate, &a.mux)
}

// For answers commands and queries, and nothing else, for a caller who came in
// by another way; each counts as a request, of which renew says whether it may
// be made. Without renew the requests say themselves who asks.
func (a *API) For(pass access.Pass, renew func(access.Pass) error) http.Handler {
	who := a.Access.Authenticate
	if renew != nil {
		who = func(*http.Request) (access.Pass, error) { return pass, renew(pass) }
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.serve(w, r, who, &a.asked) })
}

func (a *API) serve(w http.ResponseWriter, r *http.Request, who func(*http.Request) (access.Pass, error), mux *http.ServeMux) {
	x := &exchange{ResponseWriter: w, api: a, route: "none"}
	h := w.Header()
	for name, value := range safeHeaders {
		h[name] = value
	}
	defer a.end(x, r)
	var err error
	if r.URL.Path != openPath && !a.public(r.URL.Path) {
		x.pass, err = who(r)
		x.caller = x.pass.Caller
	}
	if err == nil && a.origin.Check(r) != nil {
		err = problem.New(problem.Forbidden, "a page of another site may not send this")
	}
	if err != nil {
		x.fail(r, err)
		return
	}
	mux.ServeHTTP(x, r)
}

// end counts the exchange, and answers for one that panicked.
func (a *API) end(x *exchange, r *http.Request) {
	for _, leave := range x.leaves {
		defer leave()
	}
	if v := recover(); v != nil {
		if v == http.ErrAbortHandler {
			panic(v)
		}
		id := rand.Text()
		a.Log.Error("panic while answering", "instance", id, "method", r.Method, "route", x.route,
			"panic", v, "stack", string(debug.Stack()))
		if x.status != 0 {
			panic(http.ErrAbortHandler) // half an answer is out: break it off
		}
		x.answerInternal(id)
	}
	a.meters.request(x.route, x.status)
}

// fail answers with the problem that an error comes to.
func (x *exchange) fail(r *http.Request, err error) {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		err = problem.New(problem.Unavailable, "it took too long; whether it is recorded is not known")
	}
	p := problem.From(err)
	if p.Code == problem.Internal {
		id := rand.Text()
		x.api.Log.Error("could not answer", "instance", id, "method", r.Method, "route", x.route, "error", err)
		x.answerInternal(id)
		return
	}
	if p.Code == problem.Unauthenticated {
		x.Header().Set("WWW-Authenticate", challenge(r))
	}
	problem.Write(x, p)
}

// challenge says how to come in (RFC 6750): what was sent was no good, or
// nothing was sent.
func challenge(r *http.Request) string {
	if r.Header.Get("Authorization") == "" {
		return `Bearer realm="seatledger"`
	}
	return `Bearer realm="seatledger", error="invalid_token"`
}

// answerInternal tells of an error of ours, and nothing more than its name.
func (x *exchange) answerInternal(id string) {
	p := problem.New(problem.Internal, "something went wrong here; the operator finds it in the log as instance %s", id)
	p.Instance = "urn:seatledger:instance:" + strings.ToLower(id)
	problem.Write(x, p)
}
