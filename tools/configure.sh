#!/bin/sh
# Configures a build folder: tools/configure.sh PRESET FOLDER [cmake options]. Quiet unless it
# fails. What an earlier run chose for the folder stays, so `make build` after `make test` keeps
# the tests.
set -eu
cd "$(dirname "$0")/.."
preset=$1
folder=$2
shift 2
tests=""
[ "$preset" != release ] || [ -f "$folder/CMakeCache.txt" ] || tests=-DZKBPF_TESTS=OFF
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! cmake --preset "$preset" -B "$folder" $tests "$@" >"$log" 2>&1; then
    cat "$log"
    exit 1
fi
