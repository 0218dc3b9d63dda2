#!/bin/sh
# make_venv.sh DIR STAMP: sees to it that DIR is a working virtual environment of the wanted Python.
# STAMP is touched only when it was made anew, so that make installs again exactly then: after another PYTHON=…,
# after the checkout has moved (the scripts in bin/ name its old place), after the system's Python went away.
set -eu

dir=$1 stamp=$2
mkdir -p "$(dirname "$stamp")"

version() { "$1" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null; }

find_python=$(dirname "$0")/find_python.sh
have=$(version "$dir/bin/python" || true)
want=$have
if [ -n "${PYTHON:-}" ]; then
    python=$("$find_python")
    want=$(version "$python")
fi
here=$(cd "$dir" && pwd -P)

if [ -n "$have" ] && [ "$have" = "$want" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$have $here" ]; then
    exit 0
fi
python=$("$find_python")
echo "Making $dir with Python $(version "$python")"
rm -rf "$(dirname "$stamp")"
"$python" -m venv --clear "$dir"
mkdir -p "$(dirname "$stamp")"
echo "$(version "$dir/bin/python") $here" >"$stamp"
