# make ask [Q="…"]   from a fresh clone to a cited answer: fetch the model, build, index the sample archive, ask
# make test          install what the checks need, then run every check
# make check-fast    the checks that compile nothing
# make test-qdrant QDRANT_URL=http://127.0.0.1:6334
#                    the index's contract tests against a real Qdrant; they make a collection of their own and remove it
# make kills         kill -9 at 50 random moments of indexing 5,000 records of ../shared/data (KILLS="--kills 10 --records 500" for fewer)
# make second-run    how much quicker the same file is indexed again
# make evaluate [MODEL=…]
#                    coverage, citations, follow-ups, grounding and retrieval as far as their data is in ../shared/data, each as a table
#                    (EVALUATE="--only follow-ups --questions 20" for a part); MODEL is one of your settings, which is paid
# make bench-embedding
#                    the encoder against ONNX Runtime, which it installs for itself
# make load-gateway   what the gateway itself costs, before scripted peers: time, memory, traces (LOAD="--rate 200" and the like for all of these)
# make load-rollout   restarts and kills of every service under load, two replicas each: what callers lose
# make load-overload  a server that is asked for three times what it can do
# make load-at-rest   from start to ready, and what each service holds at rest
#                    (LOAD_PROFILE=release, which takes minutes to build; dev is what the tests build)
# make deploy-test   check what deploys the project: images, chart, compose file, rules, dashboard, guide (the last part of make test)
# make image-test    of these the images alone, and fail where they can't be built (needs buildah, podman, root)
# make notices       rewrite THIRD_PARTY_NOTICES.md from Cargo.lock
# make doctor        say what this machine lacks (make test also asks for rustfmt, clippy and git)
#
# PROFILE=quick (default) builds in minutes and answers at full speed where it counts; PROFILE=release is what is deployed.
# ANTIGRAVITY_MODEL_DIR=DIR takes the model's files from DIR (nothing is fetched, every file is checked).

.PHONY: ask model program test check-fast test-qdrant kills second-run evaluate bench-embedding load-programs load-gateway load-rollout load-overload load-at-rest screenshots page-payloads deploy-test image-test notices doctor FORCE
.DEFAULT_GOAL := ask

Q ?= How does the model's latent space differ when trained on diverse BSM scenarios versus optimized against a single hardest case?
# A question may hold quotes, apostrophes and `$H_0$`. It reaches the shell as the value of a variable, never as text of a recipe, and
# `value` keeps make from reading `$H` as a variable of its own. (Exporting Q itself would expand it once more.)
export QUESTION := $(value Q)
unexport Q

PROFILE ?= quick
PROGRAM := $(or $(CARGO_TARGET_DIR),target)/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))/antigravity
ARCHIVE := .antigravity
SAMPLE := deploy/standalone/sample/preprints.jsonl
INDEXED := $(ARCHIVE)/sample-indexed

# The model is fetched while the program builds: two jobs, which are make's own. Cargo would otherwise take the number for itself and leave
# cores idle.
MAKEFLAGS += -j2
unexport MAKEFLAGS MFLAGS

# Everything but the answer goes to standard error, so that `make -s ask | cat` prints the answer alone.
ask: $(INDEXED) model
	@$(PROGRAM) ask --data-dir $(ARCHIVE) -- "$$QUESTION"

# Indexing again changes nothing, so it is enough to do it when the sample or the program is newer than the last time.
$(INDEXED): $(SAMPLE) $(PROGRAM) | model
	@$(PROGRAM) index --data-dir $(ARCHIVE) $(SAMPLE) >&2
	@touch $@

# Cargo knows whether anything is to be done; the file keeps its time when not, and then nothing that follows from it is redone.
program: $(PROGRAM)
$(PROGRAM): FORCE | doctor
	@cargo build --locked --profile $(PROFILE) --package antigravity >&2

model: | doctor
	@python3 deploy/standalone/fetch_model.py $${ANTIGRAVITY_MODEL_DIR:+--from "$$ANTIGRAVITY_MODEL_DIR"} >&2

test:
	@tests/tools/doctor test
	@tests/tools/install
	@python3 tests/tools/check

check-fast:
	@tests/tools/doctor test
	@tests/tools/install
	@python3 tests/tools/check --fast

# No package brings a Qdrant server, so that `make test` can't start one.
test-qdrant:
	@test -n "$$QDRANT_URL" || { echo "QDRANT_URL is empty: name a server's gRPC port, as in make test-qdrant QDRANT_URL=http://127.0.0.1:6334" >&2; exit 2; }
	@tests/tools/doctor test
	@tests/tools/install
	@.tools/bin/cargo-nextest nextest run --workspace --locked -E 'test(server_named_by_qdrant_url)'

kills: $(PROGRAM) model
	@tests/tools/install
	@python3 tests/evaluation/kills.py --program $(PROGRAM) $(KILLS)

second-run: $(PROGRAM) model
	@python3 tests/evaluation/second_run.py --program $(PROGRAM)

evaluate: $(PROGRAM) model
	@python3 tests/evaluation/evaluate.py --program $(PROGRAM) $(if $(MODEL),--model $(MODEL)) $(EVALUATE)

bench-embedding: model
	@python3 tests/load/embedding/run.py

LOAD_PROFILE ?= release
LOADS := --example scripted_peers --example open_loop --example served_engine

# One command, so that all share their crates' features.
load-programs:
	@cargo build --locked --profile $(LOAD_PROFILE) --workspace --bins $(LOADS) >&2

load-gateway: load-programs
	@python3 tests/load/gateway/run.py --profile $(LOAD_PROFILE) $(LOAD)

load-rollout: load-programs model
	@tests/tools/install
	@python3 tests/load/rollout/run.py --profile $(LOAD_PROFILE) $(LOAD)

load-overload: load-programs model
	@python3 tests/load/overload/run.py --profile $(LOAD_PROFILE) $(LOAD)

load-at-rest: load-programs model
	@python3 tests/load/at_rest.py --profile $(LOAD_PROFILE) $(LOAD)

# Every page, light, dark, on a phone and on paper, in the folder that is named at the end.
screenshots:
	@tests/tools/install
	@cargo build --workspace --bins --locked
	@.tools/bin/cargo-nextest nextest run --workspace --locked --run-ignored all -E 'binary(page) & test(pictures)'

# Every hostile string of the shared data in every place of the pages; `make test` takes a tenth.
page-payloads:
	@tests/tools/install
	@cargo build --workspace --bins --locked
	@.tools/bin/cargo-nextest nextest run --workspace --locked --run-ignored all -E 'binary(page) & test(no_payload)'

deploy-test:
	@python3 tests/deploy/run

image-test:
	@python3 tests/deploy/run test_images

notices: doctor
	@python3 tests/tools/notices

# Only what building needs, so that asking doesn't wait for more.
doctor:
	@tests/tools/doctor
