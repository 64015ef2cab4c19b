#!/bin/sh
# Find a Python for what has to run before, or without, an installation: .venv's if it runs, else $CHAT_LOCAL_PYTHON.
#
#   bootstrap.sh PART [KIND]    install that part, for example `runtime` or `web development` (ops/installation)
#   bootstrap.sh run ARGUMENTS  run Python with these arguments and install nothing, for example `run -m local down`
set -eu

oldest=$(sed -n 's/^requires-python = ">=\([0-9.]*\)"$/\1/p' pyproject.toml)
named=${CHAT_LOCAL_PYTHON:-python3}

is_new_enough() {
  "$1" -c 'import sys; sys.exit(list(sys.version_info) < [int(part) for part in sys.argv[1].split(".")])' "$oldest" \
    >/dev/null 2>&1
}

if is_new_enough .venv/bin/python; then
  python=.venv/bin/python
elif is_new_enough "$named"; then
  python=$named
else
  if found=$("$named" --version 2>&1); then :; else found="missing or does not run"; fi
  echo "Python $oldest or newer is needed; '$named' is $found." >&2
  echo "Install one, or name one that is there: make up PYTHON=/path/to/python3.12" >&2
  exit 1
fi

if [ "${1:-}" = run ]; then
  shift
  exec "$python" "$@"
fi
exec "$python" -m ops.installation "$@"
