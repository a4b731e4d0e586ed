package api

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-json-experiment/json"
	"github.com/klauspost/compress/gzip"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/projections/audit"
)

// Proofs is the log's proof of itself; an audit.Log is one.
type Proofs interface {
	// PublicKey is the key that verifies the checkpoints (vkey).
	PublicKey() string
	// Checkpoint is the newest one: it covers everything answered before.
	Checkpoint(context.Context) (*audit.Checkpoint, error)
	// Tile is a tile of hashes, or of entries, or audit.ErrNoTile.
	Tile(tlog.Tile) ([]byte, error)
	// Prove proves a position to be in the newest checkpoint's tree.
	Prove(ctx context.Context, position uint64) (*audit.Proof, error)
}

// Paths of the log, in C2SP tlog-tiles' layout, and of proofs.
const (
	logPath        = "/log/"
	checkpointPath = logPath + "checkpoint"
	logKeyPath     = logPath + "key"
	tilePath       = logPath + "tile/{tile...}"
	proofPath      = "/v1/events/{position}/proof"

	entriesTile = "entries/"
	tileType    = "application/octet-stream"
	textType    = "text/plain; charset=utf-8"
)

// headerForever is for what never changes; it is for who asked, by token.
var headerForever = []string{"private, max-age=31536000, immutable"}

// doCheckpoint answers with a checkpoint that covers all that was answered
// before.
func (a *API) doCheckpoint(x *exchange, r *http.Request) error {
	c, err := a.Proofs.Checkpoint(r.Context())
	if err != nil {
		return problem.New(problem.Unavailable, "nothing is signed yet")
	}
	x.Header()["Cache-Control"] = headerPrivate
	return x.text(textType, string(c.Note))
}

// doLogKey answers with the key that verifies checkpoints.
func (a *API) doLogKey(x *exchange, _ *http.Request) error {
	x.Header()["Cache-Control"] = headerPrivate
	return x.text(textType, a.Proofs.PublicKey()+"\n")
}

// doTile answers with a tile. Tiles of entries are everybody's history: they
// do not exist for who may see a part of it only.
func (a *API) doTile(x *exchange, r *http.Request) error {
	tile, ok := parseTile(r.PathValue("tile"))
	if tile.L < 0 && (!everything.Has(x.caller.Role) || x.caller.Partner != "" || x.caller.Account != "") {
		ok = false
	}
	var data []byte
	err := audit.ErrNoTile
	if ok {
		data, err = a.Proofs.Tile(tile)
	}
	if errors.Is(err, audit.ErrNoTile) {
		return problem.New(problem.NotFound, "there is no tile at %q in the newest checkpoint's tree", r.URL.Path)
	}
	if err != nil {
		return err
	}
	h := x.Header()
	h["Cache-Control"] = headerForever
	h["Content-Type"] = []string{tileType}
	if tile.L < 0 { // hashes cannot be made smaller
		h.Add("Vary", "Accept-Encoding")
		if takesGzip(r.Header["Accept-Encoding"]) {
			h["Content-Encoding"] = []string{"gzip"}
			data = gzipped(data)
		}
	}
	h["Content-Length"] = []string{strconv.Itoa(len(data))}
	x.Write(data)
	return nil
}

// takesGzip reads Accept-Encoding (RFC 9110, 12.5.3).
func takesGzip(accepted []string) bool {
	for _, word := range strings.Split(strings.Join(accepted, ","), ",") {
		coding, weight, _ := strings.Cut(word, ";")
		coding = strings.ToLower(strings.TrimSpace(coding))
		if coding != "gzip" && coding != "x-gzip" {
			continue
		}
		_, q, given := strings.Cut(weight, "=")
		n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
		return !given || err == nil && n > 0
	}
	return false
}

// gzipped compresses quickly: a tile is read once, by who keeps it.
func gzipped(data []byte) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // a level that there is
	_, _ = w.Write(data)                            // to memory
	_ = w.Close()
	return b.Bytes()
}

// parseTile reads <L>/<N>[.p/<W>] or entries/<N>[.p/<W>], with N as
// x001/x234/067.
func parseTile(path string) (tlog.Tile, bool) {
	const head = "tile/8/" // tlog's own paths name the tiles' height, and call entries data
	if entries, ok := strings.CutPrefix(path, entriesTile); ok {
		path = "data/" + entries
	} else if strings.HasPrefix(path, "data/") {
		return tlog.Tile{}, false
	}
	t, err := tlog.ParseTilePath(head + path)
	return t, err == nil
}

// proofParams are what a proof takes.
var proofParams = []param{minPosition}

// doProof proves an event that the caller may see.
func (a *API) doProof(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, ofStreams, proofParams)
	if err != nil {
		return err
	}
	none := problem.New(problem.NotFound, "there is no event at position %s", q.path("position"))
	position, err := strconv.ParseUint(q.path("position"), 10, 63)
	if err != nil || position == 0 {
		return none
	}
	if q.snap, err = a.snapshot(q); err != nil {
		return a.mended(err)
	}
	event, err := projections.EventAt(q.snap, q.Audience, position)
	q.snap.Close()
	if err != nil {
		return a.mended(err)
	}
	if event == nil {
		return none
	}
	proof, err := a.Proofs.Prove(r.Context(), position)
	if errors.Is(err, audit.ErrNoTile) {
		return problem.New(problem.Unavailable, "position %d is not signed yet", position)
	}
	if err != nil {
		return err
	}
	body, err := json.Marshal(proof)
	if err != nil {
		return err
	}
	h := x.Header()
	h["Cache-Control"] = headerPrivate
	h["Content-Type"] = []string{"application/json"}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	x.Write(body)
	return nil
}

// proofOperations describe the log's paths.
func proofOperations(registry huma.Registry) map[string]*huma.Operation {
	operation := func(id, summary, contentType string, schema *huma.Schema, statuses ...string) *huma.Operation {
		return &huma.Operation{OperationID: id, Summary: summary, Tags: []string{"events"},
			Responses: problems(append(statuses, "401", "500")...).with("200", &huma.Response{Description: http.StatusText(200),
				Content: map[string]*huma.MediaType{contentType: {Schema: schema}}})}
	}
	words := &huma.Schema{Type: huma.TypeString}
	binary := &huma.Schema{Type: huma.TypeString, Format: "binary"}
	tile := operation("get_log_tile", "A tile of the log's Merkle tree, or of its entries (C2SP tlog-tiles)", tileType, binary, "404")
	tile.Parameters = []*huma.Param{{Name: "tile", In: "path", Required: true, Schema: words,
		Description: "<L>/<N>[.p/<W>], or entries/<N>[.p/<W>]; N is as x001/x234/067. Entries are for " + roleNames(everything) + " without a scope."}}
	proof := operation("get_proof", "An inclusion proof of an event against the newest checkpoint", "application/json",
		registry.Schema(reflect.TypeFor[audit.Proof](), true, ""), "400", "403", "404", "422", "503")
	proof.Description = described(ofStreams, nil)
	proof.Parameters = []*huma.Param{{Name: "position", In: "path", Required: true, Schema: positionSchema()},
		{Name: minPosition.name, In: "query", Description: minPosition.doc, Schema: minPosition.schema()}}
	return map[string]*huma.Operation{
		checkpointPath:                          operation("get_checkpoint", "The newest signed checkpoint (C2SP tlog-checkpoint)", "text/plain", words, "503"),
		logKeyPath:                              operation("get_log_key", "The key that verifies checkpoints (vkey)", "text/plain", words),
		strings.Replace(tilePath, "...", "", 1): tile,
		proofPath:                               proof,
	}
}

// roleNames lists roles.
func roleNames(roles rule.Role) string {
	var all []string
	for _, r := range rule.Roles {
		if roles.Has(r.Role) {
			all = append(all, r.Name)
		}
	}
	return strings.Join(all, ", ")
}
