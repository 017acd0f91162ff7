# Two commands are all one needs: `make run` and `make test`. Both install what is missing first.
PY = .venv/bin/python
PYTEST = $(PY) -m pytest -n 2 --dist loadfile
PO = $(wildcard locale/*/LC_MESSAGES/*.po)
ADDRESS ?= 127.0.0.1:8000

.PHONY: setup setup-tests run demo test test-postgres test-browser figures check fix bench docs messages lock

setup:            # only the installing
	@.ci/setup

setup-tests:      # and the browser, PostgreSQL and LibreOffice that the tests use
	@.ci/setup tests

# The demonstration is told up to this day. Made to be looked at: 2018-05-25, 2019-12-31 and 2021-01-05,
# such as `make demo GREENMINE_TODAY=2019-12-31`.
run demo: export DEBUG = true
run demo: export GREENMINE_TODAY ?= 2018-05-25

run: setup        # the demo goes into an empty database only
	@$(PY) manage.py migrate -v 0
	@$(PY) manage.py load_reference >/dev/null
	@$(PY) manage.py load_demo --if-empty
	@$(PY) manage.py runserver $(ADDRESS)

demo: setup       # starts again from a fresh demo; the database that was there is kept as db.sqlite3.old
	@for end in "" -wal -shm; do rm -f db.sqlite3.old$$end; [ ! -e db.sqlite3$$end ] || mv db.sqlite3$$end db.sqlite3.old$$end; done
	@$(PY) manage.py migrate -v 0
	@$(PY) manage.py load_reference >/dev/null
	@$(PY) manage.py load_demo

test: setup-tests
	@$(PYTEST)

test-postgres: setup-tests
	@.ci/postgres $(PYTEST) -m "not browser"

figures: setup-tests  # every figure of the demo and of made-up histories beside a second reckoning; about 45 minutes
	@ORACLE_FULL=1 ORACLE_EXAMPLES=60 $(PYTEST) -rP tests/oracle

test-browser: setup-tests
	@$(PY) -m pytest -m browser

check: setup-tests
	@$(PY) -m ruff format --quiet --check .
	@$(PY) -m ruff check --quiet .
	@$(PY) -m mypy
	@$(PY) -m djlint --quiet --lint templates
	@$(PY) manage.py check --fail-level WARNING
	@$(PY) manage.py makemigrations --check --dry-run
	@for po in $(PO); do msgfmt --check -o /dev/null $$po || exit 1; done

fix: setup-tests  # what can be mended by itself
	@$(PY) -m ruff check --quiet --fix .; $(PY) -m ruff format --quiet .

bench: setup-tests
	@$(PY) -m bench

docs: setup       # draws the pages of the docs that are made from the code; needs a database with the reference data
	@$(PY) manage.py draw_workflow && $(PY) manage.py draw_checks

messages: setup   # takes new msgids into the catalogue
	@$(PY) manage.py makemessages -l zh_Hans --no-location --no-wrap -i node_modules -i .venv

lock: setup       # renews requirements.txt after a change in pyproject.toml; `make lock NEWER=--upgrade` takes newer versions too
	@$(PY) -m pip install -qq --disable-pip-version-check uv
	@$(PY) -m uv pip compile --quiet $(NEWER) --universal --python-version 3.11 --group dev --generate-hashes --no-annotate \
	  --no-emit-index-url --custom-compile-command "make lock" --output-file requirements.txt pyproject.toml
