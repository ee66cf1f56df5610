#!/usr/bin/env python3
"""Holds the commands that make and check proofs to the public interface: neither they nor the
headers of cli/ that they include, include anything of src/. What the interface does not have, such
as files that are written whole, they take from cli.c and machine.c. Exit status 1 and one line for
each breach."""
import pathlib
import re
import sys

PUBLIC = ["prove", "verify", "keygen", "cost", "inspect", "id", "proof", "guest", "progress", "plan", "part",
          "join"]

root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
bad = 0


def included(path):
    """Every header that a file includes with quotes, directly or through a header of cli/."""
    found, waiting = {}, [path]
    while waiting:
        current = waiting.pop()
        for name in re.findall(r'^\s*#\s*include\s+"([^"]+)"', current.read_text(), re.M):
            if name not in found:
                found[name] = current
                if name.startswith("cli/"):
                    waiting.append(root / name)
    return found


for name in PUBLIC:
    for header, where in included(root / "cli" / f"{name}.c").items():
        if header != "zkbpf.h" and not header.startswith("cli/"):
            print(f"cli/{name}.c: {where.relative_to(root)} includes {header}, which is not of the "
                  "public interface")
            bad += 1
sys.exit(1 if bad else 0)
