#!/usr/bin/env python3
"""Writes src/hash/poseidon2_constants.h: the round constants of Poseidon2 over the scalar field of
BN254 with t = 3, R_F = 8, R_P = 56, S-box x^5.

The constants come from the Grain LFSR in self-shrinking mode, seeded with the parameters, by the
procedure of the Poseidon paper (appendix E) as the Poseidon2 authors apply it: t constants for
each full round and one for each partial round, drawn by rejection, in round order. Before anything
is written the permutation is evaluated on (0, 1, 2) with Python integers and compared with the
answer that HorizenLabs published.

    tools/poseidon2_constants.py          print the header
    tools/poseidon2_constants.py --vectors  print inputs and outputs for the unit test
"""
import sys

P = 21888242871839275222246405745257275088548364400416034343698204186575808495617
T, R_F, R_P, BITS = 3, 8, 56, 254
KNOWN = 0x0BB61D24DACA55EEBCB1929A82650F328134334DA98EA4F847F760054F4A3033


def grain():
    """Bits of the self-shrinking Grain LFSR seeded with the parameters."""
    fields = [(1, 2), (0, 4), (BITS, 12), (T, 12), (R_F, 10), (R_P, 10), ((1 << 30) - 1, 30)]
    state = [int(bit) for value, width in fields for bit in format(value, f"0{width}b")]
    assert len(state) == 80

    def clock():
        bit = 0
        for tap in (62, 51, 38, 23, 13, 0):
            bit ^= state[tap]
        state.pop(0)
        state.append(bit)
        return bit

    for _ in range(160):
        clock()
    while True:
        keep = clock()
        bit = clock()
        if keep:
            yield bit


def constants():
    bits = grain()
    out = []
    while len(out) < R_F * T + R_P:
        value = int("".join(str(next(bits)) for _ in range(BITS)), 2)
        if value < P:
            out.append(value)
    half = R_F * T // 2
    return out[:half], out[half : half + R_P], out[half + R_P :]


FIRST, PARTIAL, LAST = constants()


def external(s):
    total = sum(s)
    return [(x + total) % P for x in s]


def internal(s):
    total = sum(s)
    return [(s[0] + total) % P, (s[1] + total) % P, (2 * s[2] + total) % P]


def permutation(s):
    s = external(s)
    for i in range(R_F // 2):
        s = external([pow(s[j] + FIRST[T * i + j], 5, P) for j in range(T)])
    for c in PARTIAL:
        s = internal([pow(s[0] + c, 5, P), s[1], s[2]])
    for i in range(R_F // 2):
        s = external([pow(s[j] + LAST[T * i + j], 5, P) for j in range(T)])
    return s


def limbs(value):
    return ", ".join(f"0x{(value >> (64 * i)) & (2**64 - 1):016x}u" for i in range(4))


def table(name, note, words):
    print(f"\n/* {note} */")
    print(f"static const zkb_fr {name}[{len(words)}] = {{")
    for value in words:
        print(f"    {{{{{limbs(value)}}}}},")
    print("};")


def constants(name, note, values):
    table(name, note, [value * 2**256 % P for value in values])


def header():
    print("/* Written by tools/poseidon2_constants.py; do not edit. Montgomery form, radix 2^256. */")
    print("#ifndef ZKB_HASH_POSEIDON2_CONSTANTS_H\n#define ZKB_HASH_POSEIDON2_CONSTANTS_H")
    print('\n#include "field/fr.h"\n\n/* clang-format off */')
    constants("poseidon2_first", "The first R_F/2 rounds, t each.", FIRST)
    constants("poseidon2_partial", "The R_P partial rounds, for word 0.", PARTIAL)
    constants("poseidon2_last", "The last R_F/2 rounds, t each.", LAST)
    table("poseidon2_multiples", "The multiple of the prime next below 2^251 i, low 256 bits.",
          [2**251 * i // P * P for i in range(64)])
    print("/* clang-format on */\n\n#endif")


def vectors():
    state = [0, 1, 2]
    for _ in range(4):
        state = permutation(state)
        print(" ".join(f"{x:064x}" for x in state))


if permutation([0, 1, 2])[0] != KNOWN:
    sys.exit("the permutation of (0, 1, 2) is not the published one")
vectors() if "--vectors" in sys.argv[1:] else header()
