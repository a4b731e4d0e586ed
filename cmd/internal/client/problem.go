package client

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
)

// maxProblemBytes is the largest problem that is read.
const maxProblemBytes = 256 << 10

// Field says what is wrong with one part of a request.
type Field struct {
	Location string `json:"location"` // "lines[0].quantity", "query.limit", "header.Idempotency-Key"
	Message  string `json:"message"`
}

// Problem is what the ledger answers instead of the thing asked for (RFC 9457).
type Problem struct {
	Status   int     `json:"status"` // of HTTP
	Code     string  `json:"code"`   // for machines: a refusal's name; "" if it was no ledger that answered
	Title    string  `json:"title"`
	Detail   string  `json:"detail"`             // a sentence about this very case
	Instance string  `json:"instance,omitempty"` // names the case in the server's log
	Errors   []Field `json:"errors,omitempty"`   // the parts of the request that are to blame

	RetryAfter time.Duration `json:"-"` // when to come again; 0 if the ledger does not say
}

// Error is one line, for people.
func (p *Problem) Error() string {
	text := p.Code
	if p.Detail != "" {
		text += ": " + p.Detail
	}
	for _, e := range p.Errors {
		text += fmt.Sprintf("; %s: %s", e.Location, e.Message)
	}
	return text
}

// readProblem makes a problem of an answer. An answer that is not the
// ledger's, but a proxy's, say, becomes one without a code.
func readProblem(resp *http.Response) error {
	p := new(Problem)
	b, err := readAll(resp, maxProblemBytes)
	if err != nil || json.Unmarshal(b, p) != nil || p.Code == "" {
		p = &Problem{Title: http.StatusText(resp.StatusCode)}
		p.Detail = fmt.Sprintf("%s answered %s, and not as a ledger does", resp.Request.URL.Redacted(), resp.Status)
	}
	p.Status = resp.StatusCode
	p.RetryAfter = retryAfter(resp.Header.Get("Retry-After"))
	return p
}

func retryAfter(header string) time.Duration {
	if seconds, err := strconv.ParseUint(header, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if at, err := http.ParseTime(header); err == nil {
		return max(0, time.Until(at))
	}
	return 0
}
