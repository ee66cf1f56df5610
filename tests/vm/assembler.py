#!/usr/bin/env python3
"""A small BPF assembler for tests: the syntax of the uBPF family of test files to raw bytes.

    mov %r1, -1            add32 %r0, %r1          ldxw %r0, [%r1+4]      stxdw [%r10-8], %r2
    lddw %r1, 0x1122       jeq %r0, 1, label       call 5                 call local label
    lock fetch add [%r10-8], %r1                   lock cmpxchg32 [%r1], %r2

Written for this project's tests from RFC 9669, apart from the machine's own decoder, so that the
two check each other. Usage: assembler.py FILE prints the bytes in hexadecimal."""
import re
import struct
import sys

ALU = dict(add=0, sub=1, mul=2, div=3, sdiv=3, mod=9, smod=9, lsh=6, rsh=7, xor=10, mov=11,
           movsx=11, arsh=12, neg=8)
ALU["or"] = 4
ALU["and"] = 5
JUMP = dict(jeq=1, jgt=2, jge=3, jset=4, jne=5, jsgt=6, jsge=7, jlt=10, jle=11, jslt=12, jsle=13)
SIZE = dict(w=0, h=1, b=2, dw=3)
ATOMIC = dict(add=0, xor=0xa0, xchg=0xe1, cmpxchg=0xf1)
ATOMIC["or"] = 0x40
ATOMIC["and"] = 0x50
X = 8  # the operand is a register


class AssemblyError(Exception):
    pass


def number(text, bits):
    """A signed decimal, or unsigned hexadecimal, that fits in the field; as unsigned."""
    try:
        value = int(text, 0)
    except ValueError:
        raise AssemblyError(f"not a number: {text}") from None
    most = (1 << bits) - 1 if "0x" in text or bits == 64 else (1 << (bits - 1)) - 1
    if not -(1 << (bits - 1)) <= value <= most:
        raise AssemblyError(f"does not fit in {bits} bits: {text}")
    return value & ((1 << bits) - 1)


def register(text):
    match = re.fullmatch(r"%?r(\d+)", text)
    if not match or int(match.group(1)) > 15:
        raise AssemblyError(f"not a register: {text}")
    return int(match.group(1))


def is_register(text):
    return text.startswith("%") or bool(re.fullmatch(r"r\d+", text))


def memory(text):
    match = re.fullmatch(r"\[(%?r\d+)([+-]\w+)?\]", text)
    if not match:
        raise AssemblyError(f"not a memory operand: {text}")
    return register(match.group(1)), number((match.group(2) or "0").lstrip("+"), 16)


class Slot:
    def __init__(self, opcode, dst=0, src=0, offset=0, imm=0, label=None, label_in_imm=False):
        self.opcode, self.dst, self.src, self.offset, self.imm = opcode, dst, src, offset, imm
        self.label, self.label_in_imm = label, label_in_imm


def operand(slot, text):
    if is_register(text):
        slot.opcode |= X
        slot.src = register(text)
    else:
        slot.imm = number(text, 32)


def target(slot, text, in_imm=False):
    if text[0] in "+-":
        if in_imm:
            slot.imm = number(text.lstrip("+"), 32)
        else:
            slot.offset = number(text.lstrip("+"), 16)
    else:
        slot.label, slot.label_in_imm = text, in_imm


def expect(operands, count, mnemonic):
    if len(operands) != count:
        raise AssemblyError(f"{mnemonic} takes {count} operands")


def encode_alu(name, wide, operands):
    extend = 0
    match = re.fullmatch(r"movsx(8|16|32)(32|64)", name)
    if match:
        extend, wide, name = int(match.group(1)), match.group(2) == "64", "movsx"
    slot = Slot((7 if wide else 4) | ALU[name] << 4, register(operands[0]))
    slot.offset = extend or (1 if name in ("sdiv", "smod") else 0)
    expect(operands, 1 if name == "neg" else 2, name)
    if name != "neg":
        operand(slot, operands[1])
    return [slot]


def encode_jump(name, wide, operands):
    expect(operands, 3, name)
    slot = Slot((5 if wide else 6) | JUMP[name] << 4, register(operands[0]))
    operand(slot, operands[1])
    target(slot, operands[2])
    return [slot]


def encode_call(operands):
    if operands[0] in ("local", "helper", "runtime"):
        kind, where = operands[0], operands[1]
    else:
        kind, where = "helper", operands[0]
    slot = Slot(0x85, src=dict(helper=0, local=1, runtime=2)[kind])
    if kind == "local":
        target(slot, where, True)
    elif is_register(where):
        slot.opcode |= X
        slot.dst = register(where)
    else:
        slot.imm = number(where, 32)
    return [slot]


def encode_lock(operands):
    fetch = operands[0] == "fetch"
    if fetch:
        operands = operands[1:]
    expect(operands, 3, "lock")
    name = operands[0]
    wide = not name.endswith("32")
    name = name if wide else name[:-2]
    if name not in ATOMIC:
        raise AssemblyError(f"no atomic operation {name}")
    base, offset = memory(operands[1])
    return [Slot(0xdb if wide else 0xc3, base, register(operands[2]), offset,
                 ATOMIC[name] | (1 if fetch else 0))]


def encode_memory(name, operands):
    """ldxSIZE, ldxsSIZE, stSIZE, stxSIZE; None when name is not one of them."""
    match = re.fullmatch(r"(ldxs|ldx|stx|st)(dw|w|h|b)", name)
    if not match:
        return None
    expect(operands, 2, name)
    kind, size = match.group(1), SIZE[match.group(2)] << 3
    if kind in ("ldx", "ldxs"):
        base, offset = memory(operands[1])
        return [Slot((0x61 if kind == "ldx" else 0x81) | size, register(operands[0]), base, offset)]
    base, offset = memory(operands[0])
    if kind == "stx":
        return [Slot(0x63 | size, base, register(operands[1]), offset)]
    return [Slot(0x62 | size, base, 0, offset, number(operands[1], 32))]


def encode(mnemonic, operands):
    if mnemonic == "exit":
        expect(operands, 0, mnemonic)
        return [Slot(0x95)]
    if mnemonic in ("ja", "ja32"):
        expect(operands, 1, mnemonic)
        slot = Slot(5 if mnemonic == "ja" else 6)
        target(slot, operands[0], mnemonic == "ja32")
        return [slot]
    if not operands:
        raise AssemblyError(f"{mnemonic} takes operands")
    if mnemonic == "call":
        return encode_call(operands)
    if mnemonic == "lock":
        return encode_lock(operands)
    if mnemonic == "lddw":
        expect(operands, 2, mnemonic)
        value = number(operands[1], 64)
        return [Slot(0x18, register(operands[0]), imm=value & 0xffffffff), Slot(0, imm=value >> 32)]
    match = re.fullmatch(r"(le|be|swap|bswap)(16|32|64)", mnemonic)
    if match:
        opcode = dict(le=0xd4, be=0xdc, swap=0xd7, bswap=0xd7)[match.group(1)]
        expect(operands, 1, mnemonic)
        return [Slot(opcode, register(operands[0]), imm=int(match.group(2)))]
    found = encode_memory(mnemonic, operands)
    if found:
        return found
    wide = not mnemonic.endswith("32") or mnemonic.startswith("movsx")
    base = mnemonic[:-2] if mnemonic.endswith(("32", "64")) else mnemonic
    if base in JUMP:
        return encode_jump(base, wide, operands)
    if mnemonic.startswith("movsx"):
        return encode_alu(mnemonic, wide, operands)
    if base in ALU:
        return encode_alu(base, wide, operands)
    raise AssemblyError(f"no instruction {mnemonic}")


def resolve(slots, labels):
    for here, slot in enumerate(slots):
        if slot.label is None:
            continue
        if slot.label not in labels:
            raise AssemblyError(f"no label {slot.label}")
        distance = labels[slot.label] - here - 1
        if slot.label_in_imm:
            slot.imm = number(str(distance), 32)
        else:
            slot.offset = number(str(distance), 16)


def assemble(text):
    """Source text to bytes. The first exit is labelled `exit`, as the test files expect."""
    slots, labels = [], {}
    for line in text.splitlines():
        words = line.split("#")[0].replace(",", " ").split()
        if words and words[0].endswith(":"):
            label = words.pop(0)[:-1]
            if label in labels:
                raise AssemblyError(f"label {label} twice")
            labels[label] = len(slots)
        if not words:
            continue
        if words[0] == "exit":
            labels.setdefault("exit", len(slots))
        slots += encode(words[0], words[1:])
    resolve(slots, labels)
    return b"".join(
        struct.pack("<BBHI", s.opcode, s.dst | s.src << 4, s.offset, s.imm) for s in slots)


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as source:
        print(assemble(source.read()).hex())
