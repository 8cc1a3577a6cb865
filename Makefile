# Every command of the project. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1

.DEFAULT_GOAL := help
.PHONY: help install run shell train ask check format test safety train-encoder bench compare transcripts schema lock clean

help: ## list these commands
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## (.*)/  make \1\t\2/' | expand -t 22

install: ## make the environment (.venv) from the lock file
	@$(PYTHON) scripts/install.py

run: install ## start bot and action server; Ctrl-C stops both
	@$(BIN)/python scripts/serve.py run

shell: install ## talk with the bot here in the terminal
	@$(BIN)/python scripts/serve.py shell

ask: install ## ask the running bot one thing: make ask TEXT="..."
	@$(BIN)/python scripts/ask.py

train: install ## train the model if none fits the data
	@$(BIN)/python scripts/train.py

check: install ## style, types, who imports whom, knowledge files (seconds)
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports --no-logo
	@$(BIN)/python -m knowledge check

format: install ## put the code into the common form
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

test: check train ## everything that proves the project
	@$(BIN)/rasa data validate --fail-on-warnings --quiet
	@$(BIN)/pytest

safety: install train ## measure the danger gate and write docs/safety.md
	@$(BIN)/python -m tests.safety.card

train-encoder: install ## train the sentence encoder anew (half an hour; needs torch)
	@$(BIN)/python training/make_environment.py
	@$(BIN)/python training/examples.py
	@.training/venv/bin/python training/train_encoder.py

bench: install train ## measure speed and size against the default bot of `rasa init`
	@$(BIN)/python benchmarks/bench.py

compare: install train ## understanding against the default pipeline and a bag of words; writes docs/understanding.md; hours, QUICK=1: minutes
	@$(BIN)/python benchmarks/compare.py $(if $(QUICK),--quick)

transcripts: train ## run ten conversations and write docs/conversations.md
	@$(BIN)/python -m tests.e2e.transcripts

schema: install ## write the JSON Schema of the knowledge files, for editors
	@$(BIN)/python -m knowledge schema > data/knowledge/schema.json

lock: install ## resolve the dependencies anew into requirements.lock
	@$(BIN)/python scripts/lock.py

clean: ## remove all that was made here: environment, model, logs
	@rm -rf .venv .tools .run  .rasa .bench .training models/*.tar.gz models/*.key
