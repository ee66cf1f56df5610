#!/usr/bin/env python3
"""`make install` into an empty folder: what is there, and that a program builds against it."""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import unittest

from harness import BUILD, TESTS, Case

SOURCE = """
#include <zkbpf.h>
#include <stdio.h>
int main(void) { printf("%s %s\\n", zkb_version(), zkb_status_string(ZKB_ERROR_LIMIT)); return 0; }
"""


# Calls the library with threads, and prints whether it is loaded after dlclose.
UNLOAD = """
import _ctypes, ctypes, sys
library = ctypes.CDLL(sys.argv[1])
assert library.zkb_srs_generate(sys.argv[2].encode(), 8, 2, None) == 0
_ctypes.dlclose(library._handle)
print("libzkbpf" in open("/proc/self/maps").read())
"""


class Install(Case):
    def setUp(self):
        super().setUp()
        self.prefix = self.folder / "prefix"
        subprocess.run(["cmake", "--install", BUILD, "--prefix", self.prefix], check=True,
                       capture_output=True)

    def find(self, pattern):
        found = list(self.prefix.rglob(pattern))
        self.assertEqual(len(found), 1, pattern)
        return found[0]

    def test_files(self):
        for name in ("bin/zkbpf", "include/zkbpf.h", "share/man/man1/zkbpf.1",
                     "share/bash-completion/completions/zkbpf", "share/zkbpf/guest/zkbpf.h",
                     "share/zkbpf/guest/zkbpf.mk"):
            self.assertTrue((self.prefix / name).is_file(), name)
        self.assertEqual([p.name for p in (self.prefix / "include").iterdir()], ["zkbpf.h"])
        self.assertEqual([p.name for p in (self.prefix / "bin").iterdir()], ["zkbpf"])
        for name in ("libzkbpf.a", "libzkbpf.so", "libzkbpf_verifier.a", "zkbpf.pc",
                     "zkbpf-verifier.pc"):
            self.find(name)

    def test_unloading(self):
        """Threads of the library outlive dlclose; so must their code."""
        if os.environ.get("CFLAGS"):
            self.skipTest("python does not load a library with sanitizers")
        done = subprocess.run([sys.executable, "-c", UNLOAD, BUILD / "libzkbpf.so",
                               self.folder / "setup.srs"], check=True, capture_output=True,
                              text=True)
        self.assertEqual(done.stdout, "True\n")

    def test_program(self):
        compiler = os.environ.get("CC", "cc")
        flags = shlex.split(os.environ.get("CFLAGS", ""))
        libraries = self.find("zkbpf.pc").parent.parent
        source = self.file("program.c", SOURCE)
        for static in (False, True):
            options = ["--static"] if static else []
            found = subprocess.run(["pkg-config", "--cflags", "--libs", *options, "zkbpf"],
                                   check=True, capture_output=True, text=True,
                                   env=dict(os.environ, PKG_CONFIG_PATH=libraries / "pkgconfig"))
            if static:
                for library in libraries.glob("libzkbpf.so*"):
                    library.unlink()
            program = self.folder / "program"
            subprocess.run([compiler, *flags, source, "-o", program,
                            *shlex.split(found.stdout)], check=True)
            done = subprocess.run([program], check=True, capture_output=True, text=True,
                                  env=dict(os.environ, LD_LIBRARY_PATH=libraries))
            self.assertRegex(done.stdout, r"\A\d+\.\d+\.\d+ a limit was reached\n\Z")

    def test_manual_page(self):
        if not shutil.which("man"):
            self.skipTest("no man")
        done = subprocess.run(["man", "--warnings", "-l", self.prefix / "share/man/man1/zkbpf.1"],
                              capture_output=True, check=True, env=dict(os.environ, MANPAGER="cat"))
        self.assertEqual(done.stderr, b"")
        self.assertIn(b"EXIT STATUS", done.stdout)

    def test_manual_names_every_command_and_option(self):
        page = (TESTS.parent / "docs" / "man" / "zkbpf.1").read_text()

        def help_lines(*arguments):
            text = subprocess.run([self.prefix / "bin" / "zkbpf", *arguments, "--help"],
                                  check=True, capture_output=True, text=True).stdout
            return [line for line in text.splitlines() if line.startswith("  ")]

        commands = [line.split()[0] for line in help_lines()]
        self.assertEqual([name for name in commands if f".TP\n.B {name}\n" not in page], [])
        described = {name: {"--help"} for name in commands}
        section = page[page.index(".SH OPTIONS"):page.index(".SH EXIT STATUS")]
        for part in section.split(".SS ")[1:]:
            names, text = part.split("\n", 1)
            options = re.findall(r"--[a-z-]+", "\n".join(re.findall(r"^\.TP\n(.*)", text, re.M))
                                 .replace("\\", ""))
            for name in names.split(", "):
                described[name] |= set(options)
        for name in commands:
            offered = {option for line in help_lines(name)
                       for option in re.findall(r"^ {2,6}(?:-., )?(--[a-z-]+)", line)}
            self.assertEqual(offered, described[name], name)

    def test_completion(self):
        script = self.prefix / "share/bash-completion/completions/zkbpf"
        bash = """
            source "$1"; PATH=$2:$PATH
            try() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _zkbpf; echo "${COMPREPLY[*]}"; }
            try zkbpf pro; try zkbpf --v; try zkbpf run --max; try zkbpf disasm --fr
            cd "$3"; try zkbpf run ab; try zkbpf run x --entry ab
            try zkbpf prove x --mode s; try zkbpf keygen x --cache; try zkbpf keygen x --cache-dir ab
            try zkbpf prove x --threads ab; try zkbpf setup g; try zkbpf bench v
            try zkbpf joi; try zkbpf prove x --plan ab; try zkbpf prove x --part ab
        """
        pathlib.Path(self.folder / "abc.o").touch()
        done = subprocess.run(["bash", "-c", bash, "bash", script, self.prefix / "bin", self.folder],
                              capture_output=True, text=True, check=True)
        first, *rest = done.stdout.splitlines()
        self.assertIn("profile", first.split())
        self.assertEqual(rest, ["--version", "--max-instructions --max-frames", "--frame-bytes",
                                "abc.o", "", "sequential", "--cache-dir", "abc.o", "", "generate",
                                "vm", "join", "abc.o", ""])


if __name__ == "__main__":
    unittest.main()
