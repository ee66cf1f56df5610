#!/usr/bin/env python3
"""Pipes and other files that are no regular ones: what is read once may be one, of every command;
what cannot be is refused at once and in words. Nothing here may wait for ever."""
import os
import pathlib
import subprocess
import threading
import unittest

from harness import ZKBPF, Case, run

SOON = 60  # seconds, for a command that would wait for ever
ADD = "mov %r0, %r2; add %r0, %r4; stxdw [%r5+0], %r0; exit"


class Pipes(Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shared = cls("shared_folder")
        cls.shared.setUp()
        cls.addClassCleanup(cls.shared.doCleanups)
        cls.guest = cls.shared.program(ADD)
        cls.public = cls.shared.file("public", b"abc")
        cls.private = cls.shared.file("private", bytes(70000))  # more than a pipe holds
        cls.setup_file = cls.shared.folder / "setup.srs"
        cls.proof = cls.shared.folder / "proof.zkb"
        cls.output = cls.shared.file("output", (70003).to_bytes(8, "little"))
        cls.trace = cls.shared.folder / "trace"
        inputs = ("-i", cls.public, "-p", cls.private)
        cls.shared.ok("setup", "generate", "--k", 13, "-o", cls.setup_file)
        cls.shared.ok("prove", cls.guest, *inputs, "-s", cls.setup_file, "-o", cls.proof, "--k", 10, "--quiet")
        cls.shared.ok("run", cls.guest, *inputs, "--trace", cls.trace)

    def shared_folder(self):
        """No test: a case to make the files of all in."""

    def pipe(self, content):
        """A path to a pipe with that content, a path's or bytes."""
        path = self.folder / f"pipe{len(list(self.folder.iterdir()))}"
        os.mkfifo(path)
        data = content.read_bytes() if isinstance(content, pathlib.Path) else content
        threading.Thread(target=path.write_bytes, args=(data,), daemon=True).start()
        return path

    def empty_pipe(self):
        """A path to a pipe that nobody writes to."""
        path = self.folder / "silent"
        os.mkfifo(path)
        return path

    def test_every_command_reads_pipes(self):
        with_setup = ("-s", self.setup_file)
        inputs = ("-i", self.public, "-p", self.private)
        for command in (("run", self.guest, *inputs),
                        ("disasm", self.guest),
                        ("profile", self.guest, *inputs),
                        ("cost", self.guest, *inputs, "--k", 10),
                        ("prove", self.guest, *inputs, *with_setup, "-o", self.folder / "made", "--k", 10,
                         "--quiet"),
                        ("keygen", self.guest, *with_setup, "--k", 10, "--lookup-bits", 8, "--cache-dir",
                         self.folder / "cache"),
                        ("id", self.guest, *with_setup),
                        ("inspect", self.proof),
                        ("trace", self.trace),
                        ("verify", self.proof, "-P", self.guest, "-i", self.public, "-o", self.output,
                         *with_setup)):
            with self.subTest(command=command[0]):
                piped = [self.pipe(part) if isinstance(part, pathlib.Path) and part.exists() and
                         part != self.setup_file else part for part in command]
                done = run(*piped, timeout=SOON)
                self.assertEqual((done.returncode, done.stderr), (0, b""))
        self.assertEqual((self.folder / "made").read_bytes(), self.proof.read_bytes())

    def test_process_substitution(self):
        script = f"""exec '{ZKBPF}' verify <(cat '{self.proof}') -P <(cat '{self.guest}') \
                     -i <(cat '{self.public}') -o <(cat '{self.output}') -s '{self.setup_file}'"""
        done = subprocess.run(["bash", "-c", script], capture_output=True, check=False, timeout=SOON)
        self.assertEqual((done.returncode, done.stderr), (0, b""))

    def test_standard_input(self):
        for path in ("-", "/dev/stdin"):
            with self.subTest(path=path):
                self.assertEqual(self.ok("trace", path, input=self.trace.read_bytes(), timeout=SOON),
                                 self.ok("trace", self.trace))
                self.ok("inspect", path, input=self.proof.read_bytes(), timeout=SOON)
                self.ok("verify", path, "-P", self.guest, "-i", self.public, "-s", self.setup_file,
                        input=self.proof.read_bytes(), timeout=SOON)

    def test_what_is_read_in_pieces_is_refused(self):
        pipe = self.empty_pipe()
        for command in (("prove", self.guest, "-o", self.folder / "made", "-s", pipe),
                        ("verify", self.proof, "-P", self.guest, "-s", pipe),
                        ("keygen", self.guest, "--cache-dir", self.folder, "-s", pipe),
                        ("id", self.guest, "-s", pipe), ("bench", "prove", "-s", pipe), ("setup", "info", pipe),
                        ("setup", "import", pipe), ("setup", "import", pipe, "-o", self.folder / "made")):
            with self.subTest(command=command):
                self.fails(3, "not a regular file; copy what it holds into one", *command, timeout=SOON)
        self.fails(3, "is a directory", "setup", "info", self.folder, timeout=SOON)

    def test_what_never_ends_is_refused(self):
        endless = "/dev/zero"
        for command in (("run", endless), ("run", self.guest, "-i", endless), ("inspect", endless),
                        ("trace", endless), ("verify", endless, "-P", self.guest, "-s", self.setup_file),
                        ("setup", "info", endless)):
            with self.subTest(command=command):
                self.fails(3, endless, *command, timeout=SOON)

    def test_results_go_into_pipes(self):
        inputs = ("-i", self.public, "-p", self.private)
        for source, command in ((self.output, ("run", self.guest, *inputs, "-o")),
                                (self.trace, ("run", self.guest, *inputs, "--trace")),
                                (self.proof, ("prove", self.guest, *inputs, "-s", self.setup_file, "--k", 10,
                                              "--quiet", "-o")),
                                (self.output, ("verify", self.proof, "-P", self.guest, "-i", self.public, "-s",
                                               self.setup_file, "--save-output"))):
            with self.subTest(command=command):
                path = self.folder / f"{command[0]}{command[-1]}"
                os.mkfifo(path)
                with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as reader:
                    self.ok(*command, path, timeout=SOON)
                    self.assertEqual(reader.communicate(timeout=SOON)[0], source.read_bytes())

    def test_a_setup_goes_into_a_pipe(self):
        path = self.folder / "setup"
        os.mkfifo(path)
        with subprocess.Popen(["cat", path], stdout=subprocess.PIPE) as reader:
            self.ok("setup", "generate", "--k", 4, "-o", path, timeout=SOON)
            made = self.file("made", reader.communicate(timeout=SOON)[0])
        self.assertIn("powers  2^4 ", self.ok("setup", "info", made))

    def test_pipes_in_the_cache(self):
        """Where a key is looked for: it is made and not kept, and nobody waits."""
        cache = self.folder / "cache"
        command = ("keygen", self.guest, "-s", self.setup_file, "--k", 10, "--lookup-bits", 8,
                   "--cache-dir", cache)
        self.ok(*command)
        (key,) = cache.glob("*.key")
        key.unlink()
        os.mkfifo(key)
        done = run(*command, timeout=SOON)
        self.assertEqual(done.stderr.decode().count("not a regular file"), 2, done.stderr)
        self.assertIn(b"the key is not kept", done.stderr)
        self.ok("prove", self.guest, "-s", self.setup_file, "--k", 10, "-o", self.folder / "made", "--quiet",
                timeout=SOON)

    def test_pipes_in_the_resume_directory(self):
        resume = self.folder / "resume"
        resume.mkdir()
        os.mkfifo(resume / "chunk-0000000")
        self.fails(3, "not a regular file", "prove", self.guest, "-s", self.setup_file, "--k", 10, "-o",
                   self.folder / "made", "--quiet", "--resume", resume, timeout=SOON)
        self.assertFalse((self.folder / "made").exists())


if __name__ == "__main__":
    unittest.main()
