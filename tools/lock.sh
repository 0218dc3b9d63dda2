#!/usr/bin/env bash
# Writes requirements/*.txt from pyproject.toml: exact versions with the hashes of the public registry's files,
# for every supported Python at once, and no address of any registry, so that each site may use its own mirror.
#
#   tools/lock.sh              keeps the versions that are already pinned
#   tools/lock.sh --upgrade    takes the newest that pyproject.toml allows
set -euo pipefail
cd "$(dirname "$0")/.."

venv=.venv-lock
if ! "$venv/bin/uv" --version >/dev/null 2>&1; then
    python=${PYTHON:-$(tools/find_python.sh)}
    "$python" -m venv --clear "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
fi

# Neither the settings of this machine (mirrors, local wheel folders) nor those of this user may reach the lock.
for name in $(compgen -e); do
    case $name in
        UV_* | PIP_FIND_LINKS | PIP_INDEX_URL | PIP_EXTRA_INDEX_URL) unset "$name" ;;
    esac
done

compile() {
    "$venv/bin/uv" --no-config --quiet pip compile --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --custom-compile-command "make lock" "$@"
}

compile "$@" requirements/build.in --output-file requirements/build.txt
compile "$@" pyproject.toml --constraint requirements/build.txt --output-file requirements/runtime.txt
# The tests run on what a city runs, so the versions of the runtime bind here too.
compile "$@" pyproject.toml --extra test --extra dev --constraint requirements/runtime.txt \
    --output-file requirements/test.txt

if grep -nE '://|^[[:space:]]*--(index-url|extra-index-url|find-links|trusted-host)|^[[:space:]]*-[if][[:space:]]' requirements/*.txt; then
    echo "lock: an address got into the lock files; see the lines above" >&2
    exit 1
fi
