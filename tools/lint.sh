#!/bin/sh
# Formatting, layering, static analysis. Everything reported is an error.
# Usage: tools/lint.sh [FILE.c...]; with files, clang-tidy looks at those alone.
set -eu
cd "$(dirname "$0")/.."
jobs=$(nproc)
build="build-lint"

echo "clang-format"
git ls-files '*.c' '*.h' | xargs clang-format-19 --dry-run --Werror

echo "layers"
python3 tools/check-layers.py

echo "citations"
python3 tools/check-citations.py

echo "unused functions"
python3 tools/check-unused.py

echo "scripts"
git ls-files '*.sh' .ci/run | xargs shellcheck --severity=warning
git ls-files '*.py' | xargs pyflakes3

echo "public header as C11 and C++"
clang-19 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -std=c11 -x c include/zkbpf.h
clang-19 -fsyntax-only -Wall -Wextra -Wpedantic -Werror -std=c++17 -x c++ include/zkbpf.h

[ -f "$build/build.ninja" ] ||
    cmake --preset debug -B "$build" -DCMAKE_C_COMPILER=clang-19 >"$build.log" 2>&1 ||
    { cat "$build.log"; exit 1; }
cmake -B "$build" >/dev/null
rm -f "$build.log"

echo "cppcheck"
cppcheck --quiet --error-exitcode=1 --enable=warning,portability --inline-suppr --std=c11 \
    --suppressions-list=tools/cppcheck.suppress -j"$jobs" -DZKB_X86=1 -Iinclude -Isrc -Ibench \
    src cli bench "$build/kernels"

echo "clang-tidy"
if [ $# -gt 0 ]; then
    printf '%s\n' "$@"
else
    git ls-files 'src/*.c' 'cli/*.c' 'bench/*.c'
    ls "$build"/kernels/*_kernels_*.c
fi | xargs -P"$jobs" -n2 clang-tidy-19 -p "$build" --quiet 2>"$build/tidy.log" ||
    { grep -E 'error:|Error' "$build/tidy.log" || true; exit 1; }
echo "lint: clean"
