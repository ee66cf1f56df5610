#!/usr/bin/env python3
"""The verifier's library where there is less than this machine has: built without libelf and json-c,
and, for WebAssembly and 64-bit ARM, without an operating system. examples/verifier is linked with
each of them and checks proofs, as far as there is something to run it."""
import os
import pathlib
import re
import shutil
import subprocess
import unittest

from harness import TESTS, TIMEOUT, Case

ROOT = TESTS.parent
ARM = pathlib.Path("/usr/aarch64-linux-gnu")
# All that the freestanding library wants of others.
WANTED = {"aligned_alloc", "calloc", "free", "getentropy", "malloc", "memcmp", "memcpy", "memmove",
          "memset", "qsort", "realloc", "strcmp", "strlen", "vsnprintf"}
# What a compiler has calls of: parts of memcmp, and 128-bit multiplication and division.
COMPILER = re.compile(r"bcmp|__\w*[td]i[34]$|__stack_chk_fail$")
SUM = """
mov %r0, 0; mov %r6, 0
loop:
jge %r6, %r2, done; ldxb %r3, [%r1+0]; add %r0, %r3; add %r1, 1; add %r6, 1; ja loop
done:
stxdw [%r5+0], %r0
exit
"""


class Freestanding(Case):
    def build(self, *options, **environment):
        """The library, built with the warnings of a release as errors."""
        folder = self.folder / "build"
        generator = ["-G", "Ninja"] if shutil.which("ninja") else []
        for command in (["cmake", "-S", ROOT, "-B", folder, *generator,
                         "-DCMAKE_C_FLAGS_RELEASE=-O1 -DNDEBUG -Werror", *options],
                        ["cmake", "--build", folder, "--parallel"]):
            done = subprocess.run(command, capture_output=True, check=False, text=True,
                                  env=dict(os.environ, **environment))
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return folder / "libzkbpf_verifier.a"

    def cross(self, target, flags):
        return self.build("-DZKBPF_FREESTANDING=ON", "-DCMAKE_SYSTEM_NAME=Generic",
                          "-DCMAKE_TRY_COMPILE_TARGET_TYPE=STATIC_LIBRARY",
                          "-DCMAKE_C_COMPILER=clang-19", f"-DCMAKE_C_COMPILER_TARGET={target}",
                          f"-DCMAKE_C_FLAGS={flags}")

    def link(self, *command):
        program = self.folder / "verify"
        subprocess.run([*map(str, command), "-o", program], check=True)
        return program

    def check(self, *verifier):
        """Runs it on a proof, and on others that are none."""
        guest = self.program(SUM)
        data = self.file("input", bytes(range(40)))
        setup = self.folder / "setup.srs"
        proof = self.folder / "sum.zkb"
        self.ok("setup", "generate", "--k", 13, "-o", setup)
        self.ok("prove", guest, "-i", data, "-s", setup, "-o", proof, "--k", 10, "--lookup-bits", 8,
                "--chunk-size", 100, "--progress", "none")
        identity = self.ok("id", guest, "-s", setup).strip()

        def verify(*arguments):
            done = subprocess.run([*map(str, verifier), *map(str, arguments)], capture_output=True,
                                  check=False, timeout=TIMEOUT, text=True)
            return done.returncode, done.stdout

        self.assertEqual(verify(setup, identity, proof, data),
                         (0, "valid: r0 780 after 245 instructions, 8 bytes of output\n"))
        good = proof.read_bytes()
        self.assertEqual(int.from_bytes(good[100:108], "little"), 8)  # length of the output
        for position in (60, 104, 110, len(good) // 2, len(good) - 40):
            proof.write_bytes(good[:position] + bytes([good[position] ^ 1]) + good[position + 1:])
            self.assertEqual(verify(setup, identity, proof, data)[0], 1, position)
        proof.write_bytes(good)
        self.assertEqual(verify(setup, identity, proof)[0], 1)
        damaged = bytearray(setup.read_bytes())
        damaged[1000] ^= 1
        setup.write_bytes(damaged)
        self.assertEqual(verify(setup, identity, proof, data)[0], 2)

    def test_verifier_only(self):
        library = self.build("-DZKBPF_VERIFIER_ONLY=ON", PKG_CONFIG="false")
        program = self.link(os.environ.get("CC", "cc"), "-I", ROOT / "include",
                            ROOT / "examples/verifier/verify.c", library, "-lpthread")
        needed = subprocess.run(["ldd", program], capture_output=True, check=True, text=True).stdout
        self.assertNotRegex(needed, "libelf|json-c|gomp|omp")
        self.check(program)

    @unittest.skipUnless(shutil.which("clang-19") and shutil.which("wasm-ld-19") and
                         pathlib.Path("/usr/include/wasm32-wasi").exists(),
                         "needs clang-19, lld-19, wasi-libc and libclang-rt-19-dev-wasm32")
    def test_webassembly(self):
        library = self.cross("wasm32-wasi", "")
        program = self.link("clang-19", "--target=wasm32-wasi", "-I", ROOT / "include",
                            ROOT / "examples/verifier/verify.c", library)
        if shutil.which("node") is None:
            self.skipTest("built; there is no node to run it")
        self.check("node", "--no-warnings", TESTS / "freestanding/wasi.mjs", program)

    @unittest.skipUnless(shutil.which("clang-19") and shutil.which("ld.lld-19") and ARM.exists(),
                         "needs clang-19, lld-19 and libc6-dev-arm64-cross")
    def test_arm(self):
        library = self.cross("aarch64-linux-gnu", f"-isystem {ARM}/include -mno-outline-atomics")
        listing = subprocess.run(["readelf", "-sW", library], capture_output=True, check=True,
                                 text=True).stdout
        wanted = set(re.findall(r" UND (\w+)$", listing, re.M))
        self.assertIn("memcpy", wanted)
        self.assertEqual({name for name in wanted if not name.startswith("zkb_") and
                          not COMPILER.match(name)} - WANTED, set())
        program = self.link("clang-19", "--target=aarch64-linux-gnu", "-fuse-ld=lld", "-nostdlib",
                            "-isystem", ARM / "include", "-I", ROOT / "include",
                            ARM / "lib/crt1.o", ARM / "lib/crti.o",
                            ROOT / "examples/verifier/verify.c", library, "-L", ARM / "lib", "-lc",
                            ARM / "lib/crtn.o", "-Wl,-dynamic-linker,/lib/ld-linux-aarch64.so.1")
        if shutil.which("qemu-aarch64") is None:
            self.skipTest("built; there is no qemu-aarch64 to run it")
        self.check("qemu-aarch64", "-L", ARM, program)


if __name__ == "__main__":
    unittest.main()
