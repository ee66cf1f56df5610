#!/usr/bin/env python3
"""prove, verify, inspect, id and cost: what they print, and each way to refuse."""
import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import struct
import subprocess
import threading
import unittest

from harness import EXAMPLES, TIMEOUT, ZKBPF, Case, assemble, run

SUM = """
mov %r0, 0; mov %r6, 0
loop:
jge %r6, %r2, done; ldxb %r3, [%r1+0]; add %r0, %r3; add %r1, 1; add %r6, 1; ja loop
done:
stxdw [%r5+0], %r0
exit
"""


CALLS = """
static __attribute__((noinline)) unsigned long long twice(unsigned long long x) { return 2 * x; }
static __attribute__((noinline)) unsigned long long thrice(unsigned long long x) { return 4 * x; }
unsigned long long entrypoint(void)
{
    volatile unsigned long long sum = 1;
    for (int i = 0; i < 3; i++) {
        sum = twice(sum) + thrice(sum);
    }
    return sum;
}
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
                                            "sumcheck", "opening", "join", "verify", "write"])
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
                        "--k", "10", "--lookup-bits", "8", "--quiet", *program[2:])
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

    def prove(self, *arguments, guest=None):
        return ("prove", guest or self.guest, "-s", self.setup, "--k", "10", "--lookup-bits", "8",
                *arguments)

    def test_wrong_input_is_named(self):
        """Of the same length, of another, or forgotten: what was given, and what to look at."""
        other = self.file("other", bytes(range(1, 41)))
        for reason, given, *arguments in (
                ("may differ from the one that was proved", f"{other} (40 bytes)", "-i", other),
                ("40 bytes", f"{self.guest}, public input none", )):
            done = run(*self.verify("-P", self.guest, *arguments))
            text = done.stdout.decode()
            self.assertEqual(done.returncode, 1)
            self.assertRegex(text, r"\Anot valid: [^\n]+\n  given: program [^\n]+\n\Z")
            self.assertIn(reason, text)
            self.assertIn(given, text)
            done = run(*self.verify("-P", self.guest, *arguments, "--json"))
            verdict = json.loads(done.stdout)
            self.assertIn(reason, verdict["reason"])
            self.assertEqual(verdict["given"],
                             {"programs": [str(self.guest)], "public_bytes": 40 * len(arguments) // 2}
                             | ({"public_input": str(other)} if arguments else {}))

    def test_output_is_written(self):
        """By prove, verify and run alike, to the end of the region's last segment."""
        guest = self.program("mov %r0, 7; stxdw [%r5+20000], %r0; exit", "far.bin")
        outputs = [self.folder / name for name in ("run", "prove", "verify")]
        size = ("--output-bytes", "8192")
        self.ok("run", guest, "-o", outputs[0], *size)
        self.ok(*self.prove("-o", self.proof, "--save-output", outputs[1], "--quiet", *size, guest=guest))
        verdict = json.loads(self.ok(*self.verify("-P", guest, "--save-output", outputs[2], "--json", *size)))
        wanted = bytes(20000) + (7).to_bytes(8, "little")
        self.assertEqual([path.read_bytes() for path in outputs], 3 * [wanted])
        self.assertEqual(verdict["output_bytes"], len(wanted))
        self.assertEqual(json.loads(self.ok("inspect", self.proof, "--json"))["output"], wanted.hex())
        self.assertIn(f"output          20008 bytes: {bytes(32).hex()}...", self.ok("inspect", self.proof))
        # Nothing is written of a proof that is not valid.
        outputs[2].unlink()
        self.assertEqual(run(*self.verify("-P", guest, "--save-output", outputs[2])).returncode, 1)
        self.assertFalse(outputs[2].exists())

    def test_an_empty_output_is_written(self):
        guest = self.program("mov %r0, 7; exit", "seven.bin")
        output = self.folder / "output"
        self.ok(*self.prove("-o", self.proof, "--save-output", output, "--quiet", guest=guest))
        self.assertEqual(output.read_bytes(), b"")
        self.ok(*self.verify("-P", guest, "--save-output", output))
        self.assertEqual(output.read_bytes(), b"")

    def test_files_that_are_needed_are_not_written_over(self):
        cache, other = self.folder / "cache", self.folder / "other"
        self.ok(*self.prove("-i", self.input, "-o", other, "--cache-dir", cache, "--quiet"))
        key, = cache.iterdir()
        ceremony = self.file("ceremony.ptau", b"ptau\x01\0\0\0")
        copy = self.file("copy.srs", self.setup.read_bytes())
        proof = self.proof.read_bytes()
        for text, path in (("setup of this command", self.setup), ("a setup", copy), ("a key", key),
                           ("ceremony", ceremony), ("reads it", self.input), ("reads it", self.guest)):
            content = path.read_bytes()
            for command in (self.prove("-i", self.input, "-o", path, "--quiet"),
                            self.prove("-i", self.input, "-o", other, "--save-output", path, "--quiet"),
                            self.verify("-P", self.guest, "-i", self.input, "--save-output", path)):
                with self.subTest(text=text, command=command):
                    self.fails(2, text, *command)
                    self.assertEqual(path.read_bytes(), content)
        self.fails(2, "reads it", *self.verify("-P", self.guest, "-i", self.input, "--save-output", self.proof))
        self.fails(2, "both", *self.prove("-i", self.input, "-o", other, "--save-output", other, "--quiet"))
        self.assertEqual(self.proof.read_bytes(), proof)
        self.ok(*self.prove("-i", self.input, "-o", copy, "--force", "--quiet"))
        self.assertEqual(copy.read_bytes()[:8], b"zkbproof")

    def test_an_output_that_cannot_be_put_in_place(self):
        """Is said before anything is proved: no line of progress comes first."""
        folder = self.folder / "folder"
        folder.mkdir()
        longest = self.folder / ("n" * 255)
        for _ in range(2):  # where nothing is, and in the place of a file
            self.ok(*self.prove("-i", self.input, "-o", longest, "--quiet"))
        for path in (folder, f"{folder}/", self.folder / "absent" / "x", self.folder / ("n" * 300)):
            with self.subTest(path=path):
                self.fails(3, str(path)[:60], *self.prove("-i", self.input, "-o", path))

    def test_each_input_is_read_once(self):
        """So that all may be pipes."""
        pipes = {}
        for name, source in (("proof", self.proof), ("guest", self.guest), ("input", self.input)):
            pipes[name] = self.folder / f"{name}.pipe"
            os.mkfifo(pipes[name])
            writer = threading.Thread(target=pipes[name].write_bytes, args=(source.read_bytes(),), daemon=True)
            writer.start()
        self.ok("verify", pipes["proof"], "-s", self.setup, "-P", pipes["guest"], "-i", pipes["input"],
                timeout=60)

    def test_private_input_is_not_hidden(self):
        """Which is said once, unless --quiet."""
        secret = self.file("secret", b"12345")
        command = self.prove("-i", self.input, "-p", secret, "-o", self.proof, "--progress")
        sentence = b"does not hide the private input"
        self.assertEqual(run(*command, "none").stderr.count(sentence), 1)
        events = [json.loads(line) for line in run(*command, "json").stderr.splitlines()]
        self.assertEqual([e["event"] for e in events].count("note"), 1)
        self.assertEqual(run(*command, "auto", "--quiet").stderr, b"")
        self.assertEqual(run(*self.prove("-i", self.input, "-o", self.proof, "--progress", "none")).stderr, b"")
        self.assertIn(sentence.decode(), " ".join(self.ok("prove", "--help").split()))

    def test_a_missing_setup_says_what_to_do(self):
        for path in ("absent.srs", self.folder / "absent.srs"):
            for command in (("prove", self.guest, "-o", self.folder / "x"), ("id", self.guest),
                            ("verify", self.proof, "-P", self.guest)):
                self.fails(3, f"setup generate -o {path}", *command, "-s", path)
        clean = {name: value for name, value in os.environ.items() if name != "XDG_CACHE_HOME"}
        environment = clean | {"HOME": str(self.folder / "home")}
        self.fails(3, "with: zkbpf setup generate\n", "id", self.guest, env=environment)
        text = self.ok("setup", "generate", "--k", 13, env=environment)
        place = self.folder / "home" / ".cache" / "zkbpf" / "setup.srs"
        self.assertIn(f"file    {place}\n", text)
        setup = place.read_bytes()
        self.ok("id", self.guest, env=environment)
        self.fails(3, "--force", "setup", "generate", env=environment)
        self.assertEqual(place.read_bytes(), setup)

    def test_without_verifying(self):
        other = self.folder / "other.zkb"
        summary = json.loads(self.ok(*self.prove("-i", self.input, "--chunk-size", 100, "-o", other, "--no-verify",
                                                 "--quiet", "--json")))
        self.assertEqual(summary["phases"]["verify"], 0)
        self.assertEqual(other.read_bytes(), self.proof.read_bytes())

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

    def foretold(self, program, *options, setup=None):
        """(what cost says, what prove says) of the same run on one thread."""
        cost = json.loads(self.ok("cost", program, *options, "--json"))
        proof = json.loads(self.ok("prove", program, *options, "-s", setup or self.setup, "-o",
                                   self.folder / "other.zkb", "--threads", "1", "--quiet", "--json"))
        return cost, proof

    def test_cost_foretells_the_size_of_the_proof(self):
        memory = self.program("""
            mov %r6, 0; lddw %r1, 0x300000000; mov %r7, 0
            loop:
            stxdw [%r1+0], %r6; ldxw %r8, [%r1+4]; add %r7, %r8; add %r1, 16384; add %r6, 1
            mov %r2, %r6; call local f; add %r7, %r0; jlt %r6, 60, loop
            ldxb %r2, [%r3+0]; add %r7, %r2; stxdw [%r5+0], %r7; mov %r0, %r7; exit
            f:
            mov %r0, %r2; lsh %r0, 5; xor %r0, %r2; and %r0, 255; mul %r0, %r2; exit""", "memory.bin")
        private = self.file("private", bytes(100000))
        for options in (("--k", "10", "--chunk-size", "100"), ("--k", "8"), ("--k", "12")):
            for lookup in ("8", "16"):
                if lookup == "16" and options[1] != "12":
                    continue
                setup = self.setup
                if lookup == "16":
                    setup = self.folder / "larger.srs"
                    self.ok("setup", "generate", "--k", "16", "-o", setup)
                for program, files in ((self.guest, ("-i", self.input)),
                                       (memory, ("-i", self.input, "-p", private))):
                    cost, proof = self.foretold(program, *files, *options, "--lookup-bits", lookup,
                                                setup=setup)
                    for field in ("proof_bytes", "chunks", "instructions"):
                        self.assertEqual(cost[field], proof[field], (program, options, lookup, field))
                    self.assertGreater(cost["seconds"], 0)
                    peak = proof["peak_memory_bytes"]  # not below that of this process, which forked
                    if peak > 32 << 20 and b"__asan_init" not in pathlib.Path(ZKBPF).read_bytes():
                        share = cost["memory_bytes"] / peak
                        self.assertTrue(0.75 < share < 1.33, (program, options, lookup, share))

    def test_a_helper_with_tables_of_its_own(self):
        guest = EXAMPLES / "sha256-helper.o"
        for length in (0, 64, 1500):
            message = bytes(i * i % 251 for i in range(length))
            options = ("-i", self.file("message", message), "--k", "8", "--lookup-bits", "8")
            cost, proof = self.foretold(guest, *options)
            self.assertEqual((cost["chunks"], cost["proof_bytes"]), (proof["chunks"], proof["proof_bytes"]))
            self.assertEqual(cost["rows"]["sha256_round"], 64 * cost["rows"]["HELPER_SHA256"])
            digest = hashlib.sha256(message).digest()
            check = ("verify", self.folder / "other.zkb", "-s", self.setup, "-P", guest, *options[:2], "-o")
            self.ok(*check, self.file("digest", digest))
            false = self.file("false", digest[1:] + digest[:1])
            self.assertEqual(run(*check, false).returncode, 1)

    def test_products_modulo_numbers(self):
        guest = EXAMPLES / "mulmod.o"
        numbers = [(7**90, 11**70, 2**256 - 1, m) for m in (2**255 - 19, 2**256 - 2**32 - 977, 1, 0, 10**9)]
        data = self.file("numbers", b"".join(n.to_bytes(32, "little") for record in numbers for n in record))
        cost, proof = self.foretold(guest, "-i", data, "--k", "8", "--lookup-bits", "8")
        self.assertEqual((cost["chunks"], cost["proof_bytes"]), (proof["chunks"], proof["proof_bytes"]))
        self.assertEqual(cost["rows"]["HELPER_MULMOD"], len(numbers))
        results = [(a * b + c) % (m or 2**256) for a, b, c, m in numbers]
        check = ("verify", self.folder / "other.zkb", "-s", self.setup, "-P", guest, "-i", data, "-o")
        self.ok(*check, self.file("results", b"".join(r.to_bytes(32, "little") for r in results)))
        results[1] += 2**256 - 2**32 - 977 if results[1] < 2**32 else 1
        false = self.file("false", b"".join(r.to_bytes(32, "little") for r in results))
        self.assertEqual(run(*check, false).returncode, 1)

    def test_a_helper_with_rows_of_each_round(self):
        guest = EXAMPLES / "keccak256-helper.o"
        for length in (0, 300):
            message = bytes(i * i % 251 for i in range(length))
            options = ("-i", self.file("message", message), "--k", "8", "--lookup-bits", "8")
            cost, proof = self.foretold(guest, *options)
            self.assertEqual((cost["chunks"], cost["proof_bytes"]), (proof["chunks"], proof["proof_bytes"]))
            calls = cost["rows"]["HELPER_KECCAK"]
            self.assertEqual(calls, 2 * (length // 136 + 1))
            self.assertEqual(cost["rows"]["keccak_sheet"], 5 * 24 * calls)
            self.assertEqual(cost["rows"]["keccak_plane4"], 24 * calls)
            check = ("verify", self.folder / "other.zkb", "-s", self.setup, "-P", guest, *options[:2], "-o")
            output = self.folder / "output"
            self.ok("run", guest, *options[:2], "-o", output)
            digests = output.read_bytes()
            self.assertEqual(digests[32:], hashlib.sha3_256(message).digest())
            self.ok(*check, output)
            false = self.file("false", digests[1:] + digests[:1])
            self.assertEqual(run(*check, false).returncode, 1)

    def test_inverses_modulo_numbers(self):
        guest = EXAMPLES / "inverse.o"
        numbers = [(7**90, m) for m in (2**255 - 19, 2**256 - 2**32 - 977, 2, 2**255, 10**9)]
        data = self.file("numbers", b"".join(n.to_bytes(32, "little") for record in numbers for n in record))
        cost, proof = self.foretold(guest, "-i", data, "--k", "8", "--lookup-bits", "8")
        self.assertEqual((cost["chunks"], cost["proof_bytes"]), (proof["chunks"], proof["proof_bytes"]))
        self.assertEqual(cost["rows"]["HELPER_INVERSE"], len(numbers))
        results = [pow(a, -1, m) for a, m in numbers]
        check = ("verify", self.folder / "other.zkb", "-s", self.setup, "-P", guest, "-i", data, "-o")
        self.ok(*check, self.file("results", b"".join(r.to_bytes(32, "little") for r in results)))
        results[0] += 1
        false = self.file("false", b"".join(r.to_bytes(32, "little") for r in results))
        self.assertEqual(run(*check, false).returncode, 1)

    def test_cost_chooses_tables_as_prove_does(self):
        loop = self.program("mov %r1, 9999; loop:; sub %r1, 1; jne %r1, 0, loop; mov %r0, 0; exit",
                            "loop.bin")
        setup = self.folder / "larger.srs"
        self.ok("setup", "generate", "--k", "16", "-o", setup)
        for more, instructions in ((b"", 20001), (assemble("mov %r1, 1"), 20002)):
            loop.write_bytes(more + loop.read_bytes())
            cost, proof = self.foretold(loop, "--k", "14", setup=setup)
            self.assertEqual(cost["instructions"], instructions)
            self.assertEqual(cost["proof_bytes"], proof["proof_bytes"])

    def test_cost_of_a_fault(self):
        self.fails(4, "fault", "cost", self.program("lddw %r1, 0x900000000; ldxb %r0, [%r1]; exit", "fault.bin"))
        self.fails(2, "neither 8 nor 16", "cost", self.guest, "--lookup-bits", "9")

    @unittest.skipUnless(shutil.which("clang-19"), "no clang-19")
    def test_cost_by_function(self):
        source = self.file("calls.c", CALLS)
        calls = self.folder / "calls.o"
        subprocess.run(["clang-19", "-target", "bpf", "-O1", "-c", source, "-o", calls], check=True)
        counted = json.loads(self.ok("profile", calls, "--json"))["functions"]
        cost = json.loads(self.ok("cost", calls, "--json"))["functions"]
        self.assertEqual({f["name"]: f["instructions"] for f in cost},
                         {f["name"]: f["self"] for f in counted})
        numbers = [f["instructions"] for f in cost]
        self.assertEqual(numbers, sorted(numbers, reverse=True))
        self.assertLess(len(set(numbers)), len(numbers))  # two are equally hot

    def test_number_of_threads(self):
        command = ("prove", self.guest, "-i", self.input, "-s", self.setup, "-o",
                   self.folder / "other.zkb", "--k", "10", "--lookup-bits", "8", "--chunk-size",
                   "100", "--progress", "none")
        for variables in ({"OMP_NUM_THREADS": "1000000"}, {"OMP_NUM_THREADS": "1"},
                          {"OMP_NUM_THREADS": "many"}, {"ZKBPF_NUM_THREADS": "1"},
                          {"ZKBPF_NUM_THREADS": "256", "OMP_NUM_THREADS": "1"}):
            for more in ((), ("--mode", "parallel", "--threads", 4)):
                with self.subTest(variables=variables, more=more):
                    self.ok(*command, "--memory", "64G", *more, env=os.environ | variables)
                    self.assertEqual((self.folder / "other.zkb").read_bytes(),
                                     self.proof.read_bytes())
        self.fails(2, "1 to 256", *command, "--threads", 257)
        for number in ("0", "257", "many"):
            self.fails(2, f"ZKBPF_NUM_THREADS={number}: give a number from 1 to 256", *command,
                       env=os.environ | {"ZKBPF_NUM_THREADS": number})

    def test_no_more_threads(self):
        """A user who may have no other thread proves and verifies on one."""
        def limit():
            resource.setrlimit(resource.RLIMIT_NPROC, (1, 1))
            if os.getuid() == 0:  # whom the limit does not bind
                os.setuid(61234)
        # The leak checker of a sanitized build starts a thread of its own when the process ends.
        options = os.environ.get("ASAN_OPTIONS", "")
        env = os.environ | {"ASAN_OPTIONS": f"{options}:detect_leaks=0"}
        def limited(*command):
            return subprocess.run(list(map(str, command)), preexec_fn=limit, capture_output=True,
                                  check=False, cwd=folder, timeout=TIMEOUT, env=env)
        folder = self.folder / "open"
        folder.mkdir()
        folder.chmod(0o777)
        self.folder.chmod(0o755)
        self.assertNotEqual(limited("/bin/sh", "-c", "true & wait $!").returncode, 0, "no limit")
        zkbpf = shutil.copy(ZKBPF, folder)
        proof = folder / "proof.zkb"
        done = limited(zkbpf, "prove", self.guest, "-i", self.input, "-s", self.setup, "-o", proof,
                       "--k", "10", "--lookup-bits", "8", "--chunk-size", "100", "--progress",
                       "none", "--threads", 4, "--memory", "64G")
        self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual(proof.read_bytes(), self.proof.read_bytes())
        done = limited(zkbpf, *self.verify("-P", self.guest, "-i", self.input, "--threads", 4))
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_place_of_the_setup(self):
        folder = self.folder / "home" / ".cache" / "zkbpf"
        folder.mkdir(parents=True)
        self.setup.rename(folder / "setup.srs")
        clean = {name: value for name, value in os.environ.items()
                 if name not in ("HOME", "XDG_CACHE_HOME")}
        home, cache = {"HOME": str(self.folder / "home")}, {"XDG_CACHE_HOME": str(folder.parent)}
        # A relative path in XDG_CACHE_HOME is to be ignored.
        for variables in (home, cache, home | {"XDG_CACHE_HOME": ".cache"},
                          {"ZKBPF_SETUP": "home/.cache/zkbpf/setup.srs"}):
            self.ok("id", self.guest, env=clean | variables, cwd=self.folder)
        self.fails(2, "--setup", "id", self.guest, env=clean)
        self.fails(2, "--setup", "id", self.guest, env=clean | {"XDG_CACHE_HOME": "x", "HOME": ""})

    def terminal(self, *command):
        """The exit status, and what was shown on a terminal."""
        master, slave = os.openpty()
        prover = subprocess.Popen([ZKBPF, *map(str, command)], stdout=slave, stderr=slave)
        os.close(slave)
        shown = b""
        try:
            while part := os.read(master, 4096):
                shown += part
        except OSError:  # how the other side's end is told
            pass
        os.close(master)
        return prover.wait(TIMEOUT), shown.decode()

    def test_bar_on_a_terminal(self):
        command = ("prove", self.guest, "-i", self.input, "-s", self.setup, "-o", self.proof, "--k",
                   "10", "--lookup-bits", "8", "--chunk-size", "100")
        status, shown = self.terminal(*command)
        self.assertEqual(status, 0)
        bar, rest = shown.split("\r\n", 1)
        states = bar.split("\r")
        self.assertEqual((states[0], len(states)), ("", 1 + 2 * 3))
        for state in states[1:]:
            self.assertRegex(state, r"\A\[#*\.*\] +\d+ %  \d chunks?(  \d+ thousand/s  \d+ s left)? +\Z")
        self.assertIn(f"[{30 * '#'}] 100 %  3 chunks", states[-1])
        self.assertTrue(rest.startswith("r0            780"))
        status, shown = self.terminal(*command, "--memory", "1M")
        self.assertEqual(status, 5)
        self.assertRegex(shown, r"\Azkbpf: [^\n]*more memory\r\n\Z")

    def test_progress_for_machines(self):
        done = run("prove", self.guest, "-i", self.input, "-s", self.setup, "-o", self.proof, "--k",
                   "10", "--lookup-bits", "8", "--chunk-size", "100", "--progress", "json",
                   "--threads", 1)
        events = [json.loads(line) for line in done.stderr.splitlines()]
        self.assertEqual([(e["event"], e["chunk"], e["finished"]) for e in events],
                         [(kind, chunk, chunk + (kind == "finished")) for chunk in range(3)
                          for kind in ("started", "finished")])
        self.assertEqual(events[-1]["instructions_done"], events[-1]["instructions_total"])
        self.assertEqual({type(e["bytes"]) for e in events}, {int})

    def test_file_is_as_documented(self):
        """Read by what docs/formats.md says, from the first byte to the last."""
        content, at = self.proof.read_bytes(), 0

        def take(form):
            nonlocal at
            values = struct.unpack_from("<" + form, content, at)
            at += struct.calcsize("<" + form)
            return values

        def points(count):
            return [take("32s") for _ in range(count)]

        def segments(length):
            return -(-length // 65536)

        self.assertEqual(take("8sIII"), (b"zkbproof", 5, 8, 9))
        *layout, read_only, writable = take("8I")
        self.assertEqual(layout, [self.guest.stat().st_size // 8, 0, 4096, 64, 1 << 20, 65536])
        points(1 + segments(read_only) + segments(writable))
        public, private, output = take("3Q")
        self.assertEqual((public, private, output), (40, 0, 8))
        points(segments(private))
        self.assertEqual(take("Q"), (780,))
        instructions = []
        for _ in range(*take("I")):
            size, start = *take("I"), at
            state, clock, times = take("11QII"), *take("I"), take("11I")
            tables, touched, proof = take("3I")
            chips = [take("BBI")[0] for _ in range(tables)]
            names = [take("QI32s")[0] for _ in range(touched)]
            take(f"{proof}s")
            self.assertEqual(at, start + size)
            self.assertEqual((chips, names), (sorted(chips), sorted(set(names))))
            self.assertLess(max(times), 4 * clock)
            instructions.append(clock - 1)
        self.assertEqual(take("I"), (64 * 13,))  # one fold of three chunks
        take(f"{64 * 13}s")
        take("704s")
        self.assertEqual(at, len(content))
        self.assertEqual(instructions, [100, 100, 45])
        self.assertEqual((state[0], *state[11:]), (780, 0xffffffff, 0))

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
