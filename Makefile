# make without a target lists them.
.DEFAULT_GOAL := help

LINT := go tool -modfile=tools/go.mod golangci-lint
FUZZTIME ?= 10s
SOAKTIME ?= 2m
TESTED = $$(go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...)

.PHONY: help check build fmt formatted vet cross lint workflows test race suites same partition soak fuzz linearizable examples clients guide pages benchtest bench

help: ## list the targets
	@sed -n 's/^\([a-z]*\): *## */\1\t/p' $(MAKEFILE_LIST) | expand -t 12

check: ## do what CI does
	@.ci/run

build: ## compile everything
	go build ./...

fmt: ## format the code
	$(LINT) fmt ./...

formatted: ## fail if gofmt would change a file
	@files=$$(gofmt -l .); test -z "$$files" || { echo "run make fmt on these:"; echo "$$files"; exit 1; }

vet: ## vet all modules with Go files
	go vet ./...
	go -C bench vet ./...
	go -C linearizable vet ./...
	go -C examples vet ./...
	go -C examples/clients vet ./...
	go -C record/page/browsertest vet ./...
	go -C docs/guide/code vet ./...
	go -C docs/guide/code vet -tags=fails ./...

cross: ## vet for the systems that have a file of their own
	GOOS=darwin go vet ./...
	GOOS=windows go vet ./...

lint: ## run the linters (the first run builds them: some minutes)
	$(LINT) run ./...
	go -C docs/guide/code tool -modfile=../../../tools/go.mod golangci-lint run --build-tags=fails ./...

test: ## run all tests, the suites included
	go test -count=1 -timeout=20m $(TESTED)

race: ## run all tests with the race detector, -short: on fewer seeds, and what goes wrong in one way each
	go test -count=1 -race -short -timeout=30m $(TESTED)

suites: ## run the suites on several Ginkgo processes
	go tool ginkgo -p ./suites/...

same: ## run each spec in virtual time twenty times, on one processor and on all: it has to send the same frames
	MN_SAME=20 go tool ginkgo -p --label-filter=virtual ./suites/...

partition: ## run the specs about partitions only
	go tool ginkgo -p --label-filter=partition ./suites/...

soak: ## crash, cut, pause and move nodes at random, SOAKTIME in each variant; SEED=N repeats a run
	MN_SOAK=$(SOAKTIME) go tool ginkgo $(if $(SEED),--seed=$(SEED)) ./suites/soak

fuzz: ## fuzz each decoder for FUZZTIME
	@grep -rl --include='*_test.go' '^func Fuzz' . | while read -r file; do \
		for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\).*/\1/p' "$$file"); do \
			echo "$$target in $$(dirname "$$file")"; \
			go test -run='^$$' -fuzz="^$$target\$$" -fuzztime=$(FUZZTIME) "$$(dirname "$$file")" || exit 1; \
		done; \
	done

linearizable: ## test the module that has porcupine check histories, with the race detector
	go -C linearizable test -count=1 -race -timeout=5m ./...

examples: ## run the specs of the examples; that of Redis needs redis-server
	go -C examples test -count=1 -timeout=10m ./...

clients: ## run the specs of client libraries; those of Redis and PostgreSQL need their servers
	go -C examples/clients tool ginkgo --procs=4 --timeout=10m .

pages: ## open pages of failed specs in a browser, which has to be Chromium; MN_PICTURES=folder keeps pictures
	go -C record/page/browsertest test -count=1 -timeout=5m .

guide: ## run the code of docs/guide and compare what the chapters show; UPDATE=1 writes that anew
	go -C docs/guide/code test -count=1 -timeout=5m $(if $(UPDATE),. -update,./...)

workflows: ## lint the workflows, the project's own and that of the guide
	go tool -modfile=tools/actionlint/go.mod actionlint .github/workflows/*.yml docs/guide/ci/github.yml

benchtest: ## test the benchmarks themselves
	go -C bench test -count=1 -short ./...

bench: ## compare speed with floors and peers, into docs/performance.md: 20 minutes
	go -C bench run . -o ../docs/performance.md
	go -C bench run ./growth -o ../docs/growth.svg -into ../docs/performance.md
