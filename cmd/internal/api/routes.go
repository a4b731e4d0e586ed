package api

import (
	"fmt"
	"net/http"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/seatledger/seatledger/cmd/internal/backup"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// maxScrapes is how many may read the metrics at a time.
const maxScrapes = 4

// Paths of the node itself.
const (
	readyPath   = "/readyz"
	frontPath   = "/{$}"
	metricsPath = "/metrics"
)

// commandPath takes every command.
const commandPath = "/v1/commands/{name}"

// routes fills the mux. A path that is in no table is not found.
func (a *API) routes() (errs []error) {
	a.handle(http.MethodPost, commandPath, a.doCommand)
	for i := range views {
		a.handle(http.MethodGet, views[i].path, a.doQuery(&views[i]))
	}
	for pattern, answers := range a.paths {
		a.asked.Handle(pattern, methods{routeName(pattern), answers})
	}
	a.asked.Handle("/", methods{route: "none", answers: map[string]way{"": {do: nowhere}}})
	a.handle(http.MethodGet, streamPath, a.doStream)
	a.handle(http.MethodGet, checkpointPath, a.doCheckpoint)
	a.handle(http.MethodGet, logKeyPath, a.doLogKey)
	a.handle(http.MethodGet, tilePath, a.doTile)
	a.handle(http.MethodGet, entriesPath, a.doEntries)
	a.handle(http.MethodGet, proofPath, a.doProof)
	a.handle(http.MethodGet, exportPath, a.doExport)
	a.handle(http.MethodGet, verifyPath, a.doVerify)
	a.handle(http.MethodPost, rebuildPath, a.doRebuild)
	a.handle(http.MethodPost, importPath, a.doImport)
	a.handle(http.MethodGet, importsPath, a.doImports)
	a.handle(http.MethodGet, importsPath+"/{id}", a.doImportJob)
	a.handle(http.MethodGet, importErrorsPath, a.doImportErrors)
	a.handle(http.MethodPost, importCancelPath, a.doImportCancel)
	a.handle(http.MethodGet, tokensPath, a.doListTokens)
	a.handle(http.MethodPost, tokensPath, a.doMakeToken)
	a.handle(http.MethodDelete, tokenPath, a.doRevokeToken)
	a.handle(http.MethodGet, consumersPath, a.doListConsumers)
	a.handle(http.MethodPost, consumersPath, a.doMakeConsumer)
	a.handle(http.MethodGet, consumerPath, a.doShowConsumer)
	a.handle(http.MethodDelete, consumerPath, a.doDeleteConsumer)
	a.handle(http.MethodGet, attemptsPath, a.doAttempts)
	a.handle(http.MethodGet, operationsPath, a.doOperations)
	a.handle(http.MethodGet, backup.FramesPath, a.doFrames)
	a.handle(http.MethodGet, backup.KeysPath, a.doKeys)
	a.handle(http.MethodPost, backup.RotatePath, a.doRotate)
	a.handle(http.MethodGet, frontPath, front)
	a.handle(http.MethodGet, openPath, alive)
	a.handle(http.MethodGet, readyPath, a.ready)
	a.handle(http.MethodGet, metricsPath, a.metrics())
	schemas, err := schemaDocuments()
	errs = append(errs, err)
	a.handle(http.MethodGet, schemaPath, static(schemas))
	document, err := a.document()
	errs = append(errs, err)
	a.handle(http.MethodGet, documentPath, one(document))
	a.mux.Handle("/", methods{route: "none", answers: map[string]way{"": {do: nowhere}}})
	return append(errs, a.unlisted...)
}

// handle lets a path be asked with a method, besides those it has already, by
// who is permitted to.
func (a *API) handle(verb, pattern string, do answer) {
	who, err := permitOf(verb, pattern)
	if err != nil {
		a.unlisted = append(a.unlisted, err)
	}
	known := a.paths[pattern]
	if known == nil {
		known = map[string]way{}
		a.paths[pattern] = known
		a.mux.Handle(pattern, methods{routeName(pattern), known})
	}
	known[verb] = way{who, do}
}

// routeName is a pattern as the metrics show it.
func routeName(pattern string) string {
	if pattern == frontPath {
		return "/"
	}
	return pattern
}

// nowhere answers for a path that is not ours.
func nowhere(_ *exchange, r *http.Request) error {
	return problem.New(problem.NotFound, "there is nothing at %q; see %s", r.URL.Path, documentPath)
}

// front tells a person who comes by where they are.
func front(x *exchange, _ *http.Request) error {
	return x.text("text/plain; charset=utf-8", fmt.Sprintf(
		"seatledger %s: an event-sourced ledger of licences.\nThe HTTP API is under /v1; %s describes it (OpenAPI 3.1).\n",
		x.api.Version, documentPath))
}

func alive(x *exchange, _ *http.Request) error { return x.json(map[string]string{"status": "alive"}) }

// ready answers 200 once the log is reachable and the views have caught up.
func (a *API) ready(x *exchange, _ *http.Request) error {
	if err := a.Ready(); err != nil {
		return problem.New(problem.Unavailable, "not ready: %v", err)
	}
	return x.json(map[string]string{"status": "ready"})
}

func (a *API) metrics() answer {
	show := promhttp.HandlerFor(a.Metrics, promhttp.HandlerOpts{MaxRequestsInFlight: maxScrapes})
	return func(x *exchange, r *http.Request) error {
		if err := x.permitted(); err != nil && !a.public(r.URL.Path) {
			return err
		}
		show.ServeHTTP(x, r)
		return nil
	}
}
