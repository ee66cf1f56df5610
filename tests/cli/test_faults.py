#!/usr/bin/env python3
"""What goes wrong around the prover and the verifier: kills, full disks, damaged files, places
that cannot be read or written, programs that fault. Nothing crashes, nothing half made is left,
nothing wrong is accepted, and what is wrong is said.

With ZKBPF_FAULTS=full in the environment there are more kills and every byte of a header is
damaged in turn. ZKBPF_FAULTS_SEED repeats a run."""
import os
import pathlib
import random
import subprocess
import tempfile
import time
import unittest

from harness import TIMEOUT, ZKBPF, Case, assemble, run

FULL = os.environ.get("ZKBPF_FAULTS") == "full"
SEED = int(os.environ.get("ZKBPF_FAULTS_SEED", random.randrange(1 << 32)))
ROUNDS = 50 if FULL else 5
MOST_KILLS = 6  # in a round; then it may go on to its end
NOBODY = 65534

LOOP = "mov %r1, {}; loop: add %r0, %r1; stxdw [%r10-8], %r0; sub %r1, 1; jne %r1, 0, loop;"
SIZES = ("--k", 10, "--lookup-bits", 8)
CHUNK = 40
CHUNKS = 9


def source(turns, end):
    return (LOOP.format(turns) + end).replace(";", "\n").replace(": ", ":\n")


def flipped(content, position, bit=4):
    damaged = bytearray(content)
    damaged[position] ^= 1 << bit
    return bytes(damaged)


def leaves_nothing_when_killed(folder):
    """Whether files can be made without a name there, as the writer does where it can."""
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY))
    except (AttributeError, OSError):
        return False
    return True


class Faults(Case):
    """All share a setup, a program of nine chunks and its proof, made once."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="zkbpf-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.shared = pathlib.Path(folder.name)
        cls.shared.chmod(0o755)
        cls.setup_file = cls.shared / "setup.srs"
        cls.looping = cls.shared / "loop.bin"
        cls.looping.write_bytes(assemble(source(81, "exit")))
        run("setup", "generate", "--k", 13, "-o", cls.setup_file).check_returncode()
        start = time.monotonic()
        made = run(*cls.command(cls.shared / "proof"))
        cls.seconds = time.monotonic() - start
        if made.returncode != 0 or f"in {CHUNKS} chunks".encode() not in made.stdout:
            raise AssertionError(made)
        cls.proof = (cls.shared / "proof").read_bytes()

    @classmethod
    def command(cls, output, *more, program=None, threads=1):
        return ("prove", program or cls.looping, "-o", output, "--setup", cls.setup_file, *SIZES,
                "--chunk-size", CHUNK, "--threads", threads, *more)

    def start(self, output, *more, threads):
        return subprocess.Popen([ZKBPF, *map(str, self.command(output, *more, threads=threads))],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def names(self, folder=None):
        return sorted(path.name for path in (folder or self.folder).iterdir())

    def check_resume_folder(self, folder):
        self.assertEqual(self.names(folder), [f"chunk-{i:07}" for i in range(CHUNKS)])


class Interrupted(Faults):
    def kill_and_go_on(self, random_, number):
        """One proof, killed until it comes to its end; how many kills hit a running prover."""
        output = self.folder / f"proof-{number}"
        folder = self.folder / f"resume-{number}"
        kills = 0
        for attempt in range(MOST_KILLS + 1):
            start = time.monotonic()
            prover = self.start(output, "--resume", folder, threads=1 + number % 2)
            try:
                limit = TIMEOUT if attempt == MOST_KILLS else random_.uniform(0, self.seconds)
                error = prover.communicate(timeout=limit)[1]
            except subprocess.TimeoutExpired:
                prover.kill()
                error = prover.communicate()[1]
            kills += prover.returncode == -9
            if prover.returncode == 0:
                if attempt == 0:  # faster than it was thought to be: kill earlier from now on
                    type(self).seconds = min(self.seconds, time.monotonic() - start)
                break
            self.assertEqual(prover.returncode, -9, error)
            if output.exists():  # killed between its last act and its end
                self.assertEqual(output.read_bytes(), self.proof)
        self.assertEqual(prover.returncode, 0)
        self.assertEqual(output.read_bytes(), self.proof)
        if leaves_nothing_when_killed(self.folder):
            self.check_resume_folder(folder)
        return kills

    def test_kill_at_any_moment_and_go_on(self):
        random_ = random.Random(SEED)
        kills = rounds = 0
        while rounds < ROUNDS or (kills < ROUNDS and rounds < 10 * ROUNDS):
            kills += self.kill_and_go_on(random_, rounds)
            rounds += 1
        self.assertGreaterEqual(kills, ROUNDS, "too few kills to tell")
        if leaves_nothing_when_killed(self.folder):
            self.assertEqual(self.names(), sorted(f"{kind}-{n}" for n in range(rounds)
                                                  for kind in ("proof", "resume")))

    def test_two_provers_in_one_resume_folder(self):
        for number, outputs in enumerate((("a", "b"), ("c", "c"))):
            folder = self.folder / f"resume-{number}"
            provers = [self.start(self.folder / name, "--resume", folder, threads=1 + number)
                       for name in outputs]
            for prover in provers:
                error = prover.communicate(timeout=TIMEOUT)[1]
                self.assertEqual(prover.returncode, 0, error)
            for name in outputs:
                self.assertEqual((self.folder / name).read_bytes(), self.proof)
            self.check_resume_folder(folder)
        self.assertEqual(self.names(), ["a", "b", "c", "resume-0", "resume-1"])

    def test_damaged_resume_files(self):
        folder = self.folder / "resume"
        output = self.folder / "proof"
        self.assertEqual(run(*self.command(output, "--resume", folder)).returncode, 0)
        chunks = sorted(folder.iterdir())
        good = [path.read_bytes() for path in chunks]
        several = [lambda c, p=p: flipped(c, p) for p in (0, 31, 32, 63, 64, 500, len(good[1]) // 2)]
        rounds = [dict(enumerate([*several, lambda c: flipped(c, -1)])),
                  {0: lambda c: b"", 1: lambda c: c[:1], 2: lambda c: c[:64], 3: lambda c: c[:-1],
                   4: lambda c: c + b"\0", 5: lambda c: good[4], 6: lambda c: c[:len(c) // 2]}]
        for damages in rounds:
            for index, damage in damages.items():
                chunks[index].write_bytes(damage(good[index]))
            output.unlink()
            done = run(*self.command(output, "--resume", folder))
            self.assertEqual(done.returncode, 0, done.stderr)
            lines = sorted(line for line in done.stderr.decode().splitlines())
            self.assertEqual(len(lines), CHUNKS)
            for index, line in enumerate(lines):
                self.assertTrue(line.startswith(f"chunk {index}: "), line)
                self.assertIn("proved," if index in damages else "kept from before,", line)
            self.assertEqual(output.read_bytes(), self.proof)
            self.assertEqual([path.read_bytes() for path in chunks], good)
            self.check_resume_folder(folder)
        self.assertEqual(self.names(), ["proof", "resume"])

    def test_resume_folder_of_another_run(self):
        folder = self.folder / "resume"
        other = self.program(source(81, "add %r0, 1; exit"))
        self.assertEqual(run(*self.command(self.folder / "other", "--resume", folder,
                                           program=other)).returncode, 0)
        done = run(*self.command(self.folder / "proof", "--resume", folder))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertNotIn(b"kept from before", done.stderr)
        self.assertEqual((self.folder / "proof").read_bytes(), self.proof)


class Places(Faults):
    def prove_fails(self, status, text, output, *more, **options):
        program = options.pop("program", None)
        return self.fails(status, text, *self.command(output, "--progress", "none", *more,
                                                      program=program), **options)

    @unittest.skipUnless(os.geteuid() == 0, "only root may mount a small disk")
    def test_full_disk(self):
        disk = self.folder / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk],
                                 capture_output=True)
        if mounted.returncode != 0:
            self.skipTest(f"a small disk cannot be mounted here: {mounted.stderr.decode().strip()}")
        self.addCleanup(subprocess.run, ["umount", disk], check=True)
        self.prove_fails(3, f"{disk / 'proof'}: cannot write", disk / "proof")
        self.assertEqual(self.names(disk), [])
        self.fails(3, f"{disk / 'a.srs'}: cannot write", "setup", "generate", "--k", 13, "-o",
                   disk / "a.srs")
        self.assertEqual(self.names(disk), [])
        (disk / "proof").write_bytes(b"of before")  # stays
        self.prove_fails(3, str(disk / "proof"), disk / "proof")
        self.assertEqual((disk / "proof").read_bytes(), b"of before")
        # Chunks are kept as long as there is room, none of them in part.
        self.prove_fails(3, str(disk / "resume"), self.folder / "proof", "--resume",
                         disk / "resume")
        self.assertEqual(self.names(), ["disk"])
        kept = [path for path in (disk / "resume").iterdir()]
        self.assertTrue(all(len(path.name) == len("chunk-0000000") for path in kept), kept)
        subprocess.run(["mount", "-o", "remount,size=4m", disk], check=True)
        done = run(*self.command(disk / "proof", "--resume", disk / "resume"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count(b"kept from before"), len(kept))
        self.assertEqual((disk / "proof").read_bytes(), self.proof)

    @unittest.skipUnless(os.path.exists("/dev/full"), "no /dev/full")
    def test_full_device(self):
        self.prove_fails(3, "/dev/full: cannot write", "/dev/full")
        with open("/dev/full", "wb") as full:
            done = subprocess.run([ZKBPF, *map(str, self.command(self.folder / "proof"))],
                                  stdout=full, stderr=subprocess.PIPE, check=False)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"standard output", done.stderr)

    def test_output_that_cannot_be(self):
        (self.folder / "directory").mkdir()
        self.file("file", b"text")
        for name in ("directory", "none/proof", "file/proof"):
            self.prove_fails(3, str(self.folder / name), self.folder / name)
        self.assertEqual(self.names(), ["directory", "file"])
        self.assertEqual(self.names(self.folder / "directory"), [])
        forever = self.program("loop: ja loop; exit".replace(": ", ":\n"))
        before = self.names()
        for name in ("file", "none/resume"):
            self.prove_fails(3, str(self.folder / name), self.folder / "proof", "--resume",
                             self.folder / name, program=forever)
        self.assertEqual(self.names(), before)

    def test_output_is_looked_at_before_the_work(self):
        """What would take for ever, or cannot be read, is not begun."""
        forever = self.program("loop: ja loop; exit".replace(": ", ":\n"))
        (self.folder / "directory").mkdir()
        self.file("file", b"text")
        before = self.names()
        absent = self.folder / "absent"
        for bad in (self.folder / "directory", self.folder / "none/proof",
                    self.folder / "file/proof"):
            for command in (("prove", forever, "--setup", absent, "-o", bad),
                            ("run", forever, "-o", bad), ("run", forever, "--trace", bad),
                            ("profile", forever, "--svg", bad),
                            ("profile", forever, "--folded", bad),
                            ("setup", "generate", "--k", 28, "-o", bad),
                            ("setup", "import", absent, "-o", bad)):
                self.fails(3, f"{bad}: cannot open for writing", *command)
        self.assertEqual(self.names(), before)

    def test_output_into_a_pipe(self):
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE)
        run(*self.command(pipe)).check_returncode()
        self.assertEqual(reader.communicate(timeout=TIMEOUT)[0], self.proof)

    def test_read_only_folder(self):
        options = {}
        if os.geteuid() == 0:  # whom nothing stops
            options = dict(user=NOBODY, group=NOBODY, extra_groups=[])
        try:
            if run("--version", **options).returncode != 0:
                self.skipTest("the program cannot be run by another user")
        except OSError as error:
            self.skipTest(f"the program cannot be run by another user: {error}")
        self.folder.chmod(0o555)
        self.prove_fails(3, f"{self.folder / 'proof'}: cannot open for writing",
                         self.folder / "proof", **options)
        self.prove_fails(3, str(self.folder / "resume"), "/dev/null", "--resume",
                         self.folder / "resume", **options)
        self.prove_fails(3, f"{self.folder}/chunk-0000000: cannot open for writing", "/dev/null",
                         "--resume", self.folder, **options)
        self.assertEqual(self.names(), [])
        self.folder.chmod(0o755)

    def test_directories_as_input(self):
        directory = self.folder / "directory"
        directory.mkdir()
        for option in ("--input", "--private"):
            self.prove_fails(3, str(directory), self.folder / "proof", option, directory)
        self.prove_fails(3, str(directory), self.folder / "proof", program=directory)
        verify = ("--setup", self.setup_file, "--program", self.looping)
        self.fails(3, str(directory), "verify", directory, *verify)
        self.fails(3, str(directory), "verify", self.shared / "proof", *verify, "--input", directory)
        self.fails(3, str(directory), "verify", self.shared / "proof", *verify, "--output",
                   directory)
        for command in (("setup", "info", directory),
                        ("verify", self.shared / "proof", "--program", self.looping, "--setup",
                         directory)):
            self.fails(3, str(directory), *command)
        self.assertEqual(self.names(), ["directory"])

    def test_too_little_memory(self):
        for memory in ("1", "1M", "60M"):
            text = self.prove_fails(5, "more memory", self.folder / "proof", "--memory", memory,
                                    "--resume", self.folder / "resume")
            self.assertEqual((text, self.names()), ("", []))

    def test_program_that_faults_in_its_last_chunk(self):
        program = self.program(source(81, "mov %r2, 0; ldxdw %r3, [%r2+0]; exit"))
        for more in ((), ("--resume", self.folder / "resume"), ("--json",)):
            self.assertEqual(self.prove_fails(4, "", self.folder / "proof", *more, program=program),
                             "")
            self.assertNotIn("proof", self.names())
        (self.folder / "proof").write_bytes(b"of before")
        self.prove_fails(4, "", self.folder / "proof", program=program)
        self.assertEqual((self.folder / "proof").read_bytes(), b"of before")

    def closed(self, redirection, *more):
        """Runs with a stream that is closed, or a pipe that nobody reads."""
        reader, writer = os.pipe()
        os.close(reader)
        try:
            return subprocess.run(["sh", "-c", f'exec "$0" "$@" {redirection.format(writer)}', ZKBPF,
                                   *map(str, self.command(self.folder / "proof", *more))],
                                  capture_output=True, pass_fds=[writer], check=False, timeout=TIMEOUT)
        finally:
            os.close(writer)

    def test_closed_streams(self):
        for redirection, status in ((">&{}", 3), (">&-", 3), ("2>&{}", 0), ("2>&-", 0), ("<&-", 0)):
            with self.subTest(redirection):
                done = self.closed(redirection)
                self.assertEqual(done.returncode, status, done.stderr)
                self.assertEqual(b"standard output" in done.stderr, status == 3)
                self.assertEqual((self.folder / "proof").read_bytes(), self.proof)
                (self.folder / "proof").unlink()
                self.assertEqual(self.names(), [])


class Damaged(Faults):
    def test_setup(self):
        good = self.setup_file.read_bytes()
        random_ = random.Random(SEED)
        positions = [*range(0, 512, 1 if FULL else 8),
                     *(random_.randrange(512, len(good)) for _ in range(12)), len(good) - 1]
        damaged = [flipped(good, p, random_.randrange(8)) for p in positions]
        damaged += [good[:n] for n in (0, 1, 100, 511, 512, 513, len(good) // 2, len(good) - 1)]
        damaged.append(good + b"\0")
        path = self.folder / "a.srs"
        for number, content in enumerate(damaged):
            path.write_bytes(content)
            self.fails(3, str(path), "setup", "info", path)
            if number % 16 == 0:
                self.fails(3, str(path), "prove", self.looping, "-o", self.folder / "proof",
                           "--setup", path, *SIZES)
                self.fails(3, str(path), "verify", self.shared / "proof", "--program", self.looping,
                           "--setup", path)
        self.assertEqual(self.names(), ["a.srs"])

    def test_proof(self):
        program = self.program(source(18, "exit"))  # of two chunks
        proof = self.folder / "proof"
        run(*self.command(proof, program=program)).check_returncode()
        program_id = self.ok("id", program, "--setup", self.setup_file).split()[0]
        verify = ("verify", proof, "--program-id", program_id, "--setup", self.setup_file,
                  "--threads", 1)
        self.ok(*verify)
        good = proof.read_bytes()
        random_ = random.Random(SEED)
        positions = [*range(300), *(random_.randrange(300, len(good))
                                    for _ in range(300 if FULL else 30)), len(good) - 1]
        damaged = {f"byte {p}": flipped(good, p, random_.randrange(8)) for p in positions}
        damaged |= {f"{n} bytes": good[:n] for n in (0, 1, 8, 100, 299, len(good) // 2,
                                                     len(good) - 1)}
        damaged["a byte more"] = good + b"\0"
        for name, content in damaged.items():
            proof.write_bytes(content)
            done = run(*verify)
            where = (name, SEED, done.stderr)
            self.assertIn(done.returncode, (1, 3), where)
            self.assertFalse(done.stdout.startswith(b"valid"), where)
            self.assertNotEqual(done.stdout + done.stderr, b"", where)
        self.assertEqual(self.names(), ["program.bin", "proof"])


del Faults  # only its kinds are tests


if __name__ == "__main__":
    unittest.main()
