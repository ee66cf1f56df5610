#!/usr/bin/env python3
"""Finds functions that a header of src/ declares for nobody: no file of src/ or cli/ but the one
that defines it uses the function. One that its own file does not use either is dead, whatever tests
do with it; another is static, unless a test uses it. Public functions are the user's. Functions that
a macro defines are passed over, and a name that a macro may have put together (A_##B) counts as
used. Exit status 1 and one line for each function.
Usage: check-unused.py [ROOT]"""
import collections
import pathlib
import re
import sys

# Used by no code of the product, and kept: why.
KEPT = {
    "zkb_note": "what a chip says of itself in documents",
    "zkb_chip_note": "what a chip says of itself in documents",
}

NAME = re.compile(r"\bzkb_\w+")
WORD = re.compile(r"\b[a-z]\w*")
NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.S)
DECLARATION = re.compile(r"^(?!static\b)[a-z][\w \n*]*?\b(zkb_\w+)\(", re.M)
PASTED = re.compile(r"\b(zkb_\w+_)##")
DEFINITION = re.compile(r"^[a-z][\w \n*]*?\b(zkb_\w+)\([^;{}]*\)\s*\{", re.M)


def read(root, *folders):
    """The code of every source file, without comments and texts."""
    return {path: NOISE.sub('""', path.read_text())
            for folder in folders for path in sorted((root / folder).rglob("*.[ch]"))}


def unused(root):
    product = read(root, "src", "cli")
    elsewhere = read(root, "tests", "bench", "fuzz")
    public = set(NAME.findall((root / "include/zkbpf.h").read_text()))
    declared, defined = {}, {}
    words, prefixes = set(), set()
    uses = collections.defaultdict(collections.Counter)
    for path, text in product.items():
        if path.suffix == ".h":
            declared.update((name, path) for name in DECLARATION.findall(text))
        defined.update((name, path) for name in DEFINITION.findall(text))
        for name in NAME.findall(text):
            uses[name][path] += 1
        words.update(WORD.findall(text))
        prefixes.update(PASTED.findall(text))
    tested = {name for text in elsewhere.values() for name in NAME.findall(text)}
    for name, header in sorted(declared.items(), key=lambda item: (item[1], item[0])):
        if name in public or name in KEPT or name not in defined:
            continue
        home = defined[name]
        counts = uses[name] - collections.Counter([header, home])
        pasted = any(name.startswith(start) and name[len(start):] in words for start in prefixes)
        if pasted or any(path != home for path in counts):
            continue
        if not counts:
            yield f"{header}: no code uses {name}" + (" but tests" if name in tested else "")
        elif name not in tested:
            yield f"{header}: {name} is used in {home.name} alone: make it static"


def main():
    here = pathlib.Path(__file__).resolve().parent.parent
    found = list(unused(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here))
    print("".join(line + "\n" for line in found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
