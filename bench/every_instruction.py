#!/usr/bin/env python3
"""Writes a program that uses every instruction of RFC 9669 equally often, for the size and the
verification time of the widest chunk that there is:

    bench/every_instruction.py ROUNDS > every.bin
    zkbpf prove every.bin --output every.zkb && zkbpf verify every.zkb --program every.bin
"""
import struct
import sys

BINARY = (0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xb0, 0xc0)
CONDITIONS = (0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0)
ATOMIC = (0x00, 0x40, 0x50, 0xa0, 0x01, 0x41, 0x51, 0xa1, 0xe1, 0xf1)
SIZES = (0x10, 0x08, 0x00, 0x18)


class Program:
    def __init__(self):
        self.code = []

    def put(self, opcode, dst=0, src=0, offset=0, imm=0):
        self.code.append(struct.pack("<BBhi", opcode, dst | src << 4, offset, imm))

    def body(self):
        """r6 counts rounds, r7 and r8 are worked with, r10 - 64 is memory."""
        for size in (7, 4):  # ALU64, ALU
            for operation in BINARY:
                self.put(operation | size, 7, imm=5)
                self.put(operation | 8 | size, 7, 8)
            self.put(0x80 | size, 7)
            for operation in (0x30, 0x90):  # signed
                self.put(operation | size, 7, offset=1, imm=5)
                self.put(operation | 8 | size, 7, 8, offset=1)
            for bits in (8, 16, 32) if size == 7 else (8, 16):
                self.put(0xb8 | size, 7, 8, offset=bits)
        for opcode in (0xd4, 0xdc, 0xd7):  # to little and big endian, swapped
            for bits in (16, 32, 64):
                self.put(opcode, 7, imm=bits)
        for size in (5, 6):  # JMP, JMP32
            for condition in CONDITIONS:
                self.put(condition | size, 7, imm=5)
                self.put(condition | 8 | size, 7, 8)
        self.put(0x05)  # JA
        self.put(0x06)
        self.put(0x18, 8, imm=0x1234567)
        self.put(0, imm=0x89)
        for size in SIZES:
            self.put(0x62 | size, 10, offset=-64, imm=3)
            self.put(0x63 | size, 10, 8, -56)
            self.put(0x61 | size, 7, 10, -64)
            if size != 0x18:
                self.put(0x81 | size, 7, 10, -56)
        for size in (0x00, 0x18):
            for operation in ATOMIC:
                self.put(0xc3 | size, 10, 8, -64, operation)
        self.put(0x18, 8, imm=0x1234567)  # fetching operations left something else
        self.put(0, imm=0x89)
        self.put(0xbf, 9, 6)
        self.put(0x85, 0, 1, imm=3)  # to the function after the loop: r6 is kept

    def whole(self, rounds):
        self.put(0xb7, 6, imm=rounds)
        self.put(0x18, 8, imm=0x1234567)
        self.put(0, imm=0x89)
        start = len(self.code)
        self.body()
        self.put(0x07, 6, imm=-1)
        self.put(0x55, 6, offset=start - len(self.code) - 1)
        self.put(0xb7, 0)
        self.put(0x95)
        self.put(0x95)
        return b"".join(self.code)


if __name__ == "__main__":
    if len(sys.argv) != 2 or not sys.argv[1].isdigit():
        sys.exit(__doc__)
    sys.stdout.buffer.write(Program().whole(int(sys.argv[1])))
