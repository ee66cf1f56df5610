#!/usr/bin/env python3
"""Two builds of zkbpf in one series: bench/compare.py BEFORE AFTER [--rounds N] [bench prove's options]

Runs `zkbpf bench prove` of both alternately, with the same options, takes the best of the rounds,
and prints for each run what the one took, what the other took, and their ratio. Then both prove a
run of 64 chunks (fibonacci, 2^14 instructions each) and verify it on one thread."""

import argparse
import json
import pathlib
import re
import subprocess
import tempfile

FIELDS = (("processor_seconds", "s", 1), ("seconds", "s", 1), ("verify_seconds", "ms", 1e3),
          ("proof_bytes", "bytes", 1), ("peak_worker_bytes", "MiB", 2 ** -20))


def measure(program, options):
    """The runs of one `bench prove`: {(program, instructions, threads): line}."""
    done = subprocess.run([program, "bench", "prove", "--json", *options], check=True,
                          stdout=subprocess.PIPE, text=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return {(line["program"], line["instructions"], line["threads"]): line for line in lines
            if line.get("bench") == "prove" and "threads" in line}


def many_chunks(program, folder, rounds):
    """Bytes and seconds of verification of 64 chunks."""
    setup, proof, number = folder / "setup.srs", folder / "proof", folder / "input"
    code = program.parent / "examples/fibonacci.o"
    number.write_text("149790")
    if not setup.exists():
        subprocess.run([program, "setup", "generate", "--k", "17", "-o", setup], check=True,
                       stdout=subprocess.DEVNULL)
    subprocess.run([program, "prove", code, "-i", number, "-s", setup, "-o", proof, "--k", "14",
                    "--chunk-size", "16384", "-q"], check=True, stdout=subprocess.DEVNULL)
    best = None
    for _ in range(4 * rounds):
        done = subprocess.run([program, "verify", proof, "--program", code, "-i", number, "-s", setup,
                               "--threads", "1"], check=True, stdout=subprocess.PIPE, text=True)
        chunks, time = re.search(r"in (\d+) chunks, verified in ([\d.]+) ms", done.stdout).groups()
        best = min(float(time), best or float(time))
    return int(chunks), proof.stat().st_size, best


def row(name, what, before, after, unit):
    print(f"| {name} | {what} | {before:.4g} {unit} | {after:.4g} {unit} | {after / before:.3f} |",
          flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("before", type=pathlib.Path)
    parser.add_argument("after", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=3)
    arguments, options = parser.parse_known_args()
    best = ({}, {})
    for _ in range(arguments.rounds):
        for program, kept in zip((arguments.before, arguments.after), best):
            for run, line in measure(program, options).items():
                old = kept.setdefault(run, dict(line))
                for field, _, _ in FIELDS:
                    old[field] = min(old[field], line[field])
    print("| run | what | before | after | ratio |\n|---|---|---|---|---|")
    for run, line in best[0].items():
        if run in best[1]:
            name = f"{run[0]}, {run[1]}, {run[2]} thread{'s' if run[2] != 1 else ''}"
            for field, unit, scale in FIELDS:
                row(name, field, scale * line[field], scale * best[1][run][field], unit)
    with tempfile.TemporaryDirectory() as folder:
        results = [many_chunks(program, pathlib.Path(folder), arguments.rounds)
                   for program in (arguments.before, arguments.after)]
    name = f"fibonacci, {results[0][0]} chunks"
    row(name, "verification", results[0][2], results[1][2], "ms")
    row(name, "proof", results[0][1], results[1][1], "bytes")


if __name__ == "__main__":
    main()
