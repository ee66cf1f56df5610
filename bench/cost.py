#!/usr/bin/env python3
"""What `zkbpf cost` foretells against what proving takes: bench/cost.py ZKBPF [--k K...] [--setup FILE]

Proves every benchmark example, and a walk over 64 MiB of heap, on one thread at each k (10, 12, 14, 16,
17 and 18 unless said otherwise), and prints foretold divided by measured: processor time (without
reading the setup and making the key), memory of the process, bytes of the proof."""

import argparse
import json
import pathlib
import resource
import struct
import subprocess
import tempfile

OWN = ("setup", "key", "write")  # of the process, not of proving


def inputs(folder):
    """Programs' names, their inputs and options."""
    def file(name, content):
        path = folder / name
        path.write_bytes(content)
        return path
    noise = bytes((i * i * 31 + i // 7) % 251 for i in range(1 << 16))
    words = b"".join(struct.pack("<Q", (i * 2654435761) % (1 << 40)) for i in range(3000))
    yield "fibonacci", ("-i", file("fibonacci", b"20000"))
    yield "sha256", ("-i", file("sha256", noise[:2000]))
    yield "keccak256", ("-i", file("keccak256", noise[:2000]))
    yield "sort", ("-i", file("sort", words))
    yield "matmul", ("-i", file("matmul", struct.pack("<Q", 20) + noise[:16 * 400]))


def run(program, *arguments):
    done = subprocess.run([program, *map(str, arguments)], check=True, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL, text=True)
    return json.loads(done.stdout)


def assemble(folder):
    """The walk as bare instructions."""
    code = []

    def put(opcode, dst=0, src=0, offset=0, imm=0):
        code.append(struct.pack("<BBhi", opcode, dst | src << 4, offset, imm))
    put(0xb7, 1, imm=3)
    put(0x67, 1, imm=32)
    put(0xb7, 2, imm=0)
    put(0xb7, 0, imm=0)
    put(0x79, 3, 1)
    put(0x0f, 3, 2)
    put(0x7b, 1, 3)
    put(0x0f, 0, 3)
    put(0x07, 1, imm=4096)
    put(0x07, 2, imm=1)
    put(0xa5, 2, offset=-7, imm=16384)
    put(0x95)
    path = folder / "walk"
    path.write_bytes(b"".join(code))
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("zkbpf", type=pathlib.Path)
    parser.add_argument("--k", type=int, nargs="+", default=[10, 12, 14, 16, 17, 18])
    parser.add_argument("--setup", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        setup = arguments.setup or folder / "setup.srs"
        if not setup.exists():
            subprocess.run([arguments.zkbpf, "setup", "generate", "--k", str(max(arguments.k)), "-o",
                            setup], check=True, stdout=subprocess.DEVNULL)
        examples = arguments.zkbpf.parent / "examples"
        cases = [(name, examples / f"{name}.o", options) for name, options in inputs(folder)]
        cases.append(("heap walk", assemble(folder), ("--heap-bytes", str(64 << 20))))
        print("| run | k | chunks | seconds | time | memory | size |\n|---|---|---|---|---|---|---|")
        for k in arguments.k:
            for name, program, options in cases:
                cost = run(arguments.zkbpf, "cost", program, *options, "--k", k, "--json")
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                proof = run(arguments.zkbpf, "prove", program, *options, "--k", k, "--json", "--threads",
                            1, "-s", setup, "-o", folder / "proof", "-q")
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                took = (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime -
                        sum(proof["phases"][phase] for phase in OWN))
                print(f"| {name} | {k} | {proof['chunks']} | {took:.2f} | {cost['seconds'] / took:.2f} "
                      f"| {cost['memory_bytes'] / proof['peak_memory_bytes']:.2f} "
                      f"| {cost['proof_bytes'] / proof['proof_bytes']:.3f} |", flush=True)


if __name__ == "__main__":
    main()
