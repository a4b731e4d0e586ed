package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// PositionHeader tells which position an answer stands at.
const PositionHeader = "Ledger-Position"

// etagBytes of a hash tell answers apart well enough.
const etagBytes = 16

var (
	headerPrivate = []string{"private, no-cache"}
	// headerVary names everything that an answer depends on besides the URL.
	headerVary = []string{"Accept-Language, Authorization, Seatledger-Role, Seatledger-Scope"}
)

// etag is a strong validator. The answer itself is part of it: some of what
// views show changes by the clock
// alone (ORD-3), and some by an erasure of the past.
func etag(q *query, body []byte) string {
	h := sha256.New()
	who := q.Caller
	fmt.Fprintf(h, "%d %s %s %s %s\n", q.snap.Position(), who.Role, who.Partner, who.Account, q.Language)
	h.Write(body)
	return `"` + hex.EncodeToString(h.Sum(nil)[:etagBytes]) + `"`
}

// matches reports that an If-None-Match header has the tag.
func matches(header []string, tag string) bool {
	for _, line := range header {
		for one := range strings.SplitSeq(line, ",") {
			one = strings.TrimPrefix(strings.TrimSpace(one), "W/")
			if one == tag || one == "*" {
				return true
			}
		}
	}
	return false
}

// view answers with a view, or that the caller has it already.
func (x *exchange) view(q *query, contentType string, body []byte) {
	if x.unchanged(q, contentType, etag(q, body)) {
		return
	}
	x.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	x.Write(body)
}

// unchanged puts the headers of a view, and answers for a caller who has it
// already.
func (x *exchange) unchanged(q *query, contentType, tag string) bool {
	h := x.Header()
	h["Cache-Control"] = headerPrivate
	h["Vary"] = headerVary
	h["Etag"] = []string{tag}
	h["Content-Language"] = []string{q.Language}
	h[PositionHeader] = []string{strconv.FormatUint(q.snap.Position(), 10)}
	if matches(q.r.Header["If-None-Match"], tag) {
		x.WriteHeader(http.StatusNotModified)
		return true
	}
	h["Content-Type"] = []string{contentType}
	return false
}
