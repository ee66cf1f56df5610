#!/bin/sh
# Builds every fuzz target with clang, ASan and UBSan, and runs each for a while.
# Usage: tools/fuzz.sh [SECONDS [TARGET...]]; 20 seconds and all targets if not given.
# What is found is written to build-fuzz/found; add it to fuzz/corpus/TARGET once it is repaired.
set -eu
cd "$(dirname "$0")/.."
seconds=${1:-20}
[ $# -gt 0 ] && shift
cmake --preset fuzz -DZKBPF_TESTS=OFF -DZKBPF_BENCH=OFF >/dev/null
cmake --build build-fuzz --target fuzz_all
# shellcheck disable=SC2046
[ $# -gt 0 ] || set -- $(sed 's/^fuzz_//' build-fuzz/fuzz/targets.txt)
mkdir -p build-fuzz/found
for target in "$@"; do
    echo "== $target, $seconds s"
    corpus=build-fuzz/corpus/$target
    mkdir -p "$corpus"
    log=build-fuzz/$target.log
    if ! "build-fuzz/fuzz/fuzz_$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 \
        -max_len=16384 -print_final_stats=1 -artifact_prefix="build-fuzz/found/$target-" \
        "$corpus" "fuzz/corpus/$target" >"$log" 2>&1; then
        tail -n 40 "$log"
        echo "fuzz: $target failed; input in build-fuzz/found, log in $log" >&2
        exit 1
    fi
    grep -E 'stat::(number_of_executed_units|average_exec_per_sec|peak_rss_mb)|cov:' "$log" | tail -n 4
done
echo "fuzz: nothing found"
