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
# What make demo-data makes, and where.
N         ?= 10000
YEARS     ?= 3
SEED      ?= 1
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

.PHONY: bench
bench: build ## run the benchmarks; the report is build/bench.md
	$(BINARY) bench --report $(BUILD)/bench.md

.PHONY: fuzz
fuzz: ## run every fuzz target for FUZZTIME (10s)
	@FUZZTIME=$(FUZZTIME) .ci/fuzz

.PHONY: demo-data
demo-data: build ## fill an empty data folder with N users' years: N=10000 YEARS=3 SEED=1 DATA=data
	$(BINARY) demo-data --data-dir $(DATA) --users $(N) --years $(YEARS) --seed $(SEED)

.PHONY: torture
torture: ## flip bits in a ledger's files, round after round (ROUNDS=200, SEED)
	SEATLEDGER_TORTURE_ROUNDS=$(or $(ROUNDS),200) SEATLEDGER_TORTURE_SEED=$(or $(SEED),$(shell date +%s)) \
	  go test -buildvcs=false -timeout 2h -count=1 -v -run TestFlippedBits ./cmd/internal/e2e

.PHONY: public-domains
public-domains: ## bring the list of public e-mail domains up to date (npm)
	go run ./.tools/publicdomains

.PHONY: fmt
fmt: ## format the code
	gofmt -w $$(git ls-files -co --exclude-standard '*.go')

.PHONY: clean
clean: ## remove what was built; data stays
	rm -rf $(BUILD)
