#!/usr/bin/env bash
# Builds the documentation site from docs/, READMEs and docstrings. A warning is an error: so are links to pages that are not there.
#
# usage: scripts/docs.sh [--gallery] [OUTPUT]      (default build/docs)
#   --gallery    first runs the examples with build/release/bin/rall and takes their pictures with Chromium, for the page Gallery
# What builds it is installed from PyPI into build/docs-env (or $RALL_DOCS_ENV); where PyPI cannot be reached the exit code is 77.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1:-}" = --help ] || [ "${1:-}" = -h ]; then sed -n '2,/^set/s/^# \{0,1\}//p' "$0" | sed '$d'; exit 0; fi

if [ "${1:-}" = --gallery ]; then
    "${RALL_PYTHON:-/usr/bin/python3}" docs/site/gallery.py build/release/bin/rall
    shift
fi
output=${1:-build/docs}
environment=${RALL_DOCS_ENV:-build/docs-env}

if ! cmp -s docs/requirements.txt "$environment/requirements.txt"; then
    python3 -m venv --clear "$environment"
    if ! "$environment/bin/pip" install --quiet --disable-pip-version-check --no-compile -r docs/requirements.txt; then
        printf '%s\n' "docs: what docs/requirements.txt names cannot be installed from PyPI" >&2
        exit 77
    fi
    cp docs/requirements.txt "$environment/requirements.txt"
fi

# -E: all pages anew, since a page that is left as it was says its warnings no more.
"$environment/bin/sphinx-build" -q -E -W --keep-going -c docs . "$output"
printf '%s\n' "-- file://$(cd "$output" && pwd)/index.html"
