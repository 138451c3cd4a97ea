# Everything a newcomer needs: `make run`, `make test`. `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

RELEASE := -trimpath -buildvcs=false -tags lambda.norpc -ldflags "-s -w"
NPM := infra/tools/node_modules/.package-lock.json
ASSETS := functions/internal/portal/static/vendor/ncalayer-client.js
VERIFIER := functions/internal/verifier/static/vendor/eds.wasm.gz
WASM := GOOS=js GOARCH=wasm go build -trimpath -buildvcs=false -ldflags "-s -w"
CDK := infra/tools/node_modules/.bin/cdk --no-notices
TIME ?= 10s
PKITS := build/pkits/cryptography_vectors-45.0.7-py2.py3-none-any.whl
PKITS_SHA256 := b05f4529ce874caf45ce12ad349eac0a2ea57f74d44997aef4d8c3dbc3d5621d
export CDK_DISABLE_TELEMETRY := 1

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## serve the whole office on one local address (PORT=8080; TRUST=DIR KEY=FILE.p12 PASSWORD=… to sign with an NCA test key)
	@exec build/local run $(if $(TRUST),-trust $(TRUST)) $(if $(KEY),-key $(KEY))

demo: build ## file a claim over HTTP, from registration to notice (URL=… for an office that runs elsewhere; TRUST, KEY, PASSWORD as above)
	@exec build/local demo $(if $(URL),-url $(URL)) $(if $(TRUST),-trust $(TRUST)) $(if $(KEY),-key $(KEY)) $(if $(REPEAT),-repeat $(REPEAT))

announcement: build ## tell ACCOUNTS (500) people of a new agreement version while the function is killed at random, EVERY (100ms) on average
	@exec build/local announcement -accounts $(or $(ACCOUNTS),500) -every $(or $(EVERY),100ms) -rate $(or $(RATE),200) -kills 5

history: build ## what a seal costs on an empty office and on one with FILINGS (100000) in its tables
	@exec build/local history -filings $(or $(FILINGS),100000)

notices: build ## seal FILINGS (30) while relay and notify are killed at random and the mail service refuses 10 messages
	@exec build/local notices -filings $(or $(FILINGS),30)

grants: build ## walk the demo and fail for what a function called that its row does not grant
	@exec build/local grants

night: ## what a deadline night asks of tables, keys, functions, routes and quotas, and what there is
	@go run ./infra/night/cmd/night

surge: build ## play a deadline night on an office of HELD=20000 filings and reconcile the stores (RATE=N a second for SECONDS=20; FAULTS=on kills and disturbs)
	@exec build/local surge -held $(or $(HELD),20000) $(if $(RATE),-rate $(RATE)) $(if $(filter command line,$(origin SECONDS)),-seconds $(SECONDS)) $(if $(filter on,$(FAULTS)),-faults)

kills: build ## kill KILLS (1000) processes of the office with SIGKILL while filings are sealed, and reconcile the stores
	@exec build/local surge -kills $(or $(KILLS),1000) -every 100ms

cost: ## what a month and a million filings cost by AWS's list prices
	@go run ./infra/cost/cmd/cost

invoke: build ## run one function on a recorded event: make invoke FN=sign-in EVENT=events/sign-in/session.json
	@exec build/local invoke $(FN) $(EVENT)

test: tools assets build/tools/gotestsum ## install what is missing and run every test of the main module
	@echo "Running the tests (two minutes the first time)…"
	@build/tools/gotestsum --format pkgname --hide-summary skipped -- ./...
	@go -C testdata/gen/claimpdf test ./...

race: tools assets build/tools/gotestsum ## the same tests under the race detector
	@build/tools/gotestsum --format pkgname --hide-summary skipped -- -race ./...

lint: assets build/tools/staticcheck build/tools/govulncheck ## go vet, staticcheck, govulncheck, gofmt, the types of the pages' scripts, go.mod of every module
	@unformatted=$$(git ls-files '*.go' | xargs gofmt -l); [ -z "$$unformatted" ] || { echo "gofmt: $$unformatted"; exit 1; }
	@go vet ./... && go -C infra/cdk vet ./...
	@GOARCH=arm64 go vet ./shared/gost/...
	@git ls-files '*go.mod' | xargs -n 1 dirname | while read -r module; do go -C "$$module" mod tidy -diff || { echo "$$module/go.mod is not tidy"; exit 1; }; done
	@build/tools/staticcheck ./...
	@infra/tools/node_modules/.bin/tsc -p infra/tools/tsconfig.json
	@.ci/vulncheck

# Where the time ends while a worker is between two inputs, Go calls that a failure without an input:
# such a target is run once more.
fuzz: assets ## run every fuzz target for TIME (10s)
	@go list -f '{{$$p := .}}{{range .XTestGoFiles}}{{$$p.Dir}}/{{.}} {{$$p.ImportPath}}{{"\n"}}{{end}}{{range .TestGoFiles}}{{$$p.Dir}}/{{.}} {{$$p.ImportPath}}{{"\n"}}{{end}}' ./shared/... | while read -r file pkg; do \
		sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$file" | while read -r target; do \
			echo "$$pkg $$target"; for try in again last; do \
			said=$$(go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(TIME) -fuzzminimizetime 1x "$$pkg" </dev/null 2>&1) && break; \
			[ $$try = again ] && grep -q '^ *context deadline exceeded' <<<"$$said" || { echo "$$said"; exit 1; }; done; tail -n 1 <<<"$$said"; done; done

bench: ## benchmarks of the primitives and of signature verification, into build/bench.txt
	@mkdir -p build && go test -run '^$$' -bench . -benchmem ./shared/gost/... ./shared/eds/... | tee build/bench.txt

bench-eds: ## the same against OpenSSL's GOST engine and goxmldsig, with the ratios (installs the engine from Debian)
	@shared/gost/bench/run.sh
	@go -C shared/eds/xmldsig/bench test -run Ratio -v . | grep -v '^='
	@go test -run '^$$' -bench 'Parse1MB' -benchmem ./shared/eds/cms | grep ^Benchmark

pkits: ## NIST's suite of certification paths, from PyPI's cryptography_vectors (without CI set, skipped where that is out of reach)
	@[ -e $(PKITS) ] || python3 -m pip download -q --disable-pip-version-check --no-deps --only-binary :all: -d build/pkits cryptography_vectors==45.0.7 \
		|| { [ -z "$${CI:-}" ] && echo "Skipped: cryptography_vectors cannot be had." && exit 0; exit 1; }; \
	[ ! -e $(PKITS) ] || { echo "$(PKITS_SHA256)  $(PKITS)" | sha256sum --check --status && \
		CRYPTOGRAPHY_VECTORS=$(CURDIR)/$(PKITS) go test -count 1 -run 'TestPKITS|TestForeignOCSP' -v ./shared/eds | grep -E '^ *(pkits_test.go:.*subtests|--- FAIL|FAIL|ok)'; }

portable: ## the primitives without assembly, and on arm64 under qemu (qemu-user-static)
	@go test -tags purego ./shared/gost/...
	@GOARCH=arm64 CGO_ENABLED=0 go test -exec qemu-aarch64-static ./shared/gost/... ./shared/eds/...

crosscheck: ## our signatures and canonical XML against OpenSSL's GOST engine, libxml2 and xmlsec1
	@shared/gost/bench/crosscheck.sh
	@shared/eds/xmldsig/crosscheck.sh

# Without cgo, and with the AWS modules at one version, what a tool and a function share is compiled once.
build build/tools/%: export CGO_ENABLED := 0

build: tools assets ## build the functions and the local host for this machine
	@[ -e build/local ] || echo "Building the functions (a minute or two the first time)…"
	@go build $(RELEASE) -o build/bin/ ./functions/...
	@go build -trimpath -ldflags "-s -w" -o build/local ./infra/local

zip: assets ## package the functions as they are deployed, into build/zip (TRUST=DIR of production's anchors and lists)
	@go run ./infra/stack zip $(if $(TRUST),-trust $(TRUST))

size: zip ## print the packages and the start times; fail above 6 MB or 25 ms
	@.ci/size

synth: tools zip ## write the CloudFormation templates to build/cdk.out and test the stacks
	@echo "Building the CDK app (a minute the first time)…"
	@REQUIRE_NODE=1 JSII_DEPRECATED=quiet JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION=20 go -C infra/cdk test ./...
	@$(CDK) synth --quiet && ls build/cdk.out/*.template.json

preflight: ## what the account of your AWS credentials lacks for a deployment: ARGS as for deploy
	@go run ./infra/preflight $(ARGS)

deploy: tools zip ## deploy the stacks to your AWS account: TRUST=DIR ARGS="-c stage=production -c mailFrom=… -c portalUrl=https://…" (PREFLIGHT=off skips it)
	@[ "$(PREFLIGHT)" = off ] || go run ./infra/preflight $(ARGS)
	@$(CDK) deploy --all $(if $(APPROVAL),--require-approval $(APPROVAL)) $(ARGS)

rotate-root: tools zip ## make the next root of the signing keys and deploy it: ARGS as for deploy (build/local rotate-root on this machine)
	@go run ./infra/rotate
	@$(CDK) deploy --all $(if $(APPROVAL),--require-approval $(APPROVAL)) $(ARGS)

teardown: tools zip ## delete a trial's stacks with all that is in them: ARGS as for deploy
	@go run ./infra/teardown $(ARGS)
	@$(CDK) destroy --all --force $(ARGS)

localstack: build ## data stack on LocalStack, the functions in the local host on it, the demo (AWS_ENDPOINT_URL for one that runs)
	@go run ./infra/stack localstack

integration: build ## both stacks deployed to a LocalStack-compatible endpoint, the demo through the deployed API
	@go run ./infra/stack integration

wasm: ## build package eds for browsers into build/wasm (make test tries it in Node)
	@mkdir -p build/wasm && cp "$$(go env GOROOT)/lib/wasm/wasm_exec.js" shared/eds/cmd/eds-wasm/eds.mjs build/wasm/
	@$(WASM) -o build/wasm/eds.wasm ./shared/eds/cmd/eds-wasm

# What measures how long a page takes has the machine for itself; the others wait more than they work.
ALONE := $(patsubst %,infra/browser/%.test.mjs,first upload verify walk)
browser: build ## walk the pages in headless Chromium (Debian's chromium)
	@node --test --test-concurrency=3 $(filter-out $(ALONE),$(wildcard infra/browser/*.test.mjs))
	@node --test $(ALONE)

testdata: ## make testdata/pki, testdata/eds and the sample claim's PDFs anew
	@go run ./testdata/gen/pki && go -C testdata/gen/claimpdf run .

tools: $(NPM) build/tools/versitygw ## install the local engines: dynoxide (npm), versitygw (Go)

$(NPM): infra/tools/package-lock.json
	@echo "Installing dynoxide, the CDK command and what pages are built of (npm)…"
	@cd infra/tools && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

TOOL_versitygw := github.com/versity/versitygw/cmd/versitygw
TOOL_staticcheck := honnef.co/go/tools/cmd/staticcheck
TOOL_govulncheck := golang.org/x/vuln/cmd/govulncheck
TOOL_gotestsum := gotest.tools/gotestsum

build/tools/%: infra/tools/go.mod infra/tools/go.sum
	@echo "Building $* (the first time takes up to a minute)…"
	@go -C infra/tools build -trimpath -ldflags "-s -w" -o ../../$@ $(TOOL_$*)
	@touch $@

assets: $(ASSETS) $(VERIFIER)

$(ASSETS): $(NPM) infra/tools/assets.mjs $(wildcard functions/internal/portal/styles/*.scss)
	@rm -rf $(@D) && node infra/tools/assets.mjs $(@D)

# What pages verify with: without a name and a time in it, the same source gives the same bytes.
$(VERIFIER): go.mod $(shell find shared/eds shared/gost shared/kzid -name '*.go' -not -name '*_test.go') shared/eds/cmd/eds-wasm/eds.mjs
	@mkdir -p $(@D) && for js in "$$(go env GOROOT)/lib/wasm/wasm_exec.js" shared/eds/cmd/eds-wasm/eds.mjs; do \
		{ echo '// @ts-nocheck'; cat "$$js"; } >$(@D)/$$(basename "$${js%.*}").js; done
	@$(WASM) -o $(@D)/eds.wasm ./shared/eds/cmd/eds-wasm && gzip -9nf $(@D)/eds.wasm

clean: ## remove build outputs and the local office's state
	@rm -rf build .local

.PHONY: help run demo announcement history notices grants night surge kills cost invoke test race lint fuzz bench bench-eds pkits portable crosscheck build zip size synth preflight deploy rotate-root teardown localstack integration wasm browser testdata tools assets clean
