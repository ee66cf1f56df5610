#!/usr/bin/env python3
"""The programs of examples/bindings, against the library as it is installed."""
import os
import shlex
import shutil
import subprocess
import sys
import unittest

from harness import BUILD, TESTS, Case

SUM = bytes.fromhex("b700000000000000" "1502060000000000" "7116000000000000" "0f60000000000000"
                    "0701000001000000" "07020000ffffffff" "7b05000000000000" "0500f9ff00000000"
                    "9500000000000000")
BINDINGS = TESTS.parent / "examples" / "bindings"


class Bindings(Case):
    def setUp(self):
        super().setUp()
        self.prefix = self.folder / "prefix"
        subprocess.run(["cmake", "--install", BUILD, "--prefix", self.prefix], check=True,
                       capture_output=True)
        self.library = next(self.prefix.rglob("libzkbpf.so"))
        self.program = self.folder / "sum.bpf"
        self.program.write_bytes(SUM)
        self.input = self.folder / "input"
        self.input.write_bytes(bytes(range(40)))
        self.setup_file = self.folder / "setup"

    def check(self, command):
        done = subprocess.run(command, capture_output=True, text=True,
                              env=dict(os.environ, LD_LIBRARY_PATH=self.library.parent))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(f"r0 {sum(range(40))} after 283 instructions", done.stdout)
        self.assertIn("a trace of 283 steps", done.stdout)
        self.assertIn("of another input: the proof is of a public input of another length",
                      done.stdout)

    @unittest.skipIf("-fsanitize" in os.environ.get("CFLAGS", ""), "needs the sanitizer preloaded")
    def test_python(self):
        self.check([sys.executable, BINDINGS / "prove.py", self.library, self.setup_file,
                    self.program, self.input])

    @unittest.skipUnless(shutil.which("c++"), "no C++ compiler")
    def test_cxx(self):
        flags = shlex.split(os.environ.get("CFLAGS", ""))
        compiler = "clang++" if "clang" in os.environ.get("CC", "") else "c++"
        if not shutil.which(compiler):
            compiler = "c++"
        program = self.folder / "prove"
        subprocess.run([compiler, "-std=c++17", "-Wall", "-Wextra", "-Werror", *flags,
                        BINDINGS / "prove.cpp", f"-I{self.prefix / 'include'}",
                        f"-L{self.library.parent}", "-lzkbpf", "-o", program], check=True)
        self.check([program, self.setup_file, self.program, self.input])


if __name__ == "__main__":
    unittest.main()
