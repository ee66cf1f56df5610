#!/bin/sh
# What examples/guest/README.md tells authors of guests to do, done.
# Usage: guest_makefile.sh GUEST_FOLDER ZKBPF
set -eu
guest=$1
zkbpf=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >Makefile <<M
include $guest/zkbpf.mk
all: program.o libc.o
M
cat >program.c <<'C'
#include <stdbool.h>
#include <string.h>
#include "zkbpf.h"

struct work {
    uint8_t text[100];
};

uint64_t entrypoint(const uint8_t *input, uint64_t input_bytes, const uint8_t *secret,
                    uint64_t secret_bytes, uint8_t *output)
{
    struct work *work = ZKBPF_HEAP(struct work);
    (void)secret;
    (void)secret_bytes;
    memcpy(work->text, input, input_bytes);
    memcpy(output, work->text, input_bytes);
    return strlen((const char *)work->text);
}
C
cat >division.c <<'C'
#include "zkbpf.h"
int64_t entrypoint(const uint8_t *input)
{
    int64_t local[300]; /* more than 512 bytes */
    for (int i = 0; i < 300; i++) {
        local[i] = -7 * i - (int8_t)input[i & 1];
    }
    return local[input[0] % 300] / 2;
}
C
expect() { # expect RESULT PROGRAM...: the JSON report must hold the result
    result=$1
    shift
    printf 'hello' >input
    "$zkbpf" run --json "$@" --input input >report
    grep -q "\"r0\": *\"$result\"" report || { cat report; echo "expected $result" >&2; exit 1; }
}
make -s all
expect 5 program.o libc.o
make -s division.o ZKBPF_CPU=v4
expect 18446744073709551200 division.o # (-7 * 104 - 104) / 2
# Without libc.o the loader says what is missing and where to find it.
if "$zkbpf" run program.o 2>message; then
    echo "program.o ran without libc.o" >&2
    exit 1
fi
grep -q 'undefined symbol memcpy; compile examples/guest/libc.c' message

# A function whose stack is larger than a frame is refused, with the option that mends it.
cat >large.c <<'C'
#include "zkbpf.h"
__attribute__((noinline)) static uint64_t big(uint64_t n)
{
    volatile uint8_t a[6000];
    uint64_t sum = 0;
    for (uint64_t i = 0; i < sizeof a; i++) {
        a[i] = (uint8_t)(n + i);
    }
    for (uint64_t i = 0; i < sizeof a; i++) {
        sum += a[i];
    }
    return sum;
}
uint64_t entrypoint(const uint8_t *input, uint64_t n)
{
    volatile uint64_t keep[4] = {1, 2, 3, 4};
    const uint64_t sum = big(n);
    (void)input;
    return keep[0] * 1000 + keep[1] * 100 + keep[2] * 10 + keep[3] + (sum & 0);
}
C
make -s large.o ZKBPF_FRAME_BYTES=8192
if "$zkbpf" run large.o 2>message; then
    echo "large.o ran with frames that are too small" >&2
    exit 1
fi
grep -q 'function big needs 6000 bytes of stack.*--frame-bytes 6000' message
expect 1234 large.o --frame-bytes 6000

# main has arguments that it cannot have.
cat >hosted.c <<'C'
int main(int argc, char **argv)
{
    return argv == 0 ? argc : 3;
}
C
make -s hosted.o
if "$zkbpf" run hosted.o 2>message; then
    echo "main ran as the entry" >&2
    exit 1
fi
grep -q 'main would be given' message
expect 3 hosted.o --entry main

# What an unused function lacks does not matter, and what a used one lacks is said.
cat >partly.c <<'C'
#include <stdlib.h>
void *unused(void)
{
    return malloc(7);
}
uint64_t entrypoint(const uint8_t *input, uint64_t n)
{
    return n == 0 ? abs(-(int)input[0]) : 7;
}
C
make -s partly.o stdlib.o
expect 7 partly.o
if "$zkbpf" run partly.o --entry unused 2>message; then
    echo "malloc was found" >&2
    exit 1
fi
grep -q 'undefined symbol malloc; compile examples/guest/stdlib.c' message
"$zkbpf" run partly.o stdlib.o libc.o --entry unused >report

# A failed assertion and abort are faults that say so.
cat >asserting.c <<'C'
#include <assert.h>
uint64_t entrypoint(const uint8_t *input, uint64_t n)
{
    (void)input;
    assert(n == 1);
    return n;
}
C
make -s asserting.o
if "$zkbpf" run asserting.o --input input >report 2>message; then
    echo "a false assertion held" >&2
    exit 1
fi
grep -q '(entrypoint+.*number 999: the program aborts' message
make -s -B asserting.o ZKBPF_CFLAGS='-O2 -DNDEBUG'
expect 5 asserting.o
