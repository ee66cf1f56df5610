#!/usr/bin/env python3
"""Prints pairing.txt with py_ecc (PyPI, an independent implementation in Python).

Line `pair P Q E`: big-endian hexadecimal. P is x y; Q is x.c1 x.c0 y.c1 y.c0 (EIP-197's order); E is
the pairing with the exact exponent (q^12 - 1)/r, raised to 2z(6z^2 + 3z + 1) as ours is, as twelve
coefficients: of v^k w^j, c0 then c1, k = 0..2, j = 0..1, in the order c0.c0.c0, c0.c0.c1, c0.c1.c0
... c1.c2.c1."""
import random

from py_ecc.optimized_bn128 import (FQ12, G1, G2, curve_order, field_modulus, multiply, normalize,
                                    pairing)

Z = 4965661367192848881


def coefficients(e):
    """py_ecc's Fq12 is Fq[w] / (w^12 - 18 w^6 + 82), and i = w^6 - 9."""
    c = [int(x) for x in e.coeffs]
    out = []
    for j in range(2):
        for k in range(3):
            low, high = c[2 * k + j], c[2 * k + j + 6]
            out += [(low + 9 * high) % field_modulus, high]
    return out


def main():
    random.seed(197)
    scalars = [(1, 1), (2, 1), (1, 2), (curve_order - 1, 1)]
    scalars += [(random.randrange(1, curve_order), random.randrange(1, curve_order))
                for _ in range(4)]
    for a, b in scalars:
        p, q = multiply(G1, a), multiply(G2, b)
        e = pairing(q, p) ** (2 * Z * (6 * Z * Z + 3 * Z + 1))
        assert e != FQ12.one()
        px, py = normalize(p)
        qx, qy = normalize(q)
        words = [int(px), int(py), int(qx.coeffs[1]), int(qx.coeffs[0]), int(qy.coeffs[1]),
                 int(qy.coeffs[0])] + coefficients(e)
        print("pair", " ".join(f"{w:064x}" for w in words))


main()
