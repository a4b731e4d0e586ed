package api

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// Limits of lists.
const (
	DefaultLimit = 100
	MaxLimit     = 1000
	// maxFilterBytes bounds what a filter can ask for, and a cursor.
	maxFilterBytes = 512
)

// sort says what a query parameter's values look like.
type sort int

const (
	text     sort = iota
	id            // as in domain.md, section 2
	position      // of the log
	count         // an integer from 1 to MaxLimit
	moment        // RFC 3339
	asOf          // a position or a moment
	word          // one of words
)

// param is a query parameter of a view.
type param struct {
	name  string
	sort  sort
	doc   string
	words []string // of sort word

	required bool
}

// Parameters of every query, and of every list.
var (
	minPosition = param{name: "min_position", sort: position,
		doc: "Waits, at most 5 seconds, until the view has reached this position: read your own writes."}
	asOfParam = param{name: "as_of", sort: asOf,
		doc: "The view exactly as it stood at this position or time."}
	limitParam = param{name: "limit", sort: count,
		doc: "How many items at most; 100 if not given, at most 1,000."}
	cursorParam = param{name: "cursor", sort: text,
		doc: "Goes on behind a page: its next_cursor."}
)

// Filters that several views share.
var (
	byPartner = param{name: "partner_id", sort: id, doc: "Only what is this partner's."}
	byAccount = param{name: "account_id", sort: id, doc: "Only what is this account's."}
	byProduct = param{name: "product", sort: text, doc: "Only what is of this product."}
	search    = param{name: "q", sort: text, doc: "Only what has this text in its id, names or numbers."}
)

// values are a query's parameters, read. What is absent is zero.
type values struct {
	words     map[string]string
	positions map[string]uint64
	moments   map[string]time.Time
	limit     int
}

// readParams reads a raw query by the parameters that a view has. Shape is
// told first (400); invalid is what has the right shape and is out of range.
func readParams(raw string, known []param) (v values, off rule.Invalid, err error) {
	v = values{map[string]string{}, map[string]uint64{}, map[string]time.Time{}, DefaultLimit}
	q, err := url.ParseQuery(raw)
	if err != nil {
		return v, nil, problem.New(problem.InvalidRequest, "the query cannot be read: %v", err)
	}
	names := make([]string, 0, len(q))
	for name := range q {
		names = append(names, name)
	}
	slices.Sort(names) // so that the same request always gets the same answer
	for _, name := range names {
		i := slices.IndexFunc(known, func(p param) bool { return p.name == name })
		switch {
		case i < 0:
			return v, nil, badQuery(name, "is not known here; known are "+paramNames(known))
		case len(q[name]) > 1:
			return v, nil, badQuery(name, "must be given once")
		case q[name][0] == "":
			continue
		}
		message, shape := v.read(&known[i], q[name][0])
		switch {
		case message == "":
		case shape:
			return v, nil, badQuery(name, message)
		default:
			off = append(off, rule.FieldError{Field: "query." + name, Message: message})
		}
	}
	for i := range known {
		if p := &known[i]; p.required && v.words[p.name] == "" {
			return v, nil, badQuery(p.name, "must be given")
		}
	}
	return v, off, nil
}

// read takes one value. It returns what is wrong with it, and whether that is
// its shape.
func (v *values) read(p *param, s string) (message string, shape bool) {
	v.words[p.name] = s
	switch p.sort {
	case text:
		var c rule.Checker
		if c.OptionalText(p.name, &s, maxFilterBytes); len(c.Errors) > 0 {
			return c.Errors[0].Message, false
		}
	case id:
		var c rule.Checker
		if c.ID(p.name, s); len(c.Errors) > 0 {
			return c.Errors[0].Message, false
		}
	case word:
		if !slices.Contains(p.words, s) {
			return "must be one of " + strings.Join(p.words, ", "), false
		}
	case count:
		return v.readLimit(s)
	default:
		return v.readPlace(p, s)
	}
	return "", false
}

func (v *values) readLimit(s string) (message string, shape bool) {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil && !isRange(err):
		return "must be an integer", true
	case err != nil || n < 1 || n > MaxLimit:
		return fmt.Sprintf("must be from 1 to %d", MaxLimit), false
	}
	v.limit = int(n)
	return "", false
}

// readPlace reads a position, a moment, or either.
func (v *values) readPlace(p *param, s string) (message string, shape bool) {
	n, errN := strconv.ParseUint(s, 10, 64)
	t, errT := time.Parse(time.RFC3339Nano, s)
	switch {
	case p.sort != moment && errN == nil:
		v.positions[p.name] = n
	case p.sort != moment && isRange(errN):
		return "is a position that no log reaches", false
	case p.sort != position && errT == nil:
		v.moments[p.name] = t
	case p.sort == position:
		return "must be a position", true
	case p.sort == moment:
		return "must be an RFC 3339 time", true
	default:
		return "must be a position or an RFC 3339 time", true
	}
	return "", false
}

func isRange(err error) bool {
	e, ok := err.(*strconv.NumError)
	return ok && e.Err == strconv.ErrRange
}

func paramNames(ps []param) string {
	names := make([]string, len(ps))
	for i, p := range ps {
		names[i] = p.name
	}
	return strings.Join(names, ", ")
}
