#!/usr/bin/env python3
"""The shared library exports the functions that the public header declares, and nothing else.
Usage: check-symbols.py LIBRARY HEADER"""
import re
import subprocess
import sys


def main():
    library, header = sys.argv[1:]
    with open(header, encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    declared = set(re.findall(r"ZKB_API\b[^;]*?\b(zkb_\w+)\s*\(", text))
    listing = subprocess.run(["nm", "-D", "--defined-only", library], check=True,
                             capture_output=True, text=True).stdout
    exported = {line.split()[2] for line in listing.splitlines()}
    exported -= {name for name in exported if re.match(r"__(asan|odr_asan|ubsan|tsan|start|stop)",
                                                       name)}
    for name in sorted(declared - exported):
        print(f"declared but not exported: {name}")
    for name in sorted(exported - declared):
        print(f"exported but not declared: {name}")
    print(f"{len(declared & exported)} functions")
    return 1 if declared != exported or not declared else 0


if __name__ == "__main__":
    sys.exit(main())
