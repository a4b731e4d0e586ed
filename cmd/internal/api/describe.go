package api

import (
	"net/http"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/replay"
)

// schemaName names a component after its type. What views and the API show has
// plain names; a command's form says so, and types from deeper down carry their
// package's name.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch pkg := path.Base(t.PkgPath()); {
	case t == reflect.TypeFor[writer.Answer]():
		return "CommandAnswer"
	case isCommand(t):
		return name + "Command"
	case strings.Contains(t.PkgPath(), "/aggregates") || pkg == "events":
		return strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	return name
}

func (p *param) schema() *huma.Schema {
	switch p.sort {
	case id:
		return idSchema()
	case position:
		return positionSchema()
	case moment:
		return &huma.Schema{Type: huma.TypeString, Format: "date-time"}
	case asOf:
		return &huma.Schema{OneOf: []*huma.Schema{positionSchema(), {Type: huma.TypeString, Format: "date-time"}}}
	case count:
		low, high := 1.0, float64(MaxLimit)
		return &huma.Schema{Type: huma.TypeInteger, Minimum: &low, Maximum: &high, Default: DefaultLimit}
	case word:
		s := &huma.Schema{Type: huma.TypeString}
		for _, w := range p.words {
			s.Enum = append(s.Enum, w)
		}
		return s
	}
	most := maxFilterBytes
	return &huma.Schema{Type: huma.TypeString, MaxLength: &most}
}

func idSchema() *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Pattern: "^[A-Za-z0-9_-]{1,64}$"}
}

func positionSchema() *huma.Schema {
	low := 0.0
	return &huma.Schema{Type: huma.TypeInteger, Format: "int64", Minimum: &low}
}

func visible(maxLength int) *huma.Schema {
	least := 1
	return &huma.Schema{Type: huma.TypeString, MinLength: &least, MaxLength: &maxLength, Pattern: "^[!-~]+$"}
}

// commandParameters are what every command takes beside its body.
func commandParameters() []*huma.Param {
	return []*huma.Param{
		{Name: "dry_run", In: "query", Schema: &huma.Schema{Type: huma.TypeBoolean, Default: false},
			Description: "Decides and answers with the events that would be recorded, and records nothing."},
		{Name: "expected_position", In: "query", Schema: positionSchema(),
			Description: "Refused with 412 if an aggregate that the command names has a later event."},
		{Name: IdempotencyKeyHeader, In: "header", Schema: visible(MaxKeyBytes),
			Description: "The same key with the same body is done once, and answered alike at any later time."},
		{Name: CorrelationHeader, In: "header", Schema: visible(MaxTraceIDBytes),
			Description: "Recorded with the events; the command's id unless given."},
		{Name: CausationHeader, In: "header", Schema: visible(MaxTraceIDBytes),
			Description: "Recorded with the events: what caused the command."},
		{Name: "traceparent", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
			Description: "W3C trace context; recorded with the events."},
	}
}

func acceptLanguage() *huma.Param {
	return &huma.Param{Name: "Accept-Language", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
		Description: "Messages to people are in English, Italian or German."}
}

func ifNoneMatch() *huma.Param {
	return &huma.Param{Name: "If-None-Match", In: "header", Schema: &huma.Schema{Type: huma.TypeString},
		Description: "The ETag of what you have; answered with 304 if it still holds."}
}

func viewHeaders() map[string]*huma.Header {
	return map[string]*huma.Header{
		PositionHeader:     {Description: "The position that the view stands at", Schema: positionSchema()},
		"ETag":             {Description: "A strong validator", Schema: &huma.Schema{Type: huma.TypeString}},
		"Content-Language": {Description: "The language of its messages", Schema: &huma.Schema{Type: huma.TypeString}},
	}
}

// otherOperations are the paths that are neither commands nor views.
func otherOperations(registry huma.Registry) map[string]*huma.Operation {
	text := func(contentType string) map[string]*huma.MediaType {
		return map[string]*huma.MediaType{contentType: {Schema: &huma.Schema{Type: huma.TypeString}}}
	}
	object := jsonOf(&huma.Schema{Type: huma.TypeObject})
	operation := func(name, summary, tag string, content map[string]*huma.MediaType, statuses ...string) *huma.Operation {
		return &huma.Operation{OperationID: name, Summary: summary, Tags: []string{tag},
			Responses: problems(statuses...).with("200", &huma.Response{Description: http.StatusText(200), Content: content})}
	}
	schema := operation("get_schema", "The JSON schema of an event's recorded payload", "events",
		map[string]*huma.MediaType{schemaType: {Schema: &huma.Schema{Type: huma.TypeObject}}}, "401", "404", "500")
	schema.Parameters = []*huma.Param{{Name: "name", In: "path", Required: true,
		Schema: &huma.Schema{Type: huma.TypeString}, Description: "Type and version, as OrderAssigned.v1"}}
	live := operation("healthz", "Answers while the process lives", "operations", object, "500")
	live.Security = []map[string][]string{{}}
	lines := map[string]*huma.MediaType{linesType: {Schema: registry.Schema(reflect.TypeFor[replay.Line](), true, "")}}
	return map[string]*huma.Operation{
		verifyPath: taking([]param{checkpointParam}, operation("verify", "Compares all that was made of the log with it; one JSON object a line, the last is the verdict",
			"operations", lines, "400", "401", "403", "422", "500", "503")),
		exportPath: exportOperation(operation("export", "The history as a file, each event with its position and leaf hash",
			"events", lines, "400", "401", "403", "422", "500", "503")),
		rebuildPath: taking([]param{viewParam()}, operation("rebuild", "Makes all views again beside the live ones, and swaps them in; one JSON object a line",
			"operations", lines, "400", "401", "403", "422", "500", "503")),
		streamPath:   streamOperation(registry),
		schemaPath:   schema,
		documentPath: operation("openapi", "This document", "operations", object, "401", "500"),
		"/":          operation("front", "Says what this is", "operations", text("text/plain"), "401", "500"),
		openPath:     live,
		readyPath:    operation("readyz", "Answers 200 once views and log are at hand", "operations", object, "401", "500", "503"),
		metricsPath:  operation("metrics", "Figures for Prometheus", "operations", text("text/plain"), "401", "403", "500"),
	}
}

// taking adds the parameters of an operation that is no view.
func taking(params []param, op *huma.Operation) *huma.Operation {
	for _, p := range params {
		op.Parameters = append(op.Parameters, &huma.Param{Name: p.name, In: "query", Description: p.doc, Schema: p.schema()})
	}
	return op
}
