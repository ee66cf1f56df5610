#!/usr/bin/env python3
"""Writes curve_vectors.h: sums and multiples in G1 and G2 of BN254 as computed by py_ecc (PyPI,
8.0.0), an implementation independent of ours. Run: pip install py_ecc; gen_curve.py > curve_vectors.h"""
import random

from py_ecc.optimized_bn128 import FQ2, b2, is_on_curve, G1, G2, add, curve_order, multiply, neg, normalize, field_modulus

random.seed(254)


def le(value):
    return bytes(int(value).to_bytes(32, "little"))


def g1(p):
    if p is None or int(p[2].n if hasattr(p[2], "n") else p[2]) == 0:
        return bytes(64)
    x, y = normalize(p)
    return le(x.n) + le(y.n)


def g2(p):
    if all(int(c) == 0 for c in p[2].coeffs):
        return bytes(128)
    x, y = normalize(p)
    return b"".join(le(c) for c in list(x.coeffs) + list(y.coeffs))


print("/* Made by gen_curve.py with py_ecc 8.0.0. Little-endian, as in g1.h and g2.h. */")
print("/* clang-format off */")


def emit(name, rows, widths):
    fields = " ".join(f"uint8_t {n}[{w}];" for n, w in widths)
    print(f"static const struct {{ {fields} }} {name}[] = {{")
    for row in rows:
        parts = ["{" + ",".join(str(b) for b in part) + "}" for part in row]
        print("    {" + ", ".join(parts) + "},")
    print("};")


def square_root(a):
    """A root in Fq2 by trying u = (norm method), or None."""
    c0, c1 = (int(c) for c in a.coeffs)
    q = field_modulus
    n = pow(c0 * c0 + c1 * c1, (q + 1) // 4, q)
    for sign in (n, -n):
        t = (c0 + sign) * pow(2, -1, q) % q
        x = pow(t, (q + 1) // 4, q)
        if x * x % q == t and x:
            r = FQ2([x, c1 * pow(2 * x, -1, q) % q])
            if r * r == a:
                return r
    return None


scalars = [0, 1, 2, 3, curve_order - 1, curve_order - 2, curve_order // 2, 2**128, 2**253 - 1]
scalars += [random.randrange(curve_order) for _ in range(12)]
for tag, generator, enc, size in (("g1", G1, g1, 64), ("g2", G2, g2, 128)):
    points = [multiply(generator, s) for s in scalars[1:]]
    rows = []
    for s in scalars:
        base = random.choice(points)
        rows.append((enc(base), le(s), enc(multiply(base, s))))
    emit(f"{tag}_mul", rows, (("point", size), ("scalar", 32), ("product", size)))
    rows = []
    for _ in range(12):
        a, b = random.choice(points), random.choice(points)
        rows.append((enc(a), enc(b), enc(add(a, b))))
    a = points[5]
    rows.append((enc(a), enc(a), enc(add(a, a))))
    rows.append((enc(a), enc(neg(a)), bytes(size)))
    rows.append((enc(a), bytes(size), enc(a)))
    rows.append((bytes(size), bytes(size), bytes(size)))
    emit(f"{tag}_add", rows, (("a", size), ("b", size), ("sum", size)))

rows = []
x = 1
while len(rows) < 6:
    candidate = FQ2([x, x * x])
    y = square_root(candidate * candidate * candidate + b2)
    x += 1
    if y is not None:
        point = (candidate, y, FQ2.one())
        assert is_on_curve(point, b2) and any(int(c) for c in multiply(point, curve_order)[2].coeffs)
        rows.append((g2(point),))
emit("g2_off_subgroup", rows, (("point", 128),))
print("/* clang-format on */")
