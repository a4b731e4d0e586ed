package api

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"

	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// document is an answer that never changes while the program runs.
type document struct {
	contentType string
	body        []byte
	tag         string
}

func newDocument(contentType string, body []byte) document {
	sum := sha256.Sum256(body)
	return document{contentType, body, `"` + hex.EncodeToString(sum[:etagBytes]) + `"`}
}

// one answers with a document.
func one(d document) answer {
	return func(x *exchange, r *http.Request) error { x.document(r, d); return nil }
}

// static answers with the document of the path's name.
func static(documents map[string]document) answer {
	return func(x *exchange, r *http.Request) error {
		d, ok := documents[r.PathValue("name")]
		if !ok {
			return problem.New(problem.NotFound, "there is no %q", r.PathValue("name"))
		}
		x.document(r, d)
		return nil
	}
}

func (x *exchange) document(r *http.Request, d document) {
	h := x.Header()
	h["Cache-Control"] = headerPrivate
	h["Etag"] = []string{d.tag}
	if matches(r.Header["If-None-Match"], d.tag) {
		x.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = []string{d.contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(d.body))}
	x.Write(d.body)
}

// text answers with a line or two.
func (x *exchange) text(contentType, s string) error {
	h := x.Header()
	h["Content-Type"] = []string{contentType}
	h["Content-Length"] = []string{strconv.Itoa(len(s))}
	x.Write([]byte(s))
	return nil
}
