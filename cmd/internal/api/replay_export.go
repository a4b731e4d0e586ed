package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/replay"
)

const exportPath = replayHead + "/export"

// exportTypes are the content types of formats.
var exportTypes = map[string]string{
	replay.NDJSON: linesType, replay.CSV: "text/csv; charset=utf-8", replay.Parquet: "application/vnd.apache.parquet",
}

var exportParams = append([]param{
	{name: "format", sort: word, words: replay.Formats, doc: "ndjson if not given."}, fromPosition, toPosition,
}, eventFilters...)

// doExport writes the history as a file, of the log alone. What goes wrong
// behind the head breaks the answer off.
func (a *API) doExport(x *exchange, r *http.Request) error {
	q, err := newQuery(x, r, exportParams)
	if err != nil {
		return err
	}
	if a.Replay == nil {
		return problem.New(problem.Unavailable, "this node does not replay the log")
	}
	ctx, done, err := x.long(r)
	if err != nil {
		return err
	}
	defer done()
	format := q.words["format"]
	if format == "" {
		format = replay.NDJSON
	}
	x.Header().Set("Content-Type", exportTypes[format])
	x.Header().Set("Cache-Control", "no-store")
	if r.Method == http.MethodHead {
		x.WriteHeader(http.StatusOK)
		return nil
	}
	f := eventFilter(q)
	f.From, f.To = q.positions["from"], q.positions["to"]
	if _, err := a.Replay.Export(ctx, f, q.Audience, format, x); err != nil {
		if x.status == 0 {
			return err
		}
		x.breakOff("an export", err)
	}
	return nil
}

// exportOperation describes the export.
func exportOperation(op *huma.Operation) *huma.Operation {
	taking(exportParams, op)
	op.Responses["200"].Content = map[string]*huma.MediaType{}
	for _, t := range exportTypes {
		op.Responses["200"].Content[t] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString}}
	}
	return op
}
