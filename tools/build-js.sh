#!/bin/sh
# Builds bindings/js/zkbpf_verifier.wasm: the freestanding verifier for wasm32, and the functions it exports.
# Usage: tools/build-js.sh [BUILD-FOLDER [OUTPUT]]
# Exit status 77: clang-19, lld-19 or wasi-libc is missing (tools/setup.sh test installs them).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=${1:-$root/build-js}
output=${2:-$root/bindings/js/zkbpf_verifier.wasm}
if ! command -v clang-19 >/dev/null || ! command -v wasm-ld-19 >/dev/null ||
    [ ! -e /usr/include/wasm32-wasi ]; then
    echo "needs clang-19, lld-19, wasi-libc and libclang-rt-19-dev-wasm32: tools/setup.sh test" >&2
    exit 77
fi
if [ ! -e "$build/CMakeCache.txt" ]; then
    generator=""
    command -v ninja >/dev/null && generator="-GNinja"
    cmake -S "$root" -B "$build" $generator -DZKBPF_FREESTANDING=ON -DCMAKE_SYSTEM_NAME=Generic \
        -DCMAKE_C_COMPILER=clang-19 -DCMAKE_C_COMPILER_TARGET=wasm32-wasi \
        -DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY >/dev/null
fi
cmake --build "$build" --parallel >/dev/null
# The stack comes first in memory, so that running out of it traps and overwrites nothing.
clang-19 --target=wasm32-wasi -mexec-model=reactor -std=c17 -O2 -Wall -Wextra -Wconversion -Werror \
    -I "$root/include" "$root/bindings/js/zkbpf_verifier.c" "$build/libzkbpf_verifier.a" \
    -Wl,--import-memory -Wl,--initial-memory=4194304 -Wl,--max-memory=4294967296 \
    -Wl,--stack-first -Wl,-z,stack-size=1048576 -Wl,--gc-sections \
    -Wl,--strip-all -o "$output.new"
mv "$output.new" "$output"
