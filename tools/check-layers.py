#!/usr/bin/env python3
"""Holds every include between folders of src/ to the order of dependency, and prover and verifier
to none of each other's code. Exit status 1 and one line for each breach.
Usage: check-layers.py [SRC]"""
import pathlib
import re
import sys

ORDER = ["base", "field", "curve", "hash", "poly", "kzg", "air", "proof", "vm", "machine"]
ALLOWED = {name: set(ORDER[: i + 1]) for i, name in enumerate(ORDER)}
ALLOWED["vm"] = {"base", "vm"}
# Side by side: neither includes the other. What needs both goes through zkbpf.h.
ALLOWED["verify"] = set(ORDER) | {"verify"}
ALLOWED["prover"] = set(ORDER) | {"prover"}
# What needs an operating system, and who may: nothing that a freestanding verifier is built of.
OS = re.compile(r'\s*#\s*include\s*["<](?:\.\./)*base/os/')
MAY_USE_OS = re.compile(r"(base/os|vm|prover)/.*|kzg/(ptau|srs_make|srs_open)\.[ch]|proof/prove\.c")


def breaches(root):
    for path in sorted(root.rglob("*.[ch]")):
        name = path.relative_to(root).as_posix()
        layer = path.relative_to(root).parts[0]
        if layer not in ALLOWED:
            yield f"{path}: {layer} is no layer; add it to {sys.argv[0]}"
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = re.match(r'\s*#\s*include\s*["<](?:\.\./)*([a-z0-9_]+)/', line)
            if match and match.group(1) in ALLOWED and match.group(1) not in ALLOWED[layer]:
                yield f"{path}:{number}: {layer} must not include {match.group(1)}"
            if OS.match(line) and not MAY_USE_OS.fullmatch(name):
                yield f"{path}:{number}: {name} must not include base/os/"


def main():
    source = pathlib.Path(__file__).resolve().parent.parent / "src"
    found = list(breaches(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else source))
    print("".join(line + "\n" for line in found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
