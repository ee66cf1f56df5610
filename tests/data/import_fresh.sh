#!/bin/sh
# A powers-of-tau file fresh from snarkjs is imported, and an altered one is not.
# Usage: import_fresh.sh ZKBPF; exit status 77 when npm or the package cannot be had.
set -eu
zkbpf=$1
here=$(cd "$(dirname "$0")" && pwd)
command -v npm >/dev/null || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 300 sh "$here/make_ptau.sh" 6 fresh.ptau || exit 77 # a network that is there may not answer
"$zkbpf" setup import fresh.ptau -o fresh.srs
"$zkbpf" setup info fresh.srs
cp fresh.ptau altered.ptau
printf '\001' | dd of=altered.ptau bs=1 seek=1000 conv=notrunc 2>/dev/null
cmp -s fresh.ptau altered.ptau && printf '\002' | dd of=altered.ptau bs=1 seek=1000 conv=notrunc 2>/dev/null
if "$zkbpf" setup import altered.ptau -o altered.srs; then
    echo "an altered file was imported" >&2
    exit 1
fi
test ! -e altered.srs
