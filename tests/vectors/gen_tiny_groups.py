#!/usr/bin/env python3
"""Writes tiny_groups.h: generators of small subgroups of y^2 = x^3 + b over BN254's base field, in
plain affine arithmetic over Python integers. The six curves with these equations have the orders
q + 1 - t for the six traces t of norm q in the Eisenstein integers; which one a b has is found by
trying. Run: gen_tiny_groups.py > tiny_groups.h"""
from math import isqrt

q = 21888242871839275222246405745257275088696311157297823662689037894645226208583
z = 4965661367192848881
trace = 6 * z * z + 1
f = isqrt((4 * q - trace * trace) // 3)
assert trace * trace + 3 * f * f == 4 * q
TRACES = [s * t for s in (1, -1) for t in (trace, (trace + 3 * f) // 2, (trace - 3 * f) // 2)]


def add(a, b):
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0]:
        if (a[1] + b[1]) % q == 0:
            return None
        slope = 3 * a[0] * a[0] * pow(2 * a[1], -1, q) % q
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, q) % q
    x = (slope * slope - a[0] - b[0]) % q
    return x, (slope * (a[0] - x) - a[1]) % q


def multiply(p, n):
    r = None
    while n:
        if n & 1:
            r = add(r, p)
        p = add(p, p)
        n >>= 1
    return r


def points(b):
    x = 1
    while True:
        square = (x * x * x + b) % q
        y = pow(square, (q + 1) // 4, q)
        if y * y % q == square:
            yield x, y
        x += 1


def order_of_curve(b):
    left = [q + 1 - t for t in TRACES]
    for p in points(b):
        left = [n for n in left if multiply(p, n) is None]
        if len(left) == 1:
            return left[0]


def generator(b, order):
    n = order_of_curve(b)
    assert n % order == 0 and n % (order * order) != 0
    for p in points(b):
        g = multiply(p, n // order)
        if g is not None:
            return g


def limbs(v):
    return "{" + ", ".join(f"0x{v >> (64 * i) & (2**64 - 1):016x}" for i in range(4)) + "}"


print("/* Made by gen_tiny_groups.py: coefficient, order, generator as canonical limbs. */")
print("/* clang-format off */")
print("static const struct { uint64_t b, order, x[4], y[4]; } tiny_groups[] = {")
for b, order in ((1, 37), (7, 109)):
    x, y = generator(b, order)
    print(f"    {{{b}, {order}, {limbs(x)},\n     {limbs(y)}}},")
print("};")
print("/* clang-format on */")
