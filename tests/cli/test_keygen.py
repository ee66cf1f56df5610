#!/usr/bin/env python3
"""keygen, and prove with a cache directory: the same key and the same proof whatever the cache is.

With ZKBPF_FAULTS=full in the environment every byte of a key file is damaged in turn."""
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from harness import TIMEOUT, ZKBPF, Case, assemble, run

FULL = os.environ.get("ZKBPF_FAULTS") == "full"
NOBODY = 65534
PROGRAM = "mov %r0, {}\nmov %r1, 20\nloop:\nadd %r0, %r1\nsub %r1, 1\njne %r1, 0, loop\nexit"


HEADER, AT_CHECKSUM = 96, 32  # of a key file (docs/formats.md)
PRIME = 2**61 - 1
POINTS = (0x1e3779b97f4a7c15, 0x1243f6a8885a308d, 0x15bf0a8b14576953, 0x16a09e667f3bcc90)


def with_checksum(content):
    """The content of a key file with the checksum that belongs to it."""
    content = content[:AT_CHECKSUM] + bytes(32) + content[AT_CHECKSUM + 32:]
    padded = content + bytes(-len(content) % 32)
    checksum = b""
    for lane, point in enumerate(POINTS):
        words = [int.from_bytes(padded[at:at + 8], "little") for at in range(8 * lane, len(padded), 32)]
        value = 1
        for word in (*words, len(content)):
            value = (value * point + word) % PRIME
        checksum += value.to_bytes(8, "little")
    return content[:AT_CHECKSUM] + checksum + content[AT_CHECKSUM + 32:]


class Keygen(Case):
    """All share a setup, a program and its proof, made without a cache."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="zkbpf-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.shared = pathlib.Path(folder.name)
        cls.shared.chmod(0o755)
        cls.setup = cls.shared / "setup.srs"
        cls.guest = cls.shared / "guest.bin"
        cls.guest.write_bytes(assemble(PROGRAM.format(1)))
        run("setup", "generate", "--k", 13, "-o", cls.setup).check_returncode()
        run(*cls.prove(cls.shared / "proof")).check_returncode()
        cls.proof = (cls.shared / "proof").read_bytes()

    def setUp(self):
        super().setUp()
        self.cache = self.folder / "cache"
        self.output = self.folder / "proof"

    @classmethod
    def key_options(cls):
        return ("--setup", cls.setup, "--k", 10, "--lookup-bits", 8, "--threads", 1)

    @classmethod
    def prove(cls, output, *more):
        return ("prove", cls.guest, "-o", output, *cls.key_options(), "--progress", "none", *more)

    def keygen(self, *more, guest=None):
        return ("keygen", guest or self.guest, *self.key_options(), "--cache-dir", self.cache, *more)

    def make(self, *more, **options):
        return json.loads(self.ok(*self.keygen("--json", *more, **options)))

    def proves_the_same(self, *more, warnings=0, **options):
        """Returns what was said on standard error, so many lines."""
        done = run(*self.prove(self.output, "--cache-dir", self.cache, *more), **options)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count(b"\n"), warnings, done.stderr)
        self.assertEqual(self.output.read_bytes(), self.proof)
        return done.stderr.decode()

    def test_makes_and_finds(self):
        made = self.make()
        self.assertEqual(list(self.cache.iterdir()), [pathlib.Path(made["file"])])
        self.assertEqual((made["made"], made["k"], made["lookup_bits"]), (True, 10, 8))
        self.assertRegex(made["key_digest"], r"\A[0-9a-f]{64}\Z")
        self.assertEqual(made["program_id"],
                         self.ok("id", self.guest, "-s", self.setup).strip())
        self.assertEqual(self.make(), made | {"made": False})
        text = self.ok(*self.keygen())
        self.assertEqual(text, f"file        {made['file']} (found)\nkey digest  "
                               f"{made['key_digest']}\nprogram id  {made['program_id']}\n")
        self.proves_the_same()
        self.assertEqual(len(list(self.cache.iterdir())), 1)

    def test_each_key_has_a_file(self):
        other = self.program(PROGRAM.format(2), "other.bin")
        made = [self.make(), self.make(guest=other), self.make("--k", 11),
                self.make("--heap-bytes", 4096)]
        self.assertEqual(len({key["file"] for key in made}), 4)
        self.assertEqual(len({key["program_id"] for key in made}), 3)
        self.assertTrue(all(key["made"] for key in made))

    def test_prove_fills_the_cache(self):
        self.proves_the_same()
        self.assertFalse(self.make()["made"])
        self.proves_the_same()
        by_environment = dict(os.environ, ZKBPF_CACHE_DIR=str(self.folder / "other"))
        self.ok(*self.prove(self.output), env=by_environment)
        self.assertEqual(self.output.read_bytes(), self.proof)
        self.assertEqual([path.name for path in (self.folder / "other").iterdir()],
                         [path.name for path in self.cache.iterdir()])

    def test_damaged(self):
        key = pathlib.Path(self.make()["file"])
        good = key.read_bytes()
        other = pathlib.Path(self.make("--k", 11)["file"]).read_bytes()
        damaged = [b"", good[:-1], good + b"\0", good[:len(good) // 2], bytes(len(good)), other]
        for position in range(0, len(good), 1 if FULL else 23):
            damaged.append(good[:position] + bytes([good[position] ^ 4]) + good[position + 1:])
        for content in damaged:
            key.write_bytes(content)
            self.assertIn(str(key), self.proves_the_same(warnings=1))
            self.assertEqual(key.read_bytes(), good)
        key.write_bytes(good[:-1])
        done = run(*self.keygen("--json"))
        self.assertIn(str(key).encode(), done.stderr)
        self.assertEqual((done.returncode, json.loads(done.stdout)["made"]), (0, True))
        self.proves_the_same()

    def test_forged(self):
        """A file that is whole, and says that it is this program's, with what is not."""
        key = pathlib.Path(self.make()["file"])
        good = key.read_bytes()
        self.assertEqual(with_checksum(good), good)
        other = pathlib.Path(self.make(guest=self.program(PROGRAM.format(2), "other.bin"))["file"])
        of_other = good[:HEADER] + other.read_bytes()[HEADER:]
        self.assertEqual(len(of_other), len(good))
        another_entry = good[:HEADER + 4] + bytes([good[HEADER + 4] ^ 1]) + good[HEADER + 5:]
        for forged in (of_other, another_entry):
            key.write_bytes(with_checksum(forged))
            done = run(*self.prove(self.output, "--cache-dir", self.cache))
            self.assertEqual((done.returncode, done.stdout, self.output.exists()), (5, b"", False), done.stderr)
            self.assertIn(b"remove the key file", done.stderr)
            by_environment = dict(os.environ, ZKBPF_CACHE_DIR=str(self.cache))
            self.assertEqual(self.ok("id", self.guest, "-s", self.setup, env=by_environment),
                             self.ok("id", self.guest, "-s", self.setup))
            done = run(*self.keygen("--json"))
            self.assertEqual((done.returncode, json.loads(done.stdout)["made"]), (0, True))
            self.assertIn(f"{key}: the commitments in it are not those of the program", done.stderr.decode())
            self.assertEqual(key.read_bytes(), good)
        self.proves_the_same()

    def test_key_file_that_is_a_directory(self):
        key = pathlib.Path(self.make()["file"])
        key.unlink()
        key.mkdir()
        self.assertIn("not kept", self.proves_the_same(warnings=2))

    def test_cache_that_is_no_directory(self):
        self.cache.touch()
        self.assertIn("not kept", self.proves_the_same(warnings=2))
        done = run(*self.keygen())
        self.assertEqual((done.returncode, done.stdout), (3, b""))
        self.assertIn(b"not kept", done.stderr)

    def test_read_only(self):
        options = {}
        if os.geteuid() == 0:  # whom nothing stops
            options = dict(user=NOBODY, group=NOBODY, extra_groups=[])
        try:
            if run("--version", **options).returncode != 0:
                self.skipTest("the program cannot be run by another user")
        except OSError as error:
            self.skipTest(f"the program cannot be run by another user: {error}")
        self.folder.chmod(0o777)
        self.cache.mkdir()
        self.cache.chmod(0o555)
        self.addCleanup(self.cache.chmod, 0o755)
        self.assertIn("not kept", self.proves_the_same(warnings=1, **options))
        self.output.unlink()
        done = run(*self.keygen(), **options)
        self.assertEqual((done.returncode, done.stdout), (3, b""))
        self.cache.chmod(0o755)
        key = self.make()["file"]
        self.cache.chmod(0o555)
        self.proves_the_same(**options)
        self.assertIn(f"{key} (found)", self.ok(*self.keygen(), **options))

    def test_several_at_once(self):
        self.cache.mkdir()
        for turn in range(4):
            provers = [subprocess.Popen([ZKBPF, *map(str, self.prove(
                self.folder / str(number), "--cache-dir", self.cache / str(turn)))],
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for number in range(3)]
            for number, prover in enumerate(provers):
                self.assertEqual(prover.communicate(timeout=TIMEOUT)[1], b"")
                self.assertEqual(prover.returncode, 0)
                self.assertEqual((self.folder / str(number)).read_bytes(), self.proof)
            self.assertEqual(len(list((self.cache / str(turn)).iterdir())), 1)

    def test_wrong_usage(self):
        self.fails(2, "--cache-dir", "keygen", self.guest, *self.key_options())
        self.fails(2, "which program", "keygen", "--cache-dir", self.cache)
        self.fails(2, "neither 8 nor 16", *self.keygen("--lookup-bits", 9))
        self.fails(2, "8 to 22", *self.keygen("--k", 23))
        self.fails(2, "2^14", *self.keygen("--k", 14))
        self.fails(2, "2^16", *self.keygen("--lookup-bits", 16))
        self.fails(3, "absent", *self.keygen(guest=self.folder / "absent"))
        self.assertFalse(self.cache.exists())


if __name__ == "__main__":
    unittest.main()
