#!/bin/sh
# Makes a powers-of-tau file with one contribution, as the public ceremonies do, with the npm
# package snarkjs. tests/data/power8.ptau was made so.
# Usage: make_ptau.sh POWER FILE, in a scratch directory; needs npm and network on the first run.
set -eu
[ -d node_modules/snarkjs ] || npm install --silent --no-fund --no-audit snarkjs@0.7.6 >/dev/null
run="node node_modules/snarkjs/cli.js powersoftau"
$run new bn128 "$1" first.ptau >/dev/null
$run contribute first.ptau "$2" --name=test -e="$(date +%s%N)" >/dev/null
rm -f first.ptau
