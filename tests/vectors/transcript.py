#!/usr/bin/env python3
"""Writes tests/vectors/transcript.txt: Poseidon2 outputs and a transcript walked by the rules of
docs/protocol.md with Python integers. tests/unit/test_hash.c makes the same walk."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
sys.stdout, real = open("/dev/null", "w"), sys.stdout
import poseidon2_constants as poseidon2  # noqa: E402  (checks the known answer, prints a header)

sys.stdout = real
P = poseidon2.P


class Transcript:
    def __init__(self, domain):
        self.state = [0, 0, int.from_bytes(domain, "little") << 64]
        self.available = 0

    def absorb(self, kind, length, words):
        if len(words) > 32:
            blocks = (len(words) + 31) // 32
            words = [strand(kind, length, words[j::16], blocks) for j in range(16)]
        self.state[2] = (self.state[2] + (kind << 32) + length) % P
        for i in range(0, max(len(words), 1), 2):
            for j, word in enumerate(words[i : i + 2]):
                self.state[j] = (self.state[j] + word) % P
            self.state = poseidon2.permutation(self.state)
        self.available = 2

    def absorb_u64(self, values):
        packed = [
            sum(v << (64 * j) for j, v in enumerate(values[i : i + 3])) for i in range(0, len(values), 3)
        ]
        self.absorb(2, len(values), packed)

    def absorb_bytes(self, data):
        packed = [int.from_bytes(data[i : i + 31], "little") for i in range(0, len(data), 31)]
        self.absorb(3, len(data), packed)

    def absorb_points(self, points):
        words = [x % P for x, y in points]
        for i in range(0, len(points), 126):
            words.append(sum(((y & 1) + 2 * (x >= P)) << 2 * j for j, (x, y) in enumerate(points[i : i + 126])))
        self.absorb(4, len(points), words)

    def squeeze(self):
        if self.available == 0:
            self.state[2] = (self.state[2] + (5 << 32)) % P
            self.state = poseidon2.permutation(self.state)
            self.available = 2
        self.available -= 1
        return self.state[1 - self.available]

    def expand(self, count):
        seed, words = self.squeeze(), []
        capacity = int.from_bytes(b"zkbpf.expand.v1", "little") << 64
        for i in range((count + 5) // 6):
            words += poseidon2.permutation([seed, i, capacity])
        return [w >> shift & (2**126 - 1) for w in words for shift in (0, 126)][:count]


def strand(kind, length, words, blocks):
    # Strands of one message may differ in length by a word, but not in the number of permutations.
    state = [0, 0, (int.from_bytes(b"zkbpf.strand.v1", "little") << 64) + (kind << 32) + length]
    words = words + [0] * (2 * blocks - len(words))
    for i in range(0, 2 * blocks, 2):
        state = poseidon2.permutation([(state[0] + words[i]) % P, (state[1] + words[i + 1]) % P, state[2]])
    return state[0]


state = [0, 1, 2]
for _ in range(4):
    state = poseidon2.permutation(state)
    for x in state:
        print(f"{x:064x}")
t = Transcript(b"zkbpf.test")
print(f"{t.squeeze():064x}")
for n in range(6):
    t.absorb(1, n, [7 * i + 1 for i in range(n)])
    for _ in range(n):
        print(f"{t.squeeze():064x}")
for n in range(8):
    t.absorb_u64([2**64 - 1 - i for i in range(n)])
    print(f"{t.squeeze():064x}")
for n in (0, 1, 30, 31, 32, 62, 63, 100):
    t.absorb_bytes(bytes((3 * i + 250) % 256 for i in range(n)))
    print(f"{t.squeeze() % 2**128:064x}")
Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
IDENTITY = (0, 0)
assert pow(3, (Q - 1) // 2, Q) == Q - 1  # no point has x = 0


def even_point(x):
    y = pow(x**3 + 3, (Q + 1) // 4, Q)
    return (x, y if y % 2 == 0 else Q - y) if (y * y - x**3 - 3) % Q == 0 else None


k = next(k for k in range(1, 100) if even_point(k) and even_point(P + k))
t.absorb_points([(1, 2), IDENTITY, (1, Q - 2)])
print(f"{t.squeeze():064x}")
for n in (32, 33, 80, 96, 97, 129):
    t.absorb(1, n, [3 * i + n for i in range(n)])
    print(f"{t.squeeze():064x}")
for n in (30, 31, 57, 127, 260):
    t.absorb_points([(1, 2), IDENTITY, (1, Q - 2), even_point(P + k), even_point(k)] * (n // 5) + [IDENTITY] * (n % 5))
    print(f"{t.squeeze():064x}")
for n in (1, 2, 6, 7, 96, 97, 200):
    for c in t.expand(n):
        print(f"{c:064x}")
