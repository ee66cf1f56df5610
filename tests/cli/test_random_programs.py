#!/usr/bin/env python3
"""Random C programs, compiled for the host and for every BPF processor by every clang there is:
what they return and write must be the same.

The programs have no undefined behaviour: arithmetic is unsigned (or signed by way of unsigned),
shifts are masked, divisors made odd, indices masked. ZKBPF_RANDOM_PROGRAMS says how many there are,
ZKBPF_RANDOM_SEED where they begin."""
import json
import os
import random
import shutil
import subprocess
import unittest

from harness import TESTS, TIMEOUT, Case

GUEST = TESTS.parent / "examples" / "guest"
COMPILERS = [c for c in ("clang-14", "clang-19", "clang") if shutil.which(c)]
BPF_FLAGS = ["-target", "bpf", "-O2", "-fno-builtin", "-nostdlibinc", "-I", GUEST, "-w", "-c"]
TYPES = ("uint8_t", "uint16_t", "uint32_t", "uint64_t", "int8_t", "int16_t", "int32_t", "int64_t")
HEADER = """
#include "zkbpf.h"
typedef struct pair { uint32_t a; uint64_t b; int16_t c; uint8_t d[5]; } pair;
"""


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.functions = []
        self.names = 0

    def pick(self, *choices):
        return self.random.choice(choices)

    def name(self, prefix):
        self.names += 1
        return f"{prefix}{self.names}"

    def constant(self):
        value = self.pick(self.random.randrange(8), self.random.randrange(256),
                          self.random.randrange(1 << 32), self.random.randrange(1 << 64),
                          (1 << 31) - 1, 1 << 31, (1 << 63), (1 << 64) - 1, 0xffffffff)
        return f"{value}ull"

    def place(self, scope):
        """Something that can be assigned to."""
        return self.pick(*scope, *scope, f"words[{self.index(scope)} & 15]",
                         f"bytes[{self.index(scope)} & 31]", f"halves[{self.index(scope)} & 7]",
                         "record.a", "record.b", "record.c", f"record.d[{self.index(scope)} % 5]",
                         "zeroed", f"local[{self.index(scope)} & 7]")

    def index(self, scope):
        return f"(uint32_t){self.random.choice(scope)}"

    def leaf(self, scope):
        return self.pick(self.place(scope), self.place(scope), self.constant(),
                         f"table[{self.index(scope)} & 7]", f"\"some text\"[{self.index(scope)} % 10]")

    def expression(self, scope, depth):
        if depth == 0:
            return self.leaf(scope)
        a = self.expression(scope, depth - 1)
        b = self.expression(scope, self.random.randrange(depth))
        kind = self.random.randrange(14)
        if kind < 5:
            return f"((uint64_t)({a}) {self.pick('+', '-', '*', '^', '&', '|')} (uint64_t)({b}))"
        if kind == 5:
            return f"((uint32_t)({a}) {self.pick('+', '-', '*', '^')} (uint32_t)({b}))"
        if kind == 6:
            return f"((uint64_t)({a}) {self.pick('<<', '>>')} (({b}) & 63))"
        if kind == 7:
            return f"((uint32_t)({a}) {self.pick('<<', '>>')} (({b}) & 31))"
        if kind == 8:
            return f"((int64_t)({a}) >> (({b}) & 63))"
        if kind == 9:
            t = self.pick("uint64_t", "uint32_t")
            return f"(({t})({a}) {self.pick('/', '%')} (({t})({b}) | 1))"
        if kind == 10:
            return f"(({self.pick(*TYPES)})({a}))"
        if kind == 11:
            t = self.pick("uint64_t", "int64_t", "uint32_t", "int32_t", "int8_t")
            relation = self.pick("<", "<=", "==", "!=", ">", ">=")
            return f"(({t})({a}) {relation} ({t})({b}) ? ({self.leaf(scope)}) : ({b}))"
        if kind == 12 and self.functions:
            return f"{self.pick(*self.functions)}({a}, {b})"
        return self.pick(f"(~(uint64_t)({a}))", f"(-(uint64_t)({a}))",
                         f"__builtin_bswap32((uint32_t)({a}))", f"__builtin_bswap64({a})")

    def block(self, scope, depth, indent):
        lines = [self.statement(scope, depth, indent) for _ in range(self.random.randrange(2, 5))]
        return "".join(lines)

    def statement(self, scope, depth, indent):
        pad = "    " * indent
        kind = self.random.randrange(10) if depth > 0 else 0
        if kind < 5:
            operator = self.pick("=", "=", "+=", "^=", "|=", "-=")
            return f"{pad}{self.place(scope)} {operator} {self.expression(scope, 3)};\n"
        if kind == 5:
            return (f"{pad}if ({self.expression(scope, 2)}) {{\n{self.block(scope, depth - 1, indent + 1)}"
                    f"{pad}}} else {{\n{self.block(scope, depth - 1, indent + 1)}{pad}}}\n")
        if kind == 6:
            i = self.name("i")
            return (f"{pad}for (uint32_t {i} = 0; {i} < {self.random.randrange(2, 12)}; {i}++) {{\n"
                    f"{pad}    {self.random.choice(scope)} += {i};\n"
                    f"{self.block(scope, depth - 1, indent + 1)}{pad}}}\n")
        if kind == 7:
            cases = "".join(f"{pad}case {i}:\n{self.block(scope, depth - 1, indent + 1)}"
                            f"{pad}    {self.pick('break;', '')}\n" for i in range(5))
            return f"{pad}switch ((uint32_t)({self.expression(scope, 1)}) % 7) {{\n{cases}{pad}default: break;\n{pad}}}\n"
        if kind == 8:
            i = self.index(scope)
            return (f"{pad}{{\n{pad}    pair copy = record;\n{pad}    record = pairs[{i} & 1];\n"
                    f"{pad}    pairs[1] = copy;\n{pad}}}\n")
        return f"{pad}memmove(bytes + ({self.index(scope)} & 7), bytes + ({self.index(scope)} & 7), {self.index(scope)} & 15);\n"

    def function(self):
        name = self.name("f")
        scope = ["x", "y", "z"]
        body = self.block(scope, 2, 1)
        text = (f"static {self.pick('', '__attribute__((noinline)) ')}uint64_t {name}(uint64_t x, uint64_t y)\n"
                f"{{\n    {self.pick(*TYPES)} z = 3;\n    uint64_t local[8] = {{1, x, y}};\n{body}"
                f"    return {self.expression(scope, 2)};\n}}\n")
        self.functions.append(name)
        return text

    def program(self):
        values = ", ".join(self.constant() for _ in range(8))
        text = (HEADER + f"static const uint64_t table[8] = {{{values}}};\n"
                "static uint64_t words[16] = {1, 2, 3};\nstatic uint8_t bytes[32] = \"initial text\";\n"
                "static int16_t halves[8] = {-1, 2, -3};\nstatic uint32_t zeroed;\n"
                "static pair record = {7, 8, -9, {1, 2, 3, 4, 5}};\nstatic pair pairs[2];\n")
        for _ in range(self.random.randrange(3, 6)):
            text += self.function()
        pointers = ", ".join(self.random.choice(self.functions) for _ in range(4))
        return text + f"""
static uint64_t (*const functions[4])(uint64_t, uint64_t) = {{{pointers}}};
uint64_t entrypoint(const uint8_t *input, uint64_t input_bytes, const uint8_t *secret,
                    uint64_t secret_bytes, uint8_t *output)
{{
    uint64_t r = secret_bytes;
    for (uint64_t i = 0; i + 1 < input_bytes; i += 2) {{
        r = r * 31 + functions[input[i] & 3](r ^ input[i], input[i + 1]);
    }}
    uint64_t *out = (uint64_t *)(void *)output;
    for (uint32_t i = 0; i < 16; i++) {{
        out[i] = words[i];
    }}
    for (uint32_t i = 0; i < 32; i++) {{
        output[128 + i] = bytes[i];
        output[160 + i] = (uint8_t)((uint16_t)halves[i & 7] >> (i / 8 % 2 * 8));
    }}
    out[24] = zeroed;
    out[25] = record.a ^ record.b ^ (uint64_t)record.c ^ pairs[0].b ^ pairs[1].a;
    out[26] = ~(uint64_t)0;
    return r;
}}
"""


class RandomPrograms(Case):
    def compile(self, *command):
        done = subprocess.run([str(c) for c in command], capture_output=True, text=True,
                              check=False, timeout=TIMEOUT)
        self.assertEqual(done.returncode, 0, done.stderr)

    def expected(self, source, public):
        native = self.folder / "native"
        if not native.exists():
            self.compile(COMPILERS[-1], "-O0", "-w", "-I", GUEST, TESTS / "cli" / "native.c", source,
                         "-o", native)
        output = self.folder / "expected"
        done = subprocess.run([native, public, "/dev/null", output], capture_output=True, text=True,
                              check=True, timeout=TIMEOUT)
        return done.stdout.strip(), output.read_bytes()[:216]

    def check(self, seed):
        source = self.file("program.c", Generator(seed).program())
        self.folder.joinpath("native").unlink(missing_ok=True)
        inputs = [self.file(f"input{i}", random.Random(f"{seed}.{i}").randbytes(n))
                  for i, n in enumerate((0, 2, 40))]
        for compiler in COMPILERS:
            newer = compiler != "clang-14"
            for cpu in ("v1", "v2", "v3", "v4")[:4 if newer else 3]:
                program, libc = self.folder / "program.o", self.folder / "libc.o"
                flags = BPF_FLAGS + ["-mcpu=" + cpu] + (["-mllvm", "-bpf-stack-size=4096"] if newer
                                                        else [])
                self.compile(compiler, *flags, source, "-o", program)
                self.compile(compiler, *flags, GUEST / "libc.c", "-o", libc)
                for public in inputs:
                    output = self.folder / "output"
                    done = json.loads(self.ok("run", program, libc, "--input", public, "--output",
                                              output, "--json", "--max-instructions", 10 ** 8))
                    self.assertEqual((done["r0"], output.read_bytes()),
                                     self.expected(source, public), (seed, compiler, cpu))

    def test_random_programs(self):
        first = int(os.environ.get("ZKBPF_RANDOM_SEED", 1))
        for seed in range(first, first + int(os.environ.get("ZKBPF_RANDOM_PROGRAMS", 4))):
            self.check(seed)


if __name__ == "__main__":
    unittest.main()
