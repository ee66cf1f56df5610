#!/bin/sh
# How fuzz/corpus/loader was made: small objects of both compilers, with and without debug
# information, two linked objects, and bare instructions.
set -eu
cd "$(dirname "$0")/corpus/loader"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/a.c" <<'C'
typedef unsigned long u64;
u64 other(u64);
static u64 twice(u64 x) { return x * 2; }
static u64 next(u64 x) { return x + 1; }
u64 (*const table[])(u64) = {twice, next};
static u64 counter;
u64 variable = 7;
static const char *const names[] = {"a", "bc"};
__attribute__((section("prog"), noinline)) u64 part(u64 x) { return twice(x) + names[x & 1][0]; }
u64 entrypoint(const unsigned char *in, u64 n)
{
    counter += n;
    return table[n & 1](in[0]) + part(n) + counter + other(variable);
}
C
cat >"$work/b.c" <<'C'
extern unsigned long variable;
int common __attribute__((common));
__attribute__((weak)) unsigned long other(unsigned long x) { return variable += x + common; }
C
build() { "$1" -target bpf -O2 "$2" $3 -c "$work/$4.c" -o "$work/$4-$5"; }
build clang-14 -mcpu=v1 "" a 14
build clang-19 -mcpu=v4 "" a 19
build clang-14 -mcpu=v2 "" b 14
build clang-19 -mcpu=v3 -g b 19
for v in 14 19; do
    cp "$work/b-$v" "b-clang$v"
    python3 - "$work/a-$v" "$work/b-$v" "two-clang$v" <<'P'
import struct, sys
a, b = (open(p, "rb").read() for p in sys.argv[1:3])
open(sys.argv[3], "wb").write(b"ZKB2" + struct.pack("<I", len(a)) + a + b)
P
done
printf '\205\020\0\0\001\0\0\0\225\0\0\0\0\0\0\0\267\0\0\0\007\0\0\0\225\0\0\0\0\0\0\0' >raw-call
printf '\030\001\0\0\001\0\0\0\0\0\0\0\004\0\0\0\171\020\0\0\0\0\0\0\225\0\0\0\0\0\0\0' >raw-lddw
