#!/bin/sh
# Installs from Debian's packages what the build and the tests need and the machine lacks.
# Usage: tools/setup.sh build | test | lint
set -eu
case "${1:-build}" in
build) packages="gcc libc6-dev cmake ninja-build pkg-config libelf-dev libjson-c-dev clang-19" ;;
test) packages="gcc libc6-dev cmake ninja-build pkg-config libelf-dev libjson-c-dev clang-19
    clang-14 libcmocka-dev libgmp-dev libclang-rt-19-dev python3
    lld-19 wasi-libc libclang-rt-19-dev-wasm32 libc6-dev-arm64-cross qemu-user" ;;
lint) packages="git clang-19 clang-format-19 clang-tidy-19 cppcheck shellcheck python3 pyflakes3" ;;
*) echo "usage: $0 build|test|lint" >&2; exit 2 ;;
esac
missing=""
for p in $packages; do
    dpkg-query -W -f='${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0
echo "installing:$missing"
sudo=""
[ "$(id -u)" = 0 ] || sudo="sudo"
if ! command -v apt-get >/dev/null; then
    echo "$0: this machine has no apt-get; install by hand what corresponds to:$missing" >&2
    exit 1
fi
$sudo apt-get update -qq
# shellcheck disable=SC2086
$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
