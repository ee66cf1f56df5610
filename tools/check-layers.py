#!/usr/bin/env python3
"""Holds every include between folders of src/ to the order of dependency, and the verifier to
no prover code. Exit status 1 and one line for each breach."""
import pathlib
import re
import sys

ORDER = ["base", "field", "curve", "hash", "poly", "kzg", "air", "proof", "vm", "machine"]
# verify and prover are side by side: neither includes the other.
ALLOWED = {name: set(ORDER[: i + 1]) for i, name in enumerate(ORDER)}
ALLOWED["vm"] = {"base", "vm"}
ALLOWED["verify"] = set(ORDER) | {"verify"}
ALLOWED["prover"] = set(ORDER) | {"prover", "verify"}

root = pathlib.Path(__file__).resolve().parent.parent / "src"
bad = 0
for path in sorted(root.rglob("*.[ch]")):
    layer = path.relative_to(root).parts[0]
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+"([a-z0-9_]+)/', line)
        if match and match.group(1) in ALLOWED and match.group(1) not in ALLOWED[layer]:
            print(f"{path}:{number}: {layer} must not include {match.group(1)}")
            bad += 1
sys.exit(1 if bad else 0)
