package api

import (
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
	"github.com/seatledger/seatledger/projections"
)

// importOperations describe imports.
func importOperations(registry huma.Registry) map[string]*huma.PathItem {
	job := jsonOf(registry.Schema(reflect.TypeFor[imports.Job](), true, ""))
	list := jsonOf(registry.Schema(reflect.TypeFor[projections.List[imports.Job]](), true, ""))
	forecast := jsonOf(registry.Schema(reflect.TypeFor[imports.Forecast](), true, ""))
	file := map[string]*huma.MediaType{csvType: {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	op := func(name, summary string, roles string, path string, content map[string]*huma.MediaType, statuses ...string) *huma.Operation {
		o := &huma.Operation{OperationID: name, Summary: summary, Description: roles, Tags: []string{"imports"},
			Responses: problems(append(statuses, "400", "401", "403", "404", "422", "500", "503")...).
				with("200", &huma.Response{Description: http.StatusText(200), Content: content})}
		for _, w := range wildcards(path) {
			o.Parameters = append(o.Parameters, &huma.Param{Name: w, In: "path", Required: true, Schema: idSchema()})
		}
		return o
	}
	view := func(o *huma.Operation) *huma.Operation {
		o.Parameters = append(o.Parameters, ifNoneMatch())
		o.Responses["200"].Headers = viewHeaders()
		o.Responses["304"] = &huma.Response{Description: "As you have it already", Headers: viewHeaders()}
		return o
	}
	add := taking(importParams, op("import_users", "Import a file of users, as a job", described(importing,
		[]string{"IMP-1", "IMP-2", "IMP-3", "IMP-4", "IMP-5", "IMP-6"}), importPath, forecast, "409", "413", "429"))
	add.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"text/csv": file[csvType]},
		Description: "CSV (RFC 4180) in UTF-8, with the columns of users.csv, in any order"}
	add.Responses["200"].Description = "dry_run: what each row would do"
	add.Responses["202"] = &huma.Response{Description: "The job; its rows are applied from now on", Content: job,
		Headers: map[string]*huma.Header{"Location": {Description: "The job's path", Schema: &huma.Schema{Type: huma.TypeString}}}}
	for _, p := range add.Parameters {
		p.Required = p.Name == "behavior" || p.In == "path"
	}
	return map[string]*huma.PathItem{
		importPath:  {Post: add},
		importsPath: {Get: view(taking(importFilters, op("get_imports", "Import jobs, newest first", described(seesImports, nil), importsPath, list)))},
		importsPath + "/{id}": {Get: view(taking([]param{minPosition}, op("get_import", "One import job, and how far it is",
			described(seesImports, nil), importsPath+"/{id}", job)))},
		importErrorsPath: {Get: view(taking([]param{minPosition}, op("get_import_errors", "The rows that failed: row, email, code, message",
			described(seesAddresses, nil), importErrorsPath, file)))},
		importCancelPath: {Post: op("cancel_import", "Cancel what is left of a job", described(importing, nil), importCancelPath, job)},
	}
}
