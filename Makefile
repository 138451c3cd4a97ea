# Everything a newcomer needs: `make run`, `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

FUNCTIONS := $(notdir $(patsubst %/main.go,%,$(wildcard functions/*/main.go)))
GOFLAGS_RELEASE := -trimpath -buildvcs=false -tags lambda.norpc -ldflags "-s -w"
NPM_STAMP := infra/tools/node_modules/.package-lock.json
GATEWAY := build/tools/versitygw
LINTERS := build/tools/staticcheck build/tools/govulncheck build/tools/benchstat
CLIENT := functions/internal/portal/static/vendor/ncalayer-client.js
LOCAL := build/local

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build $(LOCAL) ## install what is missing and serve the whole office on one local address (PORT=8080)
	@exec $(LOCAL) run

demo: build $(LOCAL) ## file a claim over HTTP from registration to notice (TRUST=DIR KEY=FILE.p12 PASSWORD=… for an NCA test key)
	@exec $(LOCAL) demo $(if $(URL),-url $(URL)) $(if $(TRUST),-trust $(TRUST)) $(if $(KEY),-key $(KEY)) $(if $(REPEAT),-repeat $(REPEAT))

invoke: build $(LOCAL) ## run one function on a recorded event: make invoke FN=register EVENT=events/register/….json
	@exec $(LOCAL) invoke $(FN) $(EVENT)

test: tools assets ## install what is missing and run every test of the main module
	@echo "Running the tests (a minute or two)…"
	@go test ./...
	@cd testdata/gen/claimpdf && go test ./...

race: tools assets ## the tests again under the race detector
	@go test -race ./...

lint: tools assets $(LINTERS) ## go vet, staticcheck, govulncheck
	@go vet ./...
	@build/tools/staticcheck ./...
	@build/tools/govulncheck ./...

build: tools assets ## build every function for this machine into build/bin
	@echo "Building the functions (the first time takes a minute)…"
	@for f in $(FUNCTIONS); do CGO_ENABLED=0 go build $(GOFLAGS_RELEASE) -o build/bin/$$f/bootstrap ./functions/$$f; done

$(LOCAL): FORCE
	@CGO_ENABLED=0 go build -trimpath -o $@ ./infra/local

tools: $(NPM_STAMP) $(GATEWAY) ## install the local engines: dynoxide (npm), versitygw (Go)

$(NPM_STAMP): infra/tools/package-lock.json
	@echo "Installing dynoxide, the CDK command and the NCALayer client (npm)…"
	@cd infra/tools && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(GATEWAY): infra/tools/go.mod
	@echo "Building versitygw, the local S3 (the first time takes about a minute)…"
	@cd infra/tools && go build -trimpath -o ../../$@ github.com/versity/versitygw/cmd/versitygw

build/tools/staticcheck: infra/tools/go.mod
	@cd infra/tools && go build -trimpath -o ../../$@ honnef.co/go/tools/cmd/staticcheck
build/tools/govulncheck: infra/tools/go.mod
	@cd infra/tools && go build -trimpath -o ../../$@ golang.org/x/vuln/cmd/govulncheck
build/tools/benchstat: infra/tools/go.mod
	@cd infra/tools && go build -trimpath -o ../../$@ golang.org/x/perf/cmd/benchstat

assets: $(CLIENT)

$(CLIENT): $(NPM_STAMP)
	@mkdir -p $(@D) && cp infra/tools/node_modules/ncalayer-js-client/ncalayer-client.js $@

clean: ## remove build outputs and the local office's state
	@rm -rf build .local

FORCE:
.PHONY: help run demo invoke test race lint build tools assets clean FORCE
