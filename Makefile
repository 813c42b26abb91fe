# What people run is built for release, with Swift's own libraries inside: that starts sooner and takes less memory. Cross-module optimisation
# is off because it makes every change rebuild everything. What is tested is built for debugging: that builds sooner, tests may look
# inside, and assertions are on. The import check refuses what Package.swift does not declare.
REL = -c release -debug-info-format none --static-swift-stdlib --explicit-target-dependency-import-check error -Xswiftc -disable-cmo
DEV = --explicit-target-dependency-import-check error
TESTED = $(CURDIR)/.build/debug/opsconductor
SWIFT_SOURCES = Package.swift Sources Tests/*Tests Tests/Support Benchmarks/Driver
PROGRESS = scripts/progress
STAGE = scripts/stage
# Most tests wait for servers, so more of them than cores are at work: each worker has servers of its own, and a file stays with one worker.
WORKERS = 3
PYTEST = OPSCONDUCTOR=$(TESTED) .venv/bin/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -o console_output_style=classic
# Within a process Swift tests run one after the other: together they wait for each other's threads and not for the product.
SWIFT_TESTS = scripts/swift-tests --no-parallel
ROOMS = ^(Auth|Jobs|Targets|Executions|Schedules|Notifications|Audit)Tests\.

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help up up-split test build web lint format prove bench dist secrets compose-test clean setup setup-bench web-only test-build test-web test-swift acceptance \
	acceptance-split test-deploy test-claims

help: ## Shows this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: ## Sets up, builds, starts and shows a first run (ONCE=1 ends after it)
	@scripts/up

up-split: ## The same with every service in a process of its own, PostgreSQL, Redis and nginx
	@scripts/up split

test: ## Runs every check and test; CI runs exactly this
	@$(STAGE) --begin
	@$(STAGE) "1/10 set-up" scripts/setup test
	@$(STAGE) "2/10 lint" $(MAKE) --no-print-directory lint
	@$(STAGE) "3/10 build" $(MAKE) --no-print-directory test-build
	@$(STAGE) "4/10 web build" env OPSCONDUCTOR=$(TESTED) $(MAKE) --no-print-directory web-only
	@$(STAGE) "5/10 web unit tests" $(MAKE) --no-print-directory test-web
	@$(STAGE) "6/10 unit and integration tests" $(MAKE) --no-print-directory test-swift
	@$(STAGE) "7/10 acceptance of the binary" $(MAKE) --no-print-directory acceptance
	@$(STAGE) "8/10 acceptance in pieces" $(MAKE) --no-print-directory acceptance-split
	@$(STAGE) "9/10 deployment and front door" $(MAKE) --no-print-directory test-deploy
	@$(STAGE) "10/10 claims, a few rounds" $(MAKE) --no-print-directory test-claims
	@$(STAGE) --summary

build: setup ## Builds the server
	@$(PROGRESS) "building the server" swift build $(REL) --product opsconductor

web: build web-only ## Builds the web app against the built server

lint: ## Checks house rules, Swift format and the web sources
	@scripts/lint --self-test
	@scripts/lint
	@swift format lint --strict --parallel --recursive $(SWIFT_SOURCES)
	@.venv/bin/oxlint --quiet --deny-warnings web/src

format: ## Formats the Swift sources
	@swift format --in-place --parallel --recursive $(SWIFT_SOURCES)

prove: ## Kills, stops and cuts off parts of a split installation and prints what was counted (ROUNDS=n makes it shorter)
	@scripts/setup test
	@$(MAKE) --no-print-directory web
	@OPSCONDUCTOR=$(CURDIR)/.build/release/opsconductor .venv/bin/python -m pytest -q Tests/Durability

bench: setup-bench web ## Measures ours and the peers' side by side and writes Benchmarks/results.json
	@$(PROGRESS) "building the driver's benchmark" swift build $(REL) --product DriverBench
	@.venv-bench/peers/bin/python Benchmarks/bench.py $(BENCH)

dist: build ## Strips the binary for download, dist/opsconductor
	@mkdir -p dist
	@strip -o dist/opsconductor .build/release/opsconductor
	@ls -l dist/opsconductor

secrets: ## Makes the passwords and the key for deploy/compose.yaml, and deploy/.env
	@scripts/secrets

compose-test: ## Starts the whole picture in a Docker Engine of its own, uses it, hurts it and takes it down
	@scripts/compose-test

clean: ## Removes everything that was built; installed packages and data stay
	@rm -rf .build dist web/dist web/build-test web/src/api.gen.ts

# Steps of the targets above

setup:
	@scripts/setup

setup-bench:
	@scripts/setup bench

web-only:
	@scripts/api-types
	@sh web/build.sh

test-build:
	@$(PROGRESS) "building server and tests" swift build $(DEV) --build-tests

test-web:
	@sh web/test.sh

# Three processes side by side: kits, arms and front door; the rooms on SQLite; the rooms once more on PostgreSQL. The store's promises, which
# are among the first, run on all engines each time.
test-swift:
	@scripts/side-by-side \
		"kits=$(SWIFT_TESTS) --skip '$(ROOMS)'" \
		"rooms=$(SWIFT_TESTS) --filter '$(ROOMS)'" \
		"rooms on PostgreSQL=TEST_STORE=postgresql $(SWIFT_TESTS) --filter '$(ROOMS)'"

# Discovery makes network interfaces, which browsers take for a change of network: it has the machine to itself.
DISCOVERY = Tests/Acceptance/test_discovery.py

acceptance:
	@$(PYTEST) Tests/Acceptance --ignore $(DISCOVERY)
	@$(PYTEST) $(DISCOVERY)

# Every service in a process of its own, on PostgreSQL and Redis, behind nginx; and whole servers that share databases.
acceptance-split:
	@TEST_STORE=split $(PYTEST) Tests/Acceptance --ignore $(DISCOVERY)
	@TEST_STORE=split $(PYTEST) $(DISCOVERY)
	@TEST_STORE=postgresql $(PYTEST) Tests/Acceptance/test_replicas.py Tests/Acceptance/test_main_job.py

test-deploy:
	@$(PYTEST) Tests/Deploy

# What `make prove` does again and again, once or twice, so that it keeps working.
test-claims:
	@ROUNDS=2 $(PYTEST) Tests/Durability
