#!/usr/bin/env python3
"""Runs the public BPF conformance suite (Alan-Jowett/bpf_conformance) through zkbpf-plugin: all of
tests/ must give the stated result, and what negative/ holds must be refused.

Usage: conformance.py PLUGIN CHECKOUT [OPTION...]: the options are passed to the plug-in for the
programs of tests/. Exit status 77 (skipped) without a checkout."""
import pathlib
import subprocess
import sys

from assembler import AssemblyError, assemble

SKIPPED = 77
# Expects that the kernel's verifier refuses to return the frame pointer; here it is a number.
NOT_FOR_US = ("error.data",)


def parse(path):
    """Sections of a .data file. Unknown directives end the section before them."""
    sections, current = {}, None
    for line in path.read_text(encoding="utf-8").splitlines():
        line = line.split("#")[0]
        if "--" in line:
            current = line.split("--", 1)[1].strip()
            sections.setdefault(current, "")
        elif current and line.strip():
            sections[current] += line + "\n"
    return sections


def run(plugin, code, memory, *options):
    command = [plugin] + ([memory] if memory else []) + list(options)
    return subprocess.run(command, input=code, capture_output=True, text=True, timeout=600,
                          check=False)


def check_positive(plugin, path, options=()):
    sections = parse(path)
    done = run(plugin, assemble(sections["asm"]).hex(" "), sections.get("mem", "").strip(), *options)
    want = int(sections["result"].strip(), 0)
    if done.returncode == 0 and int(done.stdout, 16) == want:
        return None
    return f"expected {want:#x}, got {done.stdout.strip()} {done.stderr.strip()}"


def check_negative(plugin, path, _options=()):
    """Refused by the assembler, or by the machine with a reason, or not the stated result (the
    suite keeps one program there whose expected value is wrong on purpose)."""
    sections = parse(path)
    if not any(key in sections for key in ("asm", "raw")):
        return None
    try:
        code = sections["raw"] if "raw" in sections else assemble(sections["asm"]).hex()
    except AssemblyError:
        return None
    if not code.strip():
        return None
    done = run(plugin, code, sections.get("mem", "").strip())
    if 1 <= done.returncode <= 5:
        return None if done.stderr.strip() else "refused without a reason"
    if done.returncode == 0 and sections.get("result", "").strip():
        if int(done.stdout, 16) != int(sections["result"].strip(), 0):
            return None
    return f"accepted: exit status {done.returncode}, {done.stdout.strip()}"


def main():
    if len(sys.argv) < 3 or not sys.argv[2]:
        print("skipped: ZKBPF_CONFORMANCE names no checkout of the suite")
        return SKIPPED
    plugin, checkout = sys.argv[1], pathlib.Path(sys.argv[2])
    failed = 0
    for folder, check in (("tests", check_positive), ("negative", check_negative)):
        files = sorted((checkout / folder).glob("*.data"))
        files = [path for path in files if path.name not in NOT_FOR_US]
        reasons = [(path, check(plugin, path, sys.argv[3:])) for path in files]
        bad = [(path, reason) for path, reason in reasons if reason]
        for path, reason in bad:
            print(f"{folder}/{path.name}: {reason}")
        print(f"{folder}: {len(files) - len(bad)} of {len(files)}")
        failed += len(bad) + (not files)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
