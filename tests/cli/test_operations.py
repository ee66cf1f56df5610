#!/usr/bin/env python3
"""Every operation at the edges of its operands, proved: one program writes all results to the output,
and a model that knows nothing of the machine, written from RFC 9669, says what they must be."""
import json
import operator
import struct
import subprocess
import sys
import unittest

from harness import Case, TESTS, run

MAX64 = (1 << 64) - 1
EDGES = (0, 1, 2, 31, 33, 64, 0x80, 0x8000, 0x7fffffff, 0x80000000, 0xffffffff, 0x180000000,
         0xdeadbeef00000000, 0xffffffff80000000, 1 << 63, (1 << 63) - 1, MAX64)
IMMEDIATES = (0, 1, -1, 7, 32, 63, 0x7fffffff, -0x80000000)
DIV, MOV, MOD = 0x30, 0xb0, 0x90
SIZES = {1: 0x10, 2: 0x08, 4: 0x00, 8: 0x18}
PATTERN = bytes((0x81, 0x92, 0x73, 0x04, 0xf5, 0x66, 0xe7, 0x88, 0x19, 0xaa, 0x3b, 0xcc, 0x5d, 0xee,
                 0x7f, 0x80, 0xff, 0, 1, 2, 3, 4, 0x85, 0x96))
WINDOW = -32  # of PATTERN, from r10


def signed(x, bits):
    x &= (1 << bits) - 1
    return x - (1 << bits) if x >> (bits - 1) else x


def quotient(a, b):
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def arithmetic(code, offset, a, b, bits):
    """Section 4.1."""
    a, b = a & ((1 << bits) - 1), b & ((1 << bits) - 1)
    x, y = signed(a, bits), signed(b, bits)
    if offset and code in (DIV, MOD):
        whole = quotient(x, y) if b else 0
        return whole if code == DIV else x - whole * y
    return {0x00: lambda: a + b, 0x10: lambda: a - b, 0x20: lambda: a * b,
            DIV: lambda: a // b if b else 0, 0x40: lambda: a | b, 0x50: lambda: a & b,
            0x60: lambda: a << b % bits, 0x70: lambda: a >> b % bits, 0x80: lambda: -a,
            MOD: lambda: a % b if b else a, 0xa0: lambda: a ^ b,
            MOV: lambda: signed(b, offset) if offset else b,
            0xc0: lambda: x >> b % bits}[code]()


def compare(code, a, b, bits):
    """Section 4.3."""
    a, b = a & ((1 << bits) - 1), b & ((1 << bits) - 1)
    if code in (0x60, 0x70, 0xc0, 0xd0):
        a, b = signed(a, bits), signed(b, bits)
    return {0x10: operator.eq, 0x20: operator.gt, 0x30: operator.ge, 0x40: operator.and_,
            0x50: operator.ne, 0x60: operator.gt, 0x70: operator.ge, 0xa0: operator.lt,
            0xb0: operator.le, 0xc0: operator.lt, 0xd0: operator.le}[code](a, b) != 0


class Program:
    """Instructions, and what they are to write; r9 points to the output's current place."""

    def __init__(self):
        self.code, self.expected, self.place = [], [], 0
        self.put(0xbf, 9, 5)

    def put(self, opcode, dst=0, src=0, offset=0, imm=0):
        self.code.append(struct.pack("<BBhi", opcode, dst | src << 4, offset, signed(imm, 32)))

    def load(self, register, value):
        self.put(0x18, register, imm=value & 0xffffffff)
        self.put(0, imm=value >> 32 & 0xffffffff)

    def result(self, register, value):
        self.put(0x7b, 9, register, self.place)
        self.expected.append(value & MAX64)
        self.place += 8
        if self.place == 0x7000:
            self.put(0x07, 9, imm=self.place)
            self.place = 0

    def window(self):
        for at in range(0, len(PATTERN), 8):
            self.load(1, int.from_bytes(PATTERN[at:at + 8], "little"))
            self.put(0x7b, 10, 1, WINDOW + at)

    def window_is(self, at, size, value):
        memory = bytearray(PATTERN)
        memory[at:at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "little")
        for word in range(0, len(PATTERN), 8):
            self.put(0x79, 1, 10, WINDOW + word)
            self.result(1, int.from_bytes(memory[word:word + 8], "little"))


def put_arithmetic(p, bits, opcode_class):
    """All pairs for division; for the others each edge with a third of the others."""
    mask = (1 << bits) - 1
    offsets = {DIV: (0, 1), MOD: (0, 1), MOV: (0, 8, 16, 32) if bits == 64 else (0, 8, 16)}
    for code in (0x00, 0x10, 0x20, DIV, 0x40, 0x50, 0x60, 0x70, MOD, 0xa0, MOV, 0xc0):
        every = 1 if code in (DIV, MOD) else 3
        for offset in offsets.get(code, (0,)):
            for i, a in enumerate(EDGES):
                for b in EDGES[i % every::every]:
                    p.load(1, a)
                    p.load(2, b)
                    p.put(code | 8 | opcode_class, 1, 2, offset)
                    p.result(1, arithmetic(code, offset, a, b, bits) & mask)
                for k in () if code == MOV and offset else IMMEDIATES[i % 2::2]:
                    p.load(1, a)
                    p.put(code | opcode_class, 1, 0, offset, k)
                    p.result(1, arithmetic(code, offset, a, k, bits) & mask)
                p.load(1, a)
                p.put(code | 8 | opcode_class, 1, 1, offset)
                p.result(1, arithmetic(code, offset, a, a, bits) & mask)
    for a in EDGES:
        p.load(1, a)
        p.put(0x80 | opcode_class, 1)
        p.result(1, -a & mask)


def put_swaps(p):
    for a in EDGES:
        for bits in (16, 32, 64):
            value = a & ((1 << bits) - 1)
            swapped = int.from_bytes(value.to_bytes(bits // 8, "little"), "big")
            for opcode, wanted in ((0xd4, value), (0xdc, swapped), (0xd7, swapped)):
                p.load(1, a)
                p.put(opcode, 1, imm=bits)
                p.result(1, wanted)


def put_jumps(p, bits, opcode_class):
    for code in (0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0):
        for i, a in enumerate(EDGES):
            p.load(1, a)
            for form, others in ((8, EDGES[(i + code // 16) % 4::4]), (0, IMMEDIATES[i % 3::3])):
                for b in others:
                    if form:
                        p.load(2, b)
                    p.put(MOV | 7, 3, imm=1)
                    p.put(code | form | opcode_class, 1, 2 if form else 0, 1, 0 if form else b)
                    p.put(MOV | 7, 3, imm=0)
                    p.result(3, int(compare(code, a, b, bits)))


def put_memory(p):
    """Every width at every place of two words; signed loads; a base that is overwritten."""
    p.window()
    for size, bits in SIZES.items():
        for at in range(0, len(PATTERN) - 7):
            value = int.from_bytes(PATTERN[at:at + size], "little")
            p.put(0x61 | bits, 1, 10, WINDOW + at)
            p.result(1, value)
            if size < 8:
                p.put(0x81 | bits, 1, 10, WINDOW + at)
                p.result(1, signed(value, 8 * size))
            p.put(0xbf, 4, 10)
            p.put(0x61 | bits, 4, 4, WINDOW + at)
            p.result(4, value)
    for size, bits in SIZES.items():
        for at in range(0, len(PATTERN) - 7):
            p.window()
            p.load(2, 0xfedcba9876543210)
            p.put(0x63 | bits, 10, 2, WINDOW + at)
            p.window_is(at, size, 0xfedcba9876543210)
            p.window()
            p.put(0x62 | bits, 10, 0, WINDOW + at, -2)
            p.window_is(at, size, -2)


ATOMICS = {0x00: operator.add, 0x40: operator.or_, 0x50: operator.and_, 0xa0: operator.xor}


def put_atomics(p, size, opcode):
    mask = (1 << 8 * size) - 1
    for at in range(0, 16, size):
        old = int.from_bytes(PATTERN[at:at + size], "little")
        for value in (0xffffffff, 0xfedcba9876543210, -old & MAX64, 1 << 32):
            for kind, function in ATOMICS.items():
                for fetch in (0, 1):
                    p.window()
                    p.load(2, value)
                    p.put(opcode, 10, 2, WINDOW + at, kind | fetch)
                    p.result(2, old if fetch else value)
                    p.window_is(at, size, function(old, value))
            p.window()
            p.load(2, value)
            p.put(opcode, 10, 2, WINDOW + at, 0xe1)
            p.result(2, old)
            p.window_is(at, size, value)
            for compared in (old, old | 0xabcd << 32, old ^ 1, old ^ 1 << 31, old ^ 1 << 63):
                p.window()
                p.load(0, compared)
                p.load(2, value)
                p.put(opcode, 10, 2, WINDOW + at, 0xf1)
                p.result(0, old)
                p.result(2, value)
                p.window_is(at, size, value if compared & mask == old else old)
            p.window()  # the operand in r0
            p.load(0, value)
            p.put(opcode, 10, 0, WINDOW + at, 0xf1)
            p.result(0, old)
            p.window_is(at, size, value if value & mask == old else old)
        p.window()  # the address as operand
        p.put(0xbf, 4, 10)
        p.put(opcode, 4, 4, WINDOW + at, 0xe1)
        p.result(4, old)
        p.window_is(at, size, (0x2 << 32) + 4096)


def put_helpers(p):
    for a in EDGES:
        for b in EDGES[1::4]:
            p.load(1, a)
            p.load(2, b)
            p.put(0x85, imm=1000)
            p.result(0, a * b >> 64)


class Operations(Case):
    def test_every_result(self):
        p = Program()
        for bits, arithmetic_class, jump_class in ((64, 7, 5), (32, 4, 6)):
            put_arithmetic(p, bits, arithmetic_class)
            put_jumps(p, bits, jump_class)
        put_swaps(p)
        put_memory(p)
        put_atomics(p, 4, 0xc3)
        put_atomics(p, 8, 0xdb)
        put_helpers(p)
        p.put(MOV | 7, 0, imm=42)
        p.put(0x95)
        guest = self.file("operations.bin", b"".join(p.code))
        output = bytearray(b"".join(value.to_bytes(8, "little") for value in p.expected))
        size = ("--output-bytes", len(output) + 7 & -8)
        setup, proof = self.folder / "setup.srs", self.folder / "proof.zkb"
        self.assertLessEqual(len(p.code), 1 << 16)
        self.ok("setup", "generate", "--k", 16, "-o", setup)
        self.ok("prove", guest, "-s", setup, "-o", proof, "--k", 16, "--chunk-size", 30000, *size,
                "--progress", "none")
        verify = ("verify", proof, "-s", setup, "-P", guest, *size, "-o")
        self.assertIn("valid: r0 = 42 ", self.ok(*verify, self.file("output", bytes(output))))
        output[-1] ^= 1
        self.assertEqual(run(*verify, self.file("output", bytes(output))).returncode, 1)

    def test_program_of_every_instruction(self):
        """What bench/every_instruction.py writes runs to its end, with rows in (almost) all chips."""
        script = TESTS.parent / "bench" / "every_instruction.py"
        done = subprocess.run([sys.executable, script, "3"], capture_output=True, check=True)
        guest = self.file("every.bin", done.stdout)
        self.assertIn("r0            0 ", self.ok("run", guest))
        rows = json.loads(self.ok("cost", guest, "--json"))["rows"]
        self.assertGreater(len(rows), 55)


if __name__ == "__main__":
    unittest.main()
