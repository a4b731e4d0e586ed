package api

import (
	"encoding/json"
	"maps"
	"net/http"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

const (
	documentPath   = "/openapi.json"
	openAPIVersion = "3.1.0"
	schemaRefs     = "#/components/schemas/"
	bearer         = "bearer"
	jsonType       = "application/json"
)

const about = `Commands go in, facts are recorded, views come out.

A command is decided on the ledger's newest state, and what it comes to is durable before the answer.
Its answer's position is a consistency token: a query with min_position shows it, on any node.
Errors are problem details (RFC 9457); their code is for machines.`

// document makes the OpenAPI document of the tables.
func (a *API) document() (document, error) {
	registry := huma.NewMapRegistry(schemaRefs, schemaName)
	aliases(registry)
	for i := range aggregates.Commands {
		registry.Schema(reflect.TypeOf(aggregates.Commands[i].New()), true, "")
	}
	asked := maps.Clone(registry.Map())
	doc := &huma.OpenAPI{
		OpenAPI:    openAPIVersion,
		Info:       &huma.Info{Title: "seatledger", Version: a.Version, Description: about},
		Servers:    []*huma.Server{{URL: "/", Description: "The ledger that served this document"}},
		Paths:      map[string]*huma.PathItem{},
		Components: components(registry),
		Security:   []map[string][]string{{bearer: {}}},
		Tags: []*huma.Tag{
			{Name: "commands", Description: "What can be asked of the ledger"},
			{Name: "views", Description: "What the ledger knows"},
			{Name: "events", Description: "What has happened"},
			{Name: "imports", Description: "Users from files, and to files"},
			{Name: "operations", Description: "How the ledger is"},
		},
	}
	for i := range aggregates.Commands {
		s := &aggregates.Commands[i]
		doc.Paths["/v1/commands/"+s.Name] = &huma.PathItem{Post: commandOperation(s, registry)}
	}
	for i := range views {
		doc.Paths[views[i].path] = &huma.PathItem{Get: viewOperation(&views[i], registry)}
	}
	for _, more := range []map[string]*huma.Operation{otherOperations(registry), proofOperations(registry), trailOperations(registry), backupOperations()} {
		for path, op := range more {
			doc.Paths[path] = &huma.PathItem{Get: op}
		}
	}
	maps.Copy(doc.Paths, importOperations(registry))
	maps.Copy(doc.Paths, tokenOperations(registry))
	maps.Copy(doc.Paths, consumerOperations(registry))
	for _, path := range []string{rebuildPath, backup.RotatePath} {
		doc.Paths[path] = &huma.PathItem{Post: doc.Paths[path].Get}
	}
	anywhere(doc.Paths)
	// What is asked is read strictly; an answer may say more one day.
	for name, s := range registry.Map() {
		if asked[name] == nil {
			s.AdditionalProperties = nil
		}
	}
	b, err := json.Marshal(doc)
	return newDocument("application/json", b), err
}

// anywhere adds what can be answered wherever a token is asked for.
func anywhere(paths map[string]*huma.PathItem) {
	for path, item := range paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Delete} {
			if op != nil && path != openPath {
				maps.Copy(op.Responses, problems("401", "403", "429", "500", "503"))
			}
		}
	}
}

// commandOperation describes one command.
func commandOperation(s *aggregates.Spec, registry huma.Registry) *huma.Operation {
	body := registry.Schema(reflect.TypeOf(s.New()), true, s.Name)
	answer := registry.Schema(reflect.TypeFor[writer.Answer](), true, "")
	op := &huma.Operation{
		OperationID: s.Name,
		Summary:     s.Doc,
		Description: described(s.Roles, s.Rules),
		Tags:        []string{"commands"},
		Parameters:  commandParameters(),
		RequestBody: &huma.RequestBody{Required: true, Content: jsonOf(body)},
		Responses: problems("400", "401", "403", "404", "409", "412", "413", "422", "429", "500", "503").
			with("200", &huma.Response{Description: "It is done, or nothing had to be done",
				Content: jsonOf(answer), Headers: map[string]*huma.Header{
					"Idempotency-Replayed": {Description: "true: the original answer to this Idempotency-Key",
						Schema: &huma.Schema{Type: huma.TypeString, Enum: []any{"true"}}}}}),
	}
	return op
}

// viewOperation describes one view.
func viewOperation(v *view, registry huma.Registry) *huma.Operation {
	op := &huma.Operation{
		OperationID: "get_" + strings.NewReplacer("/v1/", "", "/", "_", "{", "", "}", "", "-", "_").Replace(v.path),
		Summary:     v.doc,
		Description: described(v.roles, nil),
		Tags:        []string{"views"},
		Responses:   problems("400", "401", "403", "404", "422", "429", "500", "503"),
	}
	for _, name := range wildcards(v.path) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: idSchema()})
	}
	for _, p := range v.parameters() {
		op.Parameters = append(op.Parameters, &huma.Param{Name: p.name, In: "query", Required: p.required, Description: p.doc, Schema: p.schema()})
	}
	op.Parameters = append(op.Parameters, acceptLanguage(), ifNoneMatch())
	responses(op.Responses).with("200", &huma.Response{Description: "The view", Content: map[string]*huma.MediaType{v.contentType(): {Schema: v.schema(registry)}}, Headers: viewHeaders()}).
		with("304", &huma.Response{Description: "As you have it already", Headers: viewHeaders()})
	return op
}

// described says who may, and which rules are obeyed.
func described(roles rule.Role, rules []string) string {
	s := "Roles: " + roleNames(roles) + "."
	if len(rules) > 0 {
		s += " Rules: " + strings.Join(rules, ", ") + "."
	}
	return s
}

// responses is an operation's table of answers.
type responses map[string]*huma.Response

func (r responses) with(status string, answer *huma.Response) responses { r[status] = answer; return r }

// problems refers to the problems with these statuses.
func problems(statuses ...string) responses {
	r := responses{}
	for _, s := range statuses {
		r[s] = &huma.Response{Ref: "#/components/responses/problem" + s}
	}
	return r
}

// components holds what operations share; problems by status, with the codes
// that can come with it.
func components(registry huma.Registry) *huma.Components {
	c := &huma.Components{
		Schemas:   registry,
		Responses: map[string]*huma.Response{},
		SecuritySchemes: map[string]*huma.SecurityScheme{bearer: {Type: "http", Scheme: "bearer",
			Description: "A token of the ledger. Under --dev none is needed: Seatledger-Role, -Scope and -Actor play a role."}},
	}
	shape := registry.Schema(reflect.TypeFor[problem.Problem](), true, "")
	for _, k := range problem.Kinds {
		r := c.Responses["problem"+strconv.Itoa(k.Status)]
		if r == nil {
			r = &huma.Response{Description: http.StatusText(k.Status) + ":",
				Content: map[string]*huma.MediaType{problem.ContentType: {Schema: shape}}}
			c.Responses["problem"+strconv.Itoa(k.Status)] = r
		}
		r.Description += " " + string(k.Code)
		if k.RetryAfterSeconds > 0 {
			r.Headers = map[string]*huma.Header{"Retry-After": {Description: "Seconds",
				Schema: &huma.Schema{Type: huma.TypeInteger}}}
		}
	}
	return c
}

func jsonOf(s *huma.Schema) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{jsonType: {Schema: s}}
}

// wildcards are the names in braces of a path.
func wildcards(path string) (names []string) {
	for part := range strings.SplitSeq(path, "/") {
		if strings.HasPrefix(part, "{") {
			names = append(names, strings.Trim(part, "{}"))
		}
	}
	return names
}
