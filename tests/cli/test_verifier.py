#!/usr/bin/env python3
"""The verifier's library: it holds nothing of the prover, and examples/verifier, which links it
alone as it is installed, accepts what the command line has proved and nothing else."""
import os
import re
import shlex
import subprocess
import unittest

from harness import BUILD, TESTS, TIMEOUT, Case

SUM = """
mov %r0, 0; mov %r6, 0
loop:
jge %r6, %r2, done; ldxb %r3, [%r1+0]; add %r0, %r3; add %r1, 1; add %r6, 1; ja loop
done:
stxdw [%r5+0], %r0
exit
"""
PROVER_LAYERS = re.compile(r"zkbpf_(vm|prover|\w+_prover)\.dir")


def symbols(*files):
    """Names that begin with zkb_: those that are defined, and those that are wanted."""
    text = subprocess.run(["nm", *files], check=True, capture_output=True, text=True).stdout
    found = re.findall(r"^\s*[0-9a-f]* (\w) (zkb_\w+)", text, re.M)
    return ({name for kind, name in found if kind != "U"},
            {name for kind, name in found if kind == "U"})


class Library(unittest.TestCase):
    def setUp(self):
        self.defined, self.wanted = symbols(BUILD / "libzkbpf_verifier.a")

    def test_is_complete(self):
        self.assertEqual(self.wanted - self.defined, set())
        self.assertTrue({"zkb_verify", "zkb_verify_chunks", "zkb_srs_load", "zkb_proof_parse",
                         "zkb_verifying_key_from_id", "zkb_status_string"} <= self.defined)

    def test_has_no_prover(self):
        objects = [path for path in BUILD.glob("src/**/*.o") if PROVER_LAYERS.search(str(path))]
        text = subprocess.run(["nm", *objects], check=True, capture_output=True, text=True).stdout
        names = set(re.findall(r"^[0-9a-f]+ [A-Z] (zkb_\w+)", text, re.M))
        for name in ("zkb_prove", "zkb_vm_run", "zkb_machine_select", "zkb_mercury_open",
                     "zkb_gkr_prove", "zkb_table_evaluator_create", "zkb_program_open",
                     "zkb_chip_multiply_out"):
            self.assertIn(name, names)
        self.assertEqual(names & (self.defined | self.wanted), set())
        self.assertEqual([name for name in self.defined | self.wanted
                          if re.match(r"zkb_(fill|put|touch|host)_", name)], [])


class Example(Case):
    def setUp(self):
        super().setUp()
        prefix = self.folder / "prefix"
        subprocess.run(["cmake", "--install", BUILD, "--prefix", prefix], check=True,
                       capture_output=True)
        package = next(prefix.rglob("zkbpf-verifier.pc"))
        found = subprocess.run(["pkg-config", "--cflags", "--libs", "zkbpf-verifier"], check=True,
                               capture_output=True, text=True,
                               env=dict(os.environ, PKG_CONFIG_PATH=package.parent))
        self.verifier = self.folder / "verify"
        subprocess.run([os.environ.get("CC", "cc"), "-Wall", "-Wextra", "-Werror",
                        *shlex.split(os.environ.get("CFLAGS", "")),
                        TESTS.parent / "examples/verifier/verify.c", "-o", self.verifier,
                        *shlex.split(found.stdout)], check=True)

    def verify(self, *arguments):
        done = subprocess.run([self.verifier, *map(str, arguments)], capture_output=True,
                              check=False, timeout=TIMEOUT, text=True)
        return done.returncode, done.stdout

    def test_verifies(self):
        guest = self.program(SUM)
        data = self.file("input", bytes(range(40)))
        setup = self.folder / "setup.srs"
        proof = self.folder / "sum.zkb"
        self.ok("setup", "generate", "--k", 13, "-o", setup)
        self.ok("prove", guest, "-i", data, "-s", setup, "-o", proof, "--k", 10, "--lookup-bits", 8,
                "--chunk-size", 100, "--progress", "none")
        identity = self.ok("id", guest, "-s", setup).strip()
        self.assertEqual(self.verify(setup, identity, proof, data),
                         (0, "valid: r0 780 after 245 instructions, 8 bytes of output\n"))
        good = proof.read_bytes()
        for position in range(0, len(good), 997):
            proof.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1:])
            self.assertEqual(self.verify(setup, identity, proof, data)[0], 1, position)
        proof.write_bytes(good[:-1])
        self.assertEqual(self.verify(setup, identity, proof, data)[0], 1)
        proof.write_bytes(good)
        self.assertEqual(self.verify(setup, identity, proof)[0], 1)
        self.assertEqual(self.verify(setup, "0" * 63 + "1", proof, data)[0], 1)
        for arguments in ((data, identity, proof), (setup, "f" * 64, proof), (setup, "12", proof),
                          (setup, identity, self.folder / "absent")):
            self.assertEqual(self.verify(*arguments, data)[0], 2)

    def test_needs_no_libelf(self):
        done = subprocess.run(["ldd", self.verifier], capture_output=True, check=True, text=True)
        self.assertNotIn("libelf", done.stdout)


if __name__ == "__main__":
    unittest.main()
