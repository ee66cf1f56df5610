#!/usr/bin/env python3
"""prove, verify, inspect, id and cost: what they print, and each way to refuse."""
import json
import re
import unittest

from harness import Case, run

SUM = """
mov %r0, 0; mov %r6, 0
loop:
jge %r6, %r2, done; ldxb %r3, [%r1+0]; add %r0, %r3; add %r1, 1; add %r6, 1; ja loop
done:
stxdw [%r5+0], %r0
exit
"""


class Proofs(Case):
    def setUp(self):
        super().setUp()
        self.guest = self.program(SUM)
        self.input = self.file("input", bytes(range(40)))
        self.setup = (self.folder / "setup.srs")
        self.proof = (self.folder / "sum.zkb")
        self.ok("setup", "generate", "--k", "13", "-o", self.setup)
        self.ok("prove", self.guest, "-i", self.input, "-s", self.setup, "-o", self.proof, "--k", "10",
                "--lookup-bits", "8", "--chunk-size", "100", "--progress", "none")

    def verify(self, *arguments):
        return ("verify", self.proof, "-s", self.setup, *arguments)

    def test_valid(self):
        text = self.ok(*self.verify("-P", self.guest, "-i", self.input))
        self.assertRegex(text, r"\Avalid: r0 = 780 after 245 instructions in 3 chunks")
        verdict = json.loads(self.ok(*self.verify("-P", self.guest, "-i", self.input, "--json")))
        self.assertEqual((verdict["valid"], verdict["r0"], verdict["chunks"]), (True, "780", 3))
        output = self.file("output", (780).to_bytes(8, "little"))
        self.ok(*self.verify("-P", self.guest, "-i", self.input, "-o", output))
        program_id = self.ok("id", self.guest, "-s", self.setup).strip()
        self.assertRegex(program_id, r"\A[0-9a-f]{64}\Z")
        self.ok(*self.verify("--program-id", program_id, "-i", self.input))

    def test_summary(self):
        command = ("prove", self.guest, "-i", self.input, "-s", self.setup, "-o",
                   self.folder / "other.zkb", "--k", "10", "--lookup-bits", "8", "--chunk-size",
                   "100", "--progress", "none")
        best = 0  # part of the time that is in the phases, of one thread
        for more in (("--threads", 2, "--mode", "parallel"), *50 * [("--threads", 1)]):
            summary = json.loads(self.ok(*command, "--json", *more))
            phases = summary.pop("phases")
            self.assertEqual((summary["r0"], summary["instructions"], summary["chunks"]),
                             ("780", 245, 3))
            self.assertEqual(summary["proof_bytes"], self.proof.stat().st_size)
            self.assertAlmostEqual(summary["instructions_per_second"],
                                   245 / summary["seconds"], delta=1)
            self.assertGreater(summary["peak_memory_bytes"], 1 << 20)
            self.assertEqual(set(summary), {"r0", "instructions", "chunks", "seconds",
                                            "instructions_per_second", "peak_memory_bytes",
                                            "proof_bytes"})
            self.assertEqual(list(phases), ["setup", "key", "execute", "witness", "commit", "gkr",
                                            "sumcheck", "opening", "join", "write"])
            self.assertGreater(min(phases.values()), 0)
            inner = sum(phases.values()) - phases["setup"] - phases["key"] - phases["write"]
            self.assertLess(inner, summary["seconds"])
            if more == ("--threads", 1):
                best = inner / summary["seconds"]
                if best > 0.8:  # else it was kept from running between two phases, but not each time
                    break
        self.assertGreater(best, 0.8)
        text = self.ok(*command)
        self.assertEqual(re.findall(r"^  (\w+) +\d+\.\d{3}$", text, re.M), list(phases))

    def test_not_valid_is_status_1(self):
        other = self.program(SUM.replace("add %r1, 1", "add %r1, 2"), "other.bin")
        other_input = self.file("other", bytes(range(1, 41)))
        other_output = self.file("output", (781).to_bytes(8, "little"))
        for reason, *arguments in (
                ("another program", "-P", other, "-i", self.input),
                ("another program", "--program-id", "0" * 63 + "1", "-i", self.input),
                ("another length", "-P", self.guest),
                ("chunk 0", "-P", self.guest, "-i", other_input),
                ("not that of", "-P", self.guest, "-i", self.input, "-o", other_output)):
            with self.subTest(reason=reason):
                done = run(*self.verify(*arguments))
                self.assertEqual(done.returncode, 1, done.stderr)
                self.assertIn(reason, done.stdout.decode())
        self.ok("setup", "generate", "--k", "13", "-o", (self.folder / "other.srs"))
        done = run("verify", self.proof, "-s", (self.folder / "other.srs"), "-P", self.guest, "-i",
                          self.input)
        self.assertEqual(done.returncode, 1)

    def test_zeros_at_an_end(self):
        """A zero more or fewer is another input, and another output than the proof states."""
        data, output = bytes(range(39)) + b"\0", (741).to_bytes(8, "little")
        self.ok("prove", self.guest, "-i", self.file("input", data), "-s", self.setup, "-o",
                self.proof, "--k", "10", "--lookup-bits", "8", "--progress", "none")
        for reason, given, wanted in (("another length", data[:-1], output),
                                      ("another length", data + b"\0", output),
                                      ("not that of", data, output[:-1]),
                                      ("not that of", data, output[:2]),
                                      ("not that of", data, output + b"\0"),
                                      ("not that of", data, b""),
                                      ("valid: r0 = 741", data, output)):
            done = run(*self.verify("-P", self.guest, "-i", self.file("given", given), "-o",
                                    self.file("wanted", wanted)))
            self.assertEqual(done.returncode, int(not reason.startswith("valid")), reason)
            self.assertIn(reason, done.stdout.decode())

    def test_lengths(self):
        """Inputs and outputs about the ends of words and segments: copied to the output and told by
        their lengths. What is behind an end is zero, and there is nothing behind a segment."""
        guest = self.program("""
mov %r0, %r2; lsh %r0, 32; or %r0, %r4
jeq %r2, 0, second; mov %r6, %r1; add %r6, %r2; ldxb %r7, [%r6-1]; stxb [%r5+0], %r7
second:
jeq %r4, 0, done; mov %r6, %r3; add %r6, %r4; ldxb %r7, [%r6-1]; stxb [%r5+1], %r7
and %r6, 0xffff; jeq %r6, 0, done; mov %r6, %r3; add %r6, %r4; ldxb %r7, [%r6+0]; stxb [%r5+2], %r7
done:
mov %r6, %r5; add %r6, %r2; add %r6, %r4; stb [%r6+3], 9
exit
""")
        program = ("-P", guest, "--output-bytes", "262144")
        for public, private in ((0, 0), (0, 1), (1, 0), (7, 9), (8, 8), (65535, 65536),
                                (65536, 65535), (65537, 65537), (0, 131073)):
            with self.subTest(public=public, private=private):
                data = self.file("data", b"\1" * (public - 1) + b"\2" if public else b"")
                secret = self.file("secret", b"\1" * (private - 1) + b"\3" if private else b"")
                output = bytearray(public + private + 4)
                output[0], output[1], output[public + private + 3] = 2 * (public > 0), 3 * (private > 0), 9
                self.ok("prove", guest, "-i", data, "-p", secret, "-s", self.setup, "-o", self.proof,
                        "--k", "10", "--lookup-bits", "8", "--progress", "none", *program[2:])
                wanted = self.file("wanted", bytes(output))
                text = self.ok(*self.verify(*program, "-i", data, "-o", wanted))
                self.assertIn(f"r0 = {public << 32 | private} ", text)
                for change in (-1, 1):
                    if public + change >= 0:
                        longer = (data.read_bytes() + b"\0")[:public + change]
                        done = run(*self.verify(*program, "-i", self.file("longer", longer)))
                        self.assertEqual(done.returncode, 1)
                        self.assertIn("another length", done.stdout.decode())

    def test_wrong_usage_is_status_2(self):
        for text, *arguments in (
                ("-o FILE", "prove", self.guest),
                ("--mode", "prove", self.guest, "-o", "x", "--mode", "fast"),
                ("8 to 22", "prove", self.guest, "-o", "x", "--k", "7"),
                ("--memory", "prove", self.guest, "-o", "x", "--memory", "much"),
                ("either", "verify", self.proof),
                ("either", *self.verify("-P", self.guest, "--program-id", "0" * 64)),
                ("64 hexadecimal", *self.verify("--program-id", "12")),
                ("which proof", "verify", "-P", self.guest),
                ("which proof", "inspect"),
                ("which program", "id"),
                ("which program", "cost")):
            with self.subTest(arguments=arguments):
                self.fails(2, text, *arguments)

    def test_unusable_files_are_status_3(self):
        damaged = self.file("damaged", self.proof.read_bytes()[:-1])
        self.fails(3, "malformed", "verify", damaged, "-s", self.setup, "-P", self.guest, "-i", self.input)
        self.fails(3, "not a zkbpf proof", "inspect", self.input)
        self.fails(3, "absent", "verify", "absent", "-s", self.setup, "-P", self.guest)
        self.fails(3, "absent", "prove", self.guest, "-s", "absent", "-o", (self.folder / "x"))
        self.fails(3, str(self.input), "prove", self.guest, "-s", self.input, "-o", (self.folder / "x"))

    def test_inspect_and_cost(self):
        text = self.ok("inspect", self.proof)
        self.assertIn("not checked", text)
        self.assertEqual(len(re.findall(r"^chunk \d+:", text, re.M)), 3)
        whole = json.loads(self.ok("inspect", self.proof, "--json"))
        self.assertEqual([chunk["instructions"] for chunk in whole["chunks"]], [100, 100, 45])
        self.assertEqual([chunk["halted"] for chunk in whole["chunks"]], [False, False, True])
        cost = json.loads(self.ok("cost", self.guest, "-i", self.input, "--k", "10", "--chunk-size",
                                  "100", "--json"))
        self.assertEqual((cost["instructions"], cost["chunks"]), (245, 3))
        self.assertEqual(sum(cost["rows"].values()), 245)

    def test_modes_and_memory_give_the_same_bytes(self):
        honest = self.proof.read_bytes()
        for arguments in (("--mode", "sequential"), ("--mode", "parallel", "--threads", "2"),
                          ("--memory", "1G", "--threads", "3"), ("--resume", (self.folder / "resume")),
                          ("--resume", (self.folder / "resume"))):
            other = (self.folder / "other.zkb")
            self.ok("prove", self.guest, "-i", self.input, "-s", self.setup, "-o", other, "--k", "10",
                    "--lookup-bits", "8", "--chunk-size", "100", "--progress", "none", *arguments)
            self.assertEqual(other.read_bytes(), honest, arguments)


if __name__ == "__main__":
    unittest.main()
