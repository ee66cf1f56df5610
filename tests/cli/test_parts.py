#!/usr/bin/env python3
"""plan, prove --part and join: the proof of the whole run, and each way to refuse."""
import json
import os
import pathlib
import re
import subprocess
import unittest

from harness import BUILD, TESTS, TIMEOUT, Case
from test_proofs import SUM

GUIDE = TESTS.parent / "docs" / "many-machines.md"
SETTINGS = ("--k", 8, "--lookup-bits", 8, "--chunk-size", 60)


class Parts(Case):
    """A run in 5 chunks."""

    def setUp(self):
        super().setUp()
        self.guest = self.program(SUM)
        self.input = self.file("input", bytes(range(40)))
        self.secret = self.file("secret", b"secret")
        self.inputs = (self.guest, "-i", self.input, "-p", self.secret)
        self.setup = self.folder / "setup.srs"
        self.plan = self.folder / "plan"
        self.proof = self.folder / "proof"
        self.ok("setup", "generate", "--k", 13, "-o", self.setup)
        self.ok("plan", *self.inputs, "-s", self.setup, *SETTINGS, "-o", self.plan)

    def prove(self, part, *more, name=None):
        """The arguments that make a part."""
        path = self.folder / (name or part.replace("/", "of"))
        return path, ("prove", *self.inputs, "-s", self.setup, "--plan", self.plan, "--part", part,
                      "-o", path, "--quiet", *more)

    def make(self, part, *more, name=None):
        path, command = self.prove(part, *more, name=name)
        self.ok(*command)
        return path

    def join(self, *parts):
        return ("join", self.plan, *parts, "-s", self.setup, "-o", self.proof)

    def test_the_same_proof(self):
        whole = self.folder / "whole"
        self.ok("prove", *self.inputs, "-s", self.setup, *SETTINGS, "-o", whole, "--quiet")
        parts = [self.make(f"{i}/3") for i in (3, 1, 2)]
        output = self.folder / "output"
        text = self.ok(*self.join(*parts), "--save-output", output)
        self.assertIn("in 5 chunks, 3 parts", text)
        self.assertEqual(self.proof.read_bytes(), whole.read_bytes())
        self.assertEqual(output.read_bytes(), (780).to_bytes(8, "little"))
        self.assertIn("valid", self.ok("verify", self.proof, "-P", self.guest, "-i", self.input, "-s",
                                       self.setup))
        again = self.make("2/3", "--threads", 1, "--mode", "sequential", name="again")
        self.assertEqual(again.read_bytes(), parts[2].read_bytes())
        self.ok(*self.join(self.make("1/1"), "--no-verify", "--threads", 2))
        self.assertEqual(self.proof.read_bytes(), whole.read_bytes())

    def test_summaries(self):
        summary = json.loads(self.ok("plan", *self.inputs, "-s", self.setup, *SETTINGS, "-o",
                                     self.plan, "--json"))
        self.assertEqual(summary, {"r0": "780", "instructions": 245, "chunks": 5, "k": 8,
                                   "lookup_bits": 8, "plan_bytes": self.plan.stat().st_size})
        path, command = self.prove("2/2", "--json")
        summary = json.loads(self.ok(*command))
        self.assertEqual((summary["chunks"], summary["first_chunk"], summary["part_bytes"]),
                         (3, 2, path.stat().st_size))
        self.assertEqual(summary["instructions"], 245 - 2 * 60)
        path, command = self.prove("2/2")
        self.assertRegex(self.ok(*command), rf"part +{re.escape(str(path))}, \d+ bytes\n\Z")
        summary = json.loads(self.ok(*self.join(self.make("1/2"), path), "--json"))
        self.assertEqual((summary["parts"], summary["chunks"], summary["proof_bytes"]),
                         (2, 5, self.proof.stat().st_size))

    def test_parts_that_do_not_fit(self):
        one, two, three = (self.make(f"{i}/3") for i in (1, 2, 3))
        self.fails(3, "part 2/3 is missing (chunks 1 to 2)", *self.join(one, three))
        self.fails(3, "leave one of them out", *self.join(one, two, three, one))
        damaged = bytearray(two.read_bytes())
        damaged[len(damaged) // 2] ^= 1
        self.fails(3, "checksum", *self.join(one, self.file("damaged", bytes(damaged)), three))
        self.fails(3, "cut short", *self.join(one, self.file("cut", two.read_bytes()[:-1]), three))
        self.fails(3, "not a zkbpf part file", *self.join(one, self.plan, three))
        self.fails(3, "not a zkbpf plan file", "join", one, two, "-s", self.setup, "-o", self.proof)
        self.fails(3, "missing", "join", self.plan, self.folder / "missing", "-s", self.setup, "-o",
                   self.proof)
        self.ok("setup", "generate", "--k", 13, "-o", self.folder / "other.srs")
        self.fails(3, "another setup", "join", self.plan, one, two, three, "-s",
                   self.folder / "other.srs", "-o", self.proof)
        self.fails(5, "allow more memory", *self.join(one, two, three), "--memory", "1K")
        self.secret.write_bytes(b"SECRET")
        self.fails(3, "another private input", *self.prove("2/3")[1])
        self.ok("plan", *self.inputs, "-s", self.setup, *SETTINGS, "-o", self.plan)
        self.fails(3, f"{one}: a part of another run", *self.join(one, two, three))
        self.assertFalse(self.proof.exists())

    def test_wrong_usage_is_status_2(self):
        for part in ("0/3", "4/3", "3", "1/", "/3", "1/0", "a/b", "-1/3", "1/3/3",
                     "11111111111111111111/3"):
            self.fails(2, "--part wants I/N", *self.prove(part, name="part")[1])
        self.fails(2, "use at most 5", *self.prove("1/6")[1])
        for option, value in (("--k", 9), ("--stack", 10), ("--lookup-bits", 16),
                              ("--chunk-size", 61)):
            self.fails(2, f"{option} {value}: the plan has", *self.prove("1/3", option, value)[1])
        self.ok(*self.prove("1/3", *SETTINGS)[1])
        self.fails(2, "go together", "prove", *self.inputs, "-o", self.proof, "--plan", self.plan)
        self.fails(2, "go together", "prove", *self.inputs, "-o", self.proof, "--part", "1/2")
        self.fails(2, "of whole proofs", *self.prove("1/3", "--no-verify")[1])
        self.fails(2, "-o FILE is missing", "plan", *self.inputs, "-s", self.setup)
        self.fails(2, "which program?", "plan", "-o", self.plan)
        self.fails(2, "which plan, and which parts?", "join", self.plan, "-o", self.proof)
        self.fails(2, "-o FILE is missing", "join", self.plan, self.plan)
        before = self.plan.read_bytes()
        self.fails(2, "would write over it", "prove", *self.inputs, "-s", self.setup, "--plan",
                   self.plan, "--part", "1/1", "-o", self.plan)
        self.fails(2, "would write over it", "join", self.plan, self.plan, "-s", self.setup, "-o",
                   self.plan)
        self.fails(2, "--force", "plan", *self.inputs, "-s", self.setup, "-o", self.setup)
        self.assertEqual(self.plan.read_bytes(), before)

    def test_from_standard_input(self):
        part = self.make("1/1")
        with open(self.plan, "rb") as plan:
            self.ok("join", "-", part, "-s", self.setup, "-o", self.proof, stdin=plan)
        with open(self.plan, "rb") as plan:
            again = self.folder / "again"
            self.ok("prove", *self.inputs, "-s", self.setup, "--plan", "-", "--part", "1/1", "-o", again,
                    "--quiet", stdin=plan)
        self.assertEqual(again.read_bytes(), part.read_bytes())
        self.fails(2, "standard input is given twice", "join", "-", "-", "-o", self.proof)

    def test_a_fault_is_status_4(self):
        faulting = self.program("mov %r0, 0; ldxdw %r0, [%r0+0]; exit", "fault.bin")
        self.fails(4, "", "plan", faulting, "-s", self.setup, *SETTINGS, "-o", self.plan)

    def test_the_recipe_of_the_guide(self):
        """Its first block, with chunks for a run as short as this one."""
        block = re.search(r"<!-- A test runs this block. -->\n```sh\n(.*?)```", GUIDE.read_text(),
                          re.S).group(1)
        changed = block.replace("zkbpf plan ", "zkbpf plan " + " ".join(map(str, SETTINGS)) + " ")
        self.assertNotEqual(block, changed)
        self.guest.rename(self.folder / "guest.o")
        self.input.rename(self.folder / "input.bin")
        environment = dict(os.environ, ZKBPF_SETUP=str(self.setup),
                           PATH=f"{BUILD}{os.pathsep}{os.environ['PATH']}")
        done = subprocess.run(["sh", "-euc", changed], cwd=self.folder, env=environment, check=False,
                              capture_output=True, timeout=TIMEOUT)
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertIn(b"valid: r0 = 780 after 245 instructions in 5 chunks", done.stdout)
        self.assertTrue(pathlib.Path(self.folder / "proof.zkb").exists())


if __name__ == "__main__":
    unittest.main()
