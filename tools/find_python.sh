#!/bin/sh
# Prints the Python that Matanai is installed with: $PYTHON if given, otherwise the first of the names below that
# really runs (a version manager's placeholder may not), is 3.11 or newer and can make virtual environments.
set -eu

good() {
    "$1" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ -n "${PYTHON:-}" ]; then
    if good "$PYTHON"; then
        command -v "$PYTHON"
        exit 0
    fi
    echo "PYTHON=$PYTHON is not a Python 3.11 or newer with the venv module." >&2
    exit 1
fi

for name in python3.13 python3.12 python3.11 python3; do
    if command -v "$name" >/dev/null 2>&1 && good "$name"; then
        command -v "$name"
        exit 0
    fi
done

echo "Matanai needs Python 3.11 or newer with the venv module, and found none." >&2
echo "  Debian, Ubuntu:  apt-get install python3 python3-venv" >&2
echo "  or name one:     make install PYTHON=/path/to/python3" >&2
exit 1
