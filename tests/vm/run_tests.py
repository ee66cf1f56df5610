#!/usr/bin/env python3
"""Runs the .test files beside it through zkbpf-plugin. Usage: run_tests.py PLUGIN [FILE...]"""
import pathlib
import subprocess
import sys

from assembler import AssemblyError, assemble

SECTIONS = ("asm", "raw", "mem", "result", "error")


def parse(path):
    """Yields (name, sections) for each case of a file."""
    name, sections, current = None, {}, None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        line = line.split("#")[0].strip()
        if line.startswith("== "):
            if name:
                yield name, sections
            name, sections, current = line[3:], {}, None
        elif line.startswith("-- "):
            current = line[3:].strip()
            if current not in SECTIONS:
                raise SystemExit(f"{path}:{number}: no section '{current}'")
            sections[current] = ""
        elif line:
            if current is None:
                raise SystemExit(f"{path}:{number}: text outside a section")
            sections[current] += line.replace(";", "\n") + "\n"
    if name:
        yield name, sections


def judge(sections, done):
    """Why a finished run is not what the case expects; None when it is."""
    if "error" in sections:
        want = sections["error"].strip()
        if done.returncode <= 0 or done.returncode > 5:
            return f"exit status {done.returncode}, r0 {done.stdout.strip()}; expected an error"
        if want not in done.stderr:
            return f"error '{done.stderr.strip()}' does not say '{want}'"
        return None
    if done.returncode != 0:
        return f"exit status {done.returncode}: {done.stderr.strip()}"
    want = int(sections["result"].strip(), 0) & (1 << 64) - 1
    got = int(done.stdout, 16)
    return None if got == want else f"r0 is {got:#x}, expected {want:#x}"


def run_case(plugin, sections):
    if ("result" in sections) == ("error" in sections):
        return "needs one of result and error"
    try:
        code = assemble(sections["asm"]).hex() if "asm" in sections else sections["raw"]
    except AssemblyError as error:
        return f"does not assemble: {error}"
    command = [plugin] + ([sections["mem"].strip()] if "mem" in sections else [])
    return judge(sections, subprocess.run(command, input=code, capture_output=True, text=True,
                                          timeout=600, check=False))


def main():
    plugin = sys.argv[1]
    files = [pathlib.Path(p) for p in sys.argv[2:]]
    files = files or sorted(pathlib.Path(__file__).parent.glob("*.test"))
    passed = failed = 0
    for path in files:
        names = set()
        for name, sections in parse(path):
            reason = "name used twice" if name in names else run_case(plugin, sections)
            names.add(name)
            passed += reason is None
            failed += reason is not None
            if reason:
                print(f"{path.name}: {name}: {reason}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
