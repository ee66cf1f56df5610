#!/usr/bin/env python3
"""Each example against an independent reference, and against the same C compiled for the host."""
import hashlib
import json
import math
import random
import re
import struct
import subprocess
import unittest

from harness import EXAMPLES, TESTS, TIMEOUT, Case

MASK = (1 << 64) - 1


def keccak256(message):
    """Keccak-256 from its specification: lanes by formula, no tables but the round constants."""
    def step(lanes):
        bit = 1
        for _ in range(24):
            c = [lanes[x][0] ^ lanes[x][1] ^ lanes[x][2] ^ lanes[x][3] ^ lanes[x][4]
                 for x in range(5)]
            d = [c[(x - 1) % 5] ^ turn(c[(x + 1) % 5], 1) for x in range(5)]
            lanes = [[lanes[x][y] ^ d[x] for y in range(5)] for x in range(5)]
            x, y, current = 1, 0, lanes[1][0]
            for t in range(24):
                x, y = y, (2 * x + 3 * y) % 5
                current, lanes[x][y] = lanes[x][y], turn(current, (t + 1) * (t + 2) // 2 % 64)
            lanes = [[lanes[x][y] ^ (~lanes[(x + 1) % 5][y] & lanes[(x + 2) % 5][y])
                      for y in range(5)] for x in range(5)]
            for j in range(7):
                if bit & 1:
                    lanes[0][0] ^= 1 << ((1 << j) - 1)
                bit = bit << 1 ^ (0x171 if bit & 0x80 else 0)
        return lanes

    def turn(value, n):
        return (value << n | value >> 64 - n) & MASK

    padded = bytearray(message + b"\x01" + bytes(-(len(message) + 1) % 136))
    padded[-1] |= 0x80
    lanes = [[0] * 5 for _ in range(5)]
    for start in range(0, len(padded), 136):
        for i, word in enumerate(struct.unpack("<17Q", padded[start:start + 136])):
            lanes[i % 5][i // 5] ^= word
        lanes = step(lanes)
    return struct.pack("<4Q", *(lanes[i][0] for i in range(4)))


class Example(Case):
    def setUp(self):
        super().setUp()
        self.random = random.Random(2024)

    def both(self, name, public=b"", private=b"", flags=()):
        """(r0, output) of an example, after checking that the host's compilation agrees."""
        paths = [self.file("public", public), self.file("private", private)]
        output, native = self.folder / "output", self.folder / "native"
        done = json.loads(self.ok("run", EXAMPLES / f"{name}.o", "--input", paths[0], "--private",
                                  paths[1], "--output", output, "--json", *flags))
        host = subprocess.run([EXAMPLES / "native" / name, *paths, native], check=True, timeout=TIMEOUT,
                              capture_output=True)
        self.assertEqual(done["r0"], host.stdout.decode().strip())
        bytes_written = output.read_bytes()
        content = native.read_bytes()
        self.assertEqual(bytes_written, content[:len(bytes_written)])
        self.assertFalse(any(content[len(bytes_written):]))
        return int(done["r0"]), bytes_written

    def lengths(self, *edges):
        return list(edges) + [self.random.randrange(2000) for _ in range(6)]


class Hashes(Example):
    def test_keccak_of_this_file_is_right(self):
        # Ethereum's published hashes of "" and "abc"; SHA3-256 from hashlib differs in padding.
        self.assertEqual(keccak256(b"").hex(),
                         "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
        self.assertEqual(keccak256(b"abc").hex(),
                         "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45")

    def test_sha256(self):
        for length in self.lengths(0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 128):
            message = self.random.randbytes(length)
            self.assertEqual(self.both("sha256", message), (0, hashlib.sha256(message).digest()))

    def test_sha256_by_the_helper(self):
        for length in self.lengths(0, 1, 3, 55, 56, 57, 63, 64, 65, 119, 120, 128):
            message = self.random.randbytes(length)
            self.assertEqual(self.both("sha256-helper", message),
                             (0, hashlib.sha256(message).digest()))

    def test_sha256_as_the_tool_prints_it(self):
        message = self.random.randbytes(5000)
        tool = subprocess.run(["sha256sum"], input=message, capture_output=True, check=True)
        self.assertEqual(self.both("sha256", message)[1].hex(), tool.stdout.split()[0].decode())

    def test_keccak256(self):
        for length in self.lengths(0, 1, 7, 8, 134, 135, 136, 137, 271, 272):
            message = self.random.randbytes(length)
            self.assertEqual(self.both("keccak256", message), (0, keccak256(message)))

    def test_keccak256_and_sha3_by_the_helper(self):
        for length in self.lengths(0, 1, 7, 8, 134, 135, 136, 137, 271, 272, 300):
            message = self.random.randbytes(length)
            self.assertEqual(self.both("keccak256-helper", message),
                             (0, keccak256(message) + hashlib.sha3_256(message).digest()))

    def test_blake2s(self):
        for length in self.lengths(0, 1, 63, 64, 65, 127, 128, 129):
            message = self.random.randbytes(length)
            self.assertEqual(self.both("blake2s", message), (0, hashlib.blake2s(message).digest()))

    def test_blake2s_with_a_key(self):
        for length in self.lengths(0, 1, 64, 128):
            message = self.random.randbytes(length)
            key = self.random.randbytes(self.random.randrange(1, 33))
            digest = hashlib.blake2s(message, key=key).digest()
            self.assertEqual(self.both("blake2s", message, key), (0, digest))
        self.assertEqual(self.both("blake2s", b"m", bytes(33)), (1, b""))


class Products(Example):
    """Of 256 bits; a modulus of 0 stands for 2^256."""
    INTERESTING = [0, 1, 2, 3, 2**64 - 1, 2**64, 2**128 + 1, 2**192, 2**255, 2**256 - 1, 2**256 - 2,
                   2**256 - 2**32 - 977,  # secp256k1
                   2**256 - 0x14551231950b75fc4402da1732fc9bebf,  # its order
                   2**255 - 19,  # ed25519
                   2**252 + 27742317777372353535851937790883648493,  # its order
                   0x30644e72e131a029b85045b68181585d97816a916871ca8d3c208c16d87cfd47,  # BN254
                   0x30644e72e131a029b85045b68181585d2833e84879b9709143e1f593f0000001]

    def number(self):
        if self.random.randrange(3) == 0:
            return self.random.choice(self.INTERESTING)
        return self.random.getrandbits(self.random.choice((16, 63, 64, 65, 128, 192, 255, 256, 256)))

    def check(self, records):
        """Of the helper, and of the same source for the host, which has none."""
        data = b"".join(n.to_bytes(32, "little") for record in records for n in record)
        r0, output = self.both("mulmod", data)
        self.assertEqual(r0, len(records))
        for i, (a, b, c, m) in enumerate(records):
            expected = (a * b + c) % (m or 2**256)
            got = int.from_bytes(output[32 * i:32 * i + 32], "little")
            self.assertEqual(got, expected, tuple(map(hex, (a, b, c, m))))

    def test_random_numbers(self):
        self.check([[self.number() for _ in range(4)] for _ in range(2000)])

    def test_edges(self):
        edges = (0, 1, 2**256 - 1)
        self.check([[a, b, c, m] for a in edges for b in edges for c in edges for m in self.INTERESTING])

    def test_results_about_zero(self):
        records = []
        for m in self.INTERESTING:
            a, b = self.number(), self.number()
            c = -a * b % (m or 2**256)
            records += [[a, b, c, m], [a, b, (c + 1) % 2**256, m], [a, b, (c - 1) % 2**256, m]]
        self.check(records)

    def test_numbers_about_the_modulus(self):
        """And about powers of two."""
        near = {m: [(m + d) % 2**256 for d in (-1, 0, 1)] for m in self.INTERESTING}
        self.check([[a, b, c, m] for m, n in near.items() for a in n for b in n for c in n])
        powers = [2**self.random.randrange(257) + d for _ in range(2000) for d in (-1, 0, 1)]
        numbers = [n for n in powers if n < 2**256]
        self.check([numbers[i:i + 4] for i in range(0, len(numbers) - 3, 4)])


class Inverses(Products):
    def check(self, records):
        """Those of a record's first number modulo its last, if there is one."""
        records = [(r[0], r[-1]) for r in records if r[-1] > 1 and math.gcd(r[0], r[-1]) == 1]
        self.assertGreater(len(records), 10)
        data = b"".join(n.to_bytes(32, "little") for record in records for n in record)
        r0, output = self.both("inverse", data)
        self.assertEqual(r0, len(records))
        for i, (a, m) in enumerate(records):
            got = int.from_bytes(output[32 * i:32 * i + 32], "little")
            self.assertEqual(got, pow(a, -1, m), (hex(a), hex(m)))

    def test_numbers_without_inverse(self):
        for a, m, argument in ((0, 7, 2), (6, 9, 2), (2**255, 2**64, 2), (3, 0, 3), (3, 1, 3)):
            data = self.file("public", a.to_bytes(32, "little") + m.to_bytes(32, "little"))
            self.fails(4, f"argument r{argument} of helper inverse", "run", EXAMPLES / "inverse.o", "--input", data)
            native = subprocess.run([EXAMPLES / "native" / "inverse", data, data, self.folder / "native"],
                                    capture_output=True, timeout=TIMEOUT, check=False)
            self.assertLess(native.returncode, 0)  # it traps


class Merkle(Example):
    def tree(self, depth):
        """Leaves, and the levels of hashes above them, the root last."""
        leaves = [self.random.randbytes(32) for _ in range(1 << depth)]
        levels = [[hashlib.sha256(b"\0" + leaf).digest() for leaf in leaves]]
        while len(levels[-1]) > 1:
            below = levels[-1]
            levels.append([hashlib.sha256(b"\1" + below[i] + below[i + 1]).digest()
                           for i in range(0, len(below), 2)])
        return leaves, levels

    def path(self, leaves, levels, index):
        siblings = [level[(index >> i) ^ 1] for i, level in enumerate(levels[:-1])]
        return struct.pack("<Q", index) + leaves[index] + b"".join(siblings)

    def test_members(self):
        for depth in (0, 1, 4):
            leaves, levels = self.tree(depth)
            for index in {0, len(leaves) - 1, len(leaves) // 3}:
                path = self.path(leaves, levels, index)
                self.assertEqual(self.both("merkle", levels[-1][0], path), (1, b""))

    def test_others(self):
        leaves, levels = self.tree(3)
        root, path = levels[-1][0], self.path(leaves, levels, 5)
        for position in (0, 3, 8, 39, 40, 71, len(path) - 1):
            changed = bytearray(path)
            changed[position] ^= 8
            self.assertEqual(self.both("merkle", root, bytes(changed))[0], 0, position)
        for public, private in ((root[:-1], path), (root + b"\0", path), (root, path[:-1]),
                                (root, path[:-32]), (root, b""), (b"", path)):
            self.assertEqual(self.both("merkle", public, private)[0], 0)


class Numbers(Example):
    def test_fibonacci(self):
        def fibonacci(n):
            a, b = 0, 1
            for _ in range(n):
                a, b = b, (a + b) & MASK
            return a
        for n in (0, 1, 2, 93, 94, 1000):
            self.assertEqual(self.both("fibonacci", str(n).encode()), (fibonacci(n), b""))
        self.assertEqual(self.both("fibonacci", b"12\n")[0], 144)
        self.assertEqual(self.both("fibonacci", b"")[0], 0)

    def test_sort(self):
        for count in (0, 1, 2, 3, 10, 257, 1000):
            for most in (3, MASK):
                numbers = [self.random.randrange(most + 1) for _ in range(count)]
                r0, output = self.both("sort", struct.pack(f"<{count}Q", *numbers))
                self.assertEqual(r0, count)
                output += bytes(8 * count - len(output))
                self.assertEqual(list(struct.unpack(f"<{count}Q", output)), sorted(numbers))

    def test_sort_refuses(self):
        self.assertEqual(self.both("sort", bytes(9)), (MASK, b""))
        self.assertEqual(self.both("sort", bytes(8 * 131073)), (MASK, b""))
        self.assertEqual(self.both("sort", bytes(8 * 8192))[0], 8192)
        numbers = self.file("numbers", bytes(8 * 8193))
        self.fails(4, "store", "run", EXAMPLES / "sort.o", "--input", numbers)
        self.assertEqual(self.both("sort", bytes(8 * 8193), flags=("--output-bytes", "65544"))[0],
                         8193)

    def test_matmul(self):
        for n in (1, 2, 3, 8, 20):
            a = [[self.random.randrange(MASK) for _ in range(n)] for _ in range(n)]
            b = [[self.random.randrange(MASK) for _ in range(n)] for _ in range(n)]
            words = [n, *sum(a, []), *sum(b, [])]
            r0, output = self.both("matmul", struct.pack(f"<{len(words)}Q", *words))
            product = [sum(a[i][k] * b[k][j] for k in range(n)) & MASK
                       for i in range(n) for j in range(n)]
            self.assertEqual((r0, output), (n, struct.pack(f"<{n * n}Q", *product)))
        for malformed in (b"", struct.pack("<3Q", 1, 2, 3)[:-1], struct.pack("<Q", 91),
                          struct.pack("<4Q", 1, 2, 3, 4), struct.pack("<Q", 1 << 60)):
            self.assertEqual(self.both("matmul", malformed)[0], 0)


class JsonSum(Example):
    def total(self, document, field="amount"):
        text = document if isinstance(document, str) else json.dumps(document)
        return self.both("json-sum", field.encode(), text.encode())

    def test_documents(self):
        for document, total in (
                ({}, b"0"), ([], b"0"), ({"amount": 0}, b"0"), ({"amount": -0.0}, b"0"),
                ({"amount": 12.5}, b"12.5"), ({"amount": -1}, b"-1"),
                ([{"amount": 1}, {"amount": 2, "x": {"amount": 3}}], b"6"),
                ({"amounts": 5, "amoun": 6, "xamount": 7, "amount": 8}, b"8"),
                (["amount", 3, {"k": "amount", "amount": 4}], b"4"),
                ({"amount": "17", "x": None}, b"0"), ({"amount": [5]}, b"0"),
                ({"x": "\"amount\": 5", "amount": 1}, b"1"), ({"\\": "\\", "amount": 2}, b"2"),
                ("{\"amount\" :\n\t7 , \"amount\":3}", b"10"), ("{\"amount\":999999999999.999999}",
                                                            b"999999999999.999999"),
                ("{\"amount\":-0.000001}", b"-0.000001"), ("", b"0")):
            self.assertEqual(self.total(document), (0, total), document)

    def test_random(self):
        for _ in range(10):
            cents = [self.random.randrange(-10 ** 8, 10 ** 8) for _ in range(30)]
            document = [{"id": i, "price": c / 100, "note": "price"} for i, c in enumerate(cents)]
            r0, text = self.total(document, "price")
            self.assertEqual(r0, 0)
            self.assertRegex(text, rb"\A-?(0|[1-9]\d*)(\.\d*[1-9])?\Z")
            self.assertEqual(round(float(text) * 100), sum(cents))

    def test_refusals(self):
        for document, status in (("{\"amount\": 1", 0), ("{\"amount\": \"x", 1),
                                 ("{\"amount\": 1e5}", 2), ("{\"amount\": -}", 2),
                                 ("{\"amount\": 1.}", 2), ("{\"amount\": 1.1234567}", 2),
                                 ("{\"amount\": 1234567890123}", 2), ("{\"amount\": 1x}", 2),
                                 (",".join(["\"amount\":999999999999"] * 9), 0),
                                 (",".join(["\"amount\":999999999999"] * 10), 3)):
            self.assertEqual(self.total(document)[0], status, document)


class Documentation(Case):
    def test_every_example_is_listed(self):
        source = TESTS.parent / "examples"
        folders = {p.name for p in source.iterdir() if p.is_dir()}
        listed = set(re.findall(r"\[([\w-]+)\]\(\1\)", (source / "README.md").read_text()))
        self.assertEqual(listed, folders)


if __name__ == "__main__":
    unittest.main()
