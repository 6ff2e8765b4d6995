# Huashan city operations platform. `make help` lists what there is to do.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test bench lint clean wipe install notebooks
BUILD := $(shell sh api/install/build-folder.sh)
PYTHON := "$(BUILD)/venv/bin/python"
PACKAGES := api geo layers seeds
# What the installation compiled as root, for tests run by root; anyone else finds it beside the code.
COMPILED := $(if $(filter 0,$(shell id -u)),NUMBA_CACHE_DIR="$(BUILD)/compiled.own")

help: ## 列出所有命令 · this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

run: ## 安装所缺并启动,http://127.0.0.1:8000 · install what is missing and start (PORT=8001 make run)
	@sh api/install/install.sh run
	@exec "$(BUILD)/venv/bin/huashan" up

install: ## 只安装,不启动 · install without starting
	@sh api/install/install.sh run

notebooks: ## 打开 JupyterLab,令牌已备好;平台须在运行 · JupyterLab on the notebooks, beside a running platform
	@sh api/install/install.sh run
	@sh api/install/notebooks.sh
	@exec "$(BUILD)/venv/bin/huashan" notebooks

test: ## 安装所缺并运行全部测试 · install what is missing and run every test
	@sh api/install/install.sh test
	@$(COMPILED) exec $(PYTHON) -m pytest -n 2 --dist worksteal -q

bench: ## 测量并与对手并列打印 · measure, beside rivals (CARPLIB=FOLDER SEEDS=5: arc routing alone)
	@sh api/install/install.sh test
	@$(COMPILED) exec $(PYTHON) -m pytest $(if $(CARPLIB),tests/bench/bench_carplib.py,tests/bench) -p no:xdist -q -s --override-ini=python_files='bench_*.py test_*.py'

lint: ## 检查格式、写法与类型 · ruff and mypy --strict
	@sh api/install/install.sh run
	@$(PYTHON) -m ruff check . && $(PYTHON) -m ruff format --check . && $(PYTHON) -m mypy $(PACKAGES)

clean: ## 删除可以重建的(虚拟环境、前端资源、缓存),不动数据 · remove what can be rebuilt, never data
	@if grep -qs "$(BUILD)/venv/bin/[p]ython" /proc/[0-9]*/cmdline; then \
		echo "平台或测试正在用 $(BUILD):请先停止,再 make clean。" >&2; exit 1; fi
	@rm -rf "$(BUILD)" .build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find $(PACKAGES) tests -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

wipe: ## 删除本机数据:先列出,再询问 · delete this checkout's data: lists it, then asks
	@sh api/install/install.sh run
	@exec "$(BUILD)/venv/bin/huashan" wipe
