# make alone lists what there is to make.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

BUILD     := build
BINARY    := $(BUILD)/seatledger
MODULE    := github.com/seatledger/seatledger
VERSION   := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)
# The binary needs no C compiler and no C library.
GOBUILD   := CGO_ENABLED=0 go build -buildvcs=false -trimpath -ldflags '-X $(MODULE)/cmd/internal/server.version=$(VERSION)'
STATIC    := go tool -modfile=.ci/tools.mod staticcheck
# How long one package's tests may take, and one fuzz target.
TESTTIME  ?= 20m
FUZZTIME  ?= 10s
# How many tortures go on at once.
TORTURES  ?= 6
# What make demo-data makes, and where.
N         ?= 10000
YEARS     ?= 3
DATA      ?= data

.PHONY: help
help: ## list these targets
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "make %-16s %s\n", $$1, $$2}'

.PHONY: build
build: ## build the binary into build/
	@mkdir -p $(BUILD)
	$(GOBUILD) -o $(BINARY) ./cmd/seatledger

.PHONY: run
run: build ## build, and start a ledger for trying out (data in ./data)
	exec $(BINARY) serve --dev

.PHONY: test
test: setup check ## everything that must be true before a merge
	go test -buildvcs=false -race -timeout $(TESTTIME) ./...

.PHONY: setup
setup: ## install what the tests need (as root, on Debian)
	@.ci/setup

.PHONY: check
check: ## formatting, go vet, staticcheck; no tests
	@bad=$$(gofmt -l $$(git ls-files -co --exclude-standard '*.go')); \
	  [ -z "$$bad" ] || { echo "not formatted (make fmt):"; echo "$$bad"; exit 1; }
	go vet ./...
	$(STATIC) ./...

.PHONY: security
security: ## gosec, and govulncheck where its data can be reached
	@.ci/security

.PHONY: bench
bench: build ## run the benchmarks; the report is build/bench.md
	$(BINARY) bench --report $(BUILD)/bench.md

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (10s)
	@FUZZTIME=$(FUZZTIME) .ci/fuzz

.PHONY: demo-data
demo-data: build ## fill an empty data folder with N users' years: N=10000 YEARS=3 SEED=1 DATA=data
	$(BINARY) demo-data --data-dir $(DATA) --users $(N) --years $(YEARS) --seed $(or $(SEED),1)

.PHONY: torture
torture: ## kill, cut power, damage files, for MINUTES (10) from SEED on; ONLY one of its tests
	SEATLEDGER_TORTURE_MINUTES=$(or $(MINUTES),10) SEATLEDGER_TORTURE_SEED=$(or $(SEED),$(shell date +%s)) \
	  go test -buildvcs=false -timeout $$(( $(or $(MINUTES),10) + 120 ))m -parallel $(TORTURES) -count=1 -v \
	  -run '^$(or $(ONLY),TestTorture)' ./cmd/internal/e2e ./projections ./projections/audit

.PHONY: flood
flood: ## measure good callers while bad tokens flood in; for a machine that has nothing else to do
	SEATLEDGER_FLOOD_STRICT=1 go test -buildvcs=false -count=1 -v -run '^TestFloodOfBadTokens$$' ./cmd/internal/e2e

.PHONY: public-domains
public-domains: ## bring the list of public e-mail domains up to date (npm)
	go run ./.tools/publicdomains

.PHONY: fmt
fmt: ## format the code
	gofmt -w $$(git ls-files -co --exclude-standard '*.go')

.PHONY: clean
clean: ## remove what was built; data stays
	rm -rf $(BUILD)
