#!/usr/bin/env python3
"""Compiles the guests of guests/libraries with examples/guest/zkbpf.mk, as its README says, and for
the host; runs both on the same inputs and compares result and output.

Usage: guest_libraries.py GUEST_FOLDER ZKBPF CC CXX. Rust is left out where there is no rustc."""
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE / "guests" / "libraries"
NATIVE = HERE.parent / "cli" / "native.c"
LIBRARY = ("libc", "string", "stdlib", "stdio")

MAKEFILE = """include {guest}/zkbpf.mk
VPATH = {sources}
library = {library}
# Functions of more than five arguments, so all as one.
json_main.o: ZKBPF_SOURCES = {sources}/json.c $(library:%={guest}/%.c)
bignum_main.o: ZKBPF_INT128 = yes
{extra}
"""

DOCUMENT = b"""{"name": "zkbpf", "list": [1, -2, 9223372036854775807, true, null, [], {}],
 "nested": {"b": {"z": 1, "a": [false, "text"]}, "a": 7}, "empty": ""}"""


def inputs(name, seed):
    rng = random.Random(seed)
    if name == "json":
        return [DOCUMENT, b"[1, 2", b'{"a" 1}', b"[" + b"5, " * 60 + b"5]", b"nothing"]
    if name == "inflate":
        text = b"".join(rng.choice((b"proof ", b"of ", b"execution, ")) for _ in range(300))
        made = []
        for level, strategy in ((9, zlib.Z_DEFAULT_STRATEGY), (9, zlib.Z_FIXED), (0, 0)):
            packer = zlib.compressobj(level, zlib.DEFLATED, -15, 8, strategy)
            made.append(packer.compress(text) + packer.flush())
        return made
    return [rng.randbytes(n) for n in (0, 5, 64, 192, 700)]


def result_of_guest(zkbpf, objects, folder):
    command = [zkbpf, "run", "--json", "--stats", *objects, "--input", folder / "input",
               "-o", folder / "out"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode != 0:
        sys.exit(f"{objects}: {done.stderr}")
    return int(json.loads(done.stdout)["r0"]), (folder / "out").read_bytes(), done.stderr


def result_of_host(program, folder):
    command = [program, folder / "input", "/dev/null", folder / "native-out"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=True)
    return int(done.stdout.split("\n")[-2]), (folder / "native-out").read_bytes()


def compare(zkbpf, name, objects, program, folder):
    for index, content in enumerate(inputs(name, name)):
        (folder / "input").write_bytes(content)
        r0, output, shown = result_of_guest(zkbpf, objects, folder)
        native_r0, native_output = result_of_host(program, folder)
        if (r0, output) != (native_r0, native_output[:len(output)]) or \
                any(native_output[len(output):]):
            sys.exit(f"{name}, input {index}: {r0} {output}\nnot {native_r0} "
                     f"{native_output[:len(output) + 64]}")
        if name == "library" and shown != f"{len(content)} bytes\n":
            sys.exit(f"printf showed {shown!r}")


def main():
    guest, zkbpf, cc, cxx = sys.argv[1:5]
    flags = os.environ.get("CFLAGS", "").split()
    rustc = shutil.which("rustc")
    with tempfile.TemporaryDirectory(prefix="zkbpf-guests-") as name:
        folder = pathlib.Path(name)

        def sh(*command):
            subprocess.run([str(part) for part in command], cwd=folder, check=True)

        def make(target, extra=""):
            (folder / "Makefile").write_text(MAKEFILE.format(
                guest=guest, sources=SOURCES, library=" ".join(LIBRARY), extra=extra))
            sh("make", "-s", "-B", target)
            return folder / target

        library = [make(f"{part}.o") for part in LIBRARY]
        host = ["-O1", "-w", *flags, "-I", guest]
        for case in ("json", "inflate", "bignum", "library"):
            objects = [make(f"{case}_main.o")] + (library if case != "json" else [])
            sources = [SOURCES / f"{case}_main.c"] + ([SOURCES / "json.c"] if case == "json" else [])
            sh(cc, *host, "-std=gnu17", *sources, NATIVE, "-o", folder / "native")
            compare(zkbpf, case, objects, folder / "native", folder)
        sh(cc, *host, "-c", NATIVE, "-o", folder / "native.o")
        sh(cxx, *host, "-Wall", "-Werror", SOURCES / "shapes_main.cc", folder / "native.o", "-o",
           folder / "native")
        for level in (1, 2):
            objects = [make("shapes_main.o", f"ZKBPF_CFLAGS = -O{level}")] + library
            compare(zkbpf, "shapes", objects, folder / "native", folder)
        if rustc is None:
            print("no rustc: the guest in Rust is left out")
            return
        sh(rustc, "-O", "-C", "panic=abort", "--crate-type", "staticlib", SOURCES / "hash_main.rs",
           "-o", folder / "libhash.a")
        sh(cc, *host, folder / "native.o", folder / "libhash.a", "-o", folder / "native")
        compare(zkbpf, "hash", [make("hash_main.o")] + library, folder / "native", folder)


if __name__ == "__main__":
    main()
