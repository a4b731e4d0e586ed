package api

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/events"
)

// described is the served document, and a compiler that knows it.
func (s *server) described() (map[string]any, *jsonschema.Compiler) {
	s.t.Helper()
	_, r := s.get(documentPath)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(r.body))
	if err != nil {
		s.t.Fatal(err)
	}
	// Answers may say more one day, but today's are described to the last field.
	for name, schema := range doc.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any) {
		object := schema.(map[string]any)
		if object["additionalProperties"] != false && strings.HasSuffix(name, "Command") {
			s.t.Errorf("%s is not read strictly", name)
		}
		object["additionalProperties"] = false
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	c.AssertFormat()
	if err := c.AddResource("mem:doc", doc); err != nil {
		s.t.Fatal(err)
	}
	return doc.(map[string]any), c
}

func pointer(path ...string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D")
	for i := range path {
		path[i] = escape.Replace(path[i])
	}
	return "mem:doc#/" + strings.Join(path, "/")
}

// TestDocumentIsOpenAPI holds the document against the schema of OpenAPI 3.1.
func TestDocumentIsOpenAPI(t *testing.T) {
	s := newLedger(t)
	doc, c := s.described()
	b, err := os.ReadFile("testdata/openapi-3.1.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	meta, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	c.AddResource("mem:openapi", meta)
	schema := c.MustCompile("mem:openapi")
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%#v", err)
	}
	delete(doc, "info")
	if schema.Validate(doc) == nil {
		t.Error("the schema accepts everything")
	}
	components := doc["components"].(map[string]any)["schemas"].(map[string]any)
	for name := range components {
		if _, err := c.Compile(pointer("components", "schemas", name)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestDocumentIsComplete: every command and every route is in it, nothing else
// is, and no name stands for two operations.
func TestDocumentIsComplete(t *testing.T) {
	s := newLedger(t)
	doc, _ := s.described()
	want := []string{streamPath, schemaPath, documentPath, openPath, "/", "/readyz", "/metrics",
		verifyPath, rebuildPath, exportPath, tokensPath, tokenPath, consumersPath, consumerPath, attemptsPath, operationsPath}
	for i := range views {
		want = append(want, views[i].path)
	}
	want = append(want, importPath, importsPath, importsPath+"/{id}", importErrorsPath, importCancelPath)
	want = append(want, checkpointPath, logKeyPath, "/log/tile/{tile}", proofPath, backup.FramesPath, backup.KeysPath, backup.RotatePath)
	for i := range aggregates.Commands {
		want = append(want, "/v1/commands/"+aggregates.Commands[i].Name)
	}
	var got []string
	seen := map[string]bool{}
	for path, item := range doc["paths"].(map[string]any) {
		got = append(got, path)
		for _, op := range item.(map[string]any) {
			o := op.(map[string]any)
			if id := o["operationId"].(string); seen[id] {
				t.Errorf("%s stands twice", id)
			} else {
				seen[id] = true
			}
			for _, status := range []string{"401", "403", "429", "500", "503"} { // any request with a token
				if o["summary"] == nil || o["responses"].(map[string]any)[status] == nil && path != openPath {
					t.Errorf("%s: %s: %v", path, status, o)
				}
			}
		}
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("described %v\nserved    %v", got, want)
	}
}

// TestAnswersAreAsDescribed asks every view and some commands, and holds what
// comes against the document's schemas.
func TestAnswersAreAsDescribed(t *testing.T) {
	s := newLedger(t)
	s.story()
	_, c := s.described()
	check := func(body []byte, path ...string) {
		t.Helper()
		schema, err := c.Compile(pointer(path...))
		if err != nil {
			t.Fatal(err)
		}
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
		if err == nil {
			err = schema.Validate(v)
		}
		if err != nil {
			t.Errorf("%v: %v\n%s", path, err, body)
		}
	}
	for _, who := range []string{"admin", "operator"} {
		for _, row := range matrix {
			if i := slices.IndexFunc(views, func(v view) bool { return v.path == patternOf(row.path) }); views[i].content != "" {
				r := s.send("GET", row.path, "", callers[who]...)
				if got := r.Header.Get("Content-Type"); r.StatusCode == 200 && (got != views[i].content || len(r.body) == 0) {
					t.Errorf("%s is %s", row.path, got)
				}
				continue // its type is in the document, and no schema
			}
			_, r := s.get(row.path, callers[who]...)
			check(r.body, "paths", patternOf(row.path), "get", "responses", "200", "content", "application/json", "schema")
		}
	}
	r := s.post("EnableMiCCIntegration", `{"account_id":"contoso"}`)
	check(r.body, "paths", "/v1/commands/EnableMiCCIntegration", "post", "responses", "200", "content", "application/json", "schema")
	r = s.post("PlaceOrder", `{"partner_id":"a b","lines":[]}`)
	check(r.body, "components", "responses", "problem422", "content", problem.ContentType, "schema")

	body := func(b string) error {
		schema := c.MustCompile(pointer("paths", "/v1/commands/PlaceOrder", "post", "requestBody", "content", "application/json", "schema"))
		v, _ := jsonschema.UnmarshalJSON(strings.NewReader(b))
		return schema.Validate(v)
	}
	if err := body(goodOrder); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{`{}`, `{"partner_id":"acme","lines":[{"product":"p","quantity":1.5}]}`, `{"partner_id":"acme","lines":[],"colour":1}`} {
		if body(bad) == nil {
			t.Errorf("%s is accepted", bad)
		}
	}
}

// TestEventsAreAsTheirSchemas holds every recorded payload of a story against
// the schema of its type and version.
func TestEventsAreAsTheirSchemas(t *testing.T) {
	s := newLedger(t)
	s.story()
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	for _, k := range events.Kinds.Kinds() {
		for i := range k.Versions {
			name := k.SchemaName(i + 1)
			v, r := s.get("/v1/schemas/" + name)
			if v["$id"] != "urn:seatledger:schema:"+name || r.Header.Get("Content-Type") != schemaType {
				t.Errorf("%s: %s", name, r.body)
			}
			doc, _ := jsonschema.UnmarshalJSON(bytes.NewReader(r.body))
			c.AddResource("urn:seatledger:schema:"+name, doc)
			if _, err := c.Compile("urn:seatledger:schema:" + name); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	// The operator reads persons as they are recorded: sealed.
	list, _ := s.get("/v1/events?limit=1000", as("operator", "")...)
	items := list["items"].([]any)
	for _, item := range items {
		e := item.(map[string]any)
		schema := c.MustCompile(fmt.Sprintf("urn:seatledger:schema:%s.v%v", e["type"], e["version"]))
		if err := schema.Validate(e["data"]); err != nil {
			t.Errorf("%v: %v", e["data"], err)
		}
		if schema.Validate(map[string]any{"unknown": 1}) == nil {
			t.Errorf("the schema of %s accepts everything", e["type"])
		}
	}
	if len(items) < 20 {
		t.Errorf("only %d events", len(items))
	}
	s.send("GET", "/v1/schemas/OrderPlaced.v99", "").fails(t, 404, problem.NotFound, "")
}
