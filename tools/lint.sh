#!/bin/sh
# Formatting, layering, static analysis. Everything reported is an error.
set -eu
cd "$(dirname "$0")/.."
files=$(git ls-files '*.c' '*.h' | grep -v '^examples/.*guest.*\.bpf')
echo "clang-format"
# shellcheck disable=SC2086
clang-format-19 --dry-run --Werror $files
echo "layers"
python3 tools/check-layers.py
[ -f build-lint/compile_commands.json ] || cmake --preset debug -B build-lint -DCMAKE_C_COMPILER=clang-19 >/dev/null
cmake -B build-lint >/dev/null
echo "cppcheck"
cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr --std=c11 \
    --suppressions-list=tools/cppcheck.suppress -j2 -DZKB_X86=1 -Iinclude -Isrc src cli
echo "clang-tidy"
sources=$(git ls-files 'src/*.c' 'cli/*.c')
# shellcheck disable=SC2086
printf '%s\n' $sources | xargs -P2 -n4 clang-tidy-19 -p build-lint --quiet 2>/dev/null
echo "lint: clean"
