package requests

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/nats-io/nats.go/micro"

	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/events/jetstream"
)

// ParametersHeader has the parameters of a command's query, as
// "dry_run=true&expected_position=7".
const ParametersHeader = "Seatledger-Parameters"

// answerHeaders are passed on with an answer.
var answerHeaders = []string{"Ledger-Position", "Etag", "Idempotency-Replayed", "Content-Type"}

// askedHeaders are passed on with a request.
var askedHeaders = []string{
	"Idempotency-Key", "Seatledger-Correlation-Id", "Seatledger-Causation-Id", "Traceparent", "Accept-Language",
	"Seatledger-Role", "Seatledger-Scope", "Seatledger-Actor",
}

// request makes an HTTP request of one that came over NATS; rest is the
// subject behind that of its kind.
func request(ctx context.Context, kind, rest string, m micro.Request) (*http.Request, error) {
	method, path, query, body := http.MethodPost, "/v1/commands/"+url.PathEscape(rest), "", m.Data()
	headers := http.Header{}
	for name, values := range m.Headers() {
		headers[textproto.CanonicalMIMEHeaderKey(name)] = values
	}
	if kind == jetstream.QueryRequests {
		parts := strings.Split(rest, ".")
		for i := range parts {
			parts[i] = url.PathEscape(parts[i])
		}
		values, err := parameters(body)
		if err != nil {
			return nil, err
		}
		method, path, query, body = http.MethodGet, "/v1/"+strings.Join(parts, "/"), values.Encode(), nil
	} else {
		query = headers.Get(ParametersHeader)
	}
	r, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return nil, problem.New(problem.InvalidRequest, "the request cannot be read: %v", err)
	}
	r.URL.RawQuery = query
	for _, name := range askedHeaders {
		if v, ok := headers[name]; ok {
			r.Header[name] = v
		}
	}
	return r, nil
}

// parameters of a query are the members of its body.
func parameters(body []byte) (url.Values, error) {
	values := url.Values{}
	if len(bytes.TrimSpace(body)) == 0 {
		return values, nil
	}
	var members map[string]any
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, problem.New(problem.InvalidRequest, "the body must be an object of the query's parameters: %v", err)
	}
	for name, v := range members {
		switch v := v.(type) {
		case string:
			values.Set(name, v)
		case bool:
			values.Set(name, fmt.Sprint(v))
		case float64:
			values.Set(name, strconv.FormatFloat(v, 'f', -1, 64))
		default:
			return nil, problem.New(problem.InvalidRequest, "the parameter %q must be a string, a number or a boolean", name).
				At("query."+name, "must be a string, a number or a boolean")
		}
	}
	return values, nil
}

// sheet takes an answer down.
type sheet struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (s *sheet) Header() http.Header { return s.header }

func (s *sheet) WriteHeader(status int) {
	if s.status == 0 {
		s.status = status
	}
}

func (s *sheet) Write(b []byte) (int, error) { return s.body.Write(b) }
