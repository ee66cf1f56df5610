#!/usr/bin/env python3
"""zkbpf setup: generate, import, info."""
import os
import unittest

from harness import TESTS, Case

PTAU = TESTS / "data" / "power8.ptau"


class Setup(Case):
    def test_generate_and_info(self):
        path = self.folder / "a.srs"
        text = self.ok("setup", "generate", "--k", 4, "-o", path)
        self.assertIn("development only", text)
        self.assertIn("forge", text)
        self.assertEqual(path.stat().st_size, 512 + 64 * 16)
        self.assertEqual(text[text.index("file  "):], self.ok("setup", "info", path))

    def test_setups_differ(self):
        digests = set()
        for name in ("a", "b"):
            text = self.ok("setup", "generate", "--k", 1, "-o", self.folder / name)
            digests.add(text.split("digest")[1])
        self.assertEqual(len(digests), 2)

    def test_default_name(self):
        self.ok("setup", "import", PTAU, cwd=self.folder)
        self.ok("setup", "generate", "--k=2", "-o", "setup-2.srs", cwd=self.folder)
        self.assertEqual(sorted(os.listdir(self.folder)), ["setup-2.srs", "setup-8.srs"])

    def test_import_of_any_size_has_one_digest(self):
        digests = set()
        for k in (1, 5, 8):
            text = self.ok("setup", "import", PTAU, "--k", k, "-o", self.folder / "a.srs", "--force")
            self.assertNotIn("development", text)
            self.assertIn(f"powers  2^{k} ", text)
            digests.add(text.split("digest")[1])
        self.assertEqual(len(digests), 1)

    def test_unusable_files_are_status_3(self):
        content = PTAU.read_bytes()
        cases = {
            "truncated": content[:-1],
            "not a powers-of-tau file": b"hello",
            "not consecutive powers": content[:2960] + content[3024:3088] + content[3024:],
        }
        for text, data in cases.items():
            self.fails(3, text, "setup", "import", self.file("a.ptau", data), "-o",
                       self.folder / "a.srs")
        self.assertFalse((self.folder / "a.srs").exists())
        self.fails(3, "not a setup file", "setup", "info", PTAU)
        self.fails(3, "a.srs", "setup", "info", self.folder / "a.srs")
        self.ok("setup", "generate", "--k", 3, "-o", self.folder / "a.srs")
        damaged = bytearray((self.folder / "a.srs").read_bytes())
        damaged[700] ^= 1
        self.fails(3, "damaged", "setup", "info", self.file("b.srs", bytes(damaged)))
        self.fails(3, "none", "setup", "generate", "--k", 1, "-o", self.folder / "none" / "a")

    def test_wrong_usage_is_status_2(self):
        self.fails(2, "say what to do", "setup")
        self.fails(2, "use generate, import or info", "setup", "make")
        self.fails(2, "--k 29", "setup", "generate", "--k", 29)
        self.fails(2, "--k 0", "setup", "generate", "--k", 0)
        self.fails(2, "too many", "setup", "generate", "--k", 1, "x")
        self.fails(2, "needs a file", "setup", "import")
        self.fails(2, "none of --k", "setup", "info", PTAU, "--k", 3)
        self.fails(2, "none of --k", "setup", "info", PTAU, "--force")

    def test_files_are_kept(self):
        path = self.folder / "a.srs"
        ceremony = self.file("a.ptau", PTAU.read_bytes())
        self.ok("setup", "generate", "--k", 3, "-o", path)
        first = path.read_bytes()
        self.fails(3, "--force", "setup", "generate", "--k", 3, "-o", path)
        self.fails(3, "--force", "setup", "import", ceremony, "-o", path)
        self.fails(3, "--force", "setup", "import", ceremony, "-o", ceremony)
        self.assertEqual(path.read_bytes(), first)
        self.assertEqual(ceremony.read_bytes(), PTAU.read_bytes())
        self.ok("setup", "generate", "--k", 3, "-o", path, "--force")
        self.assertNotEqual(path.read_bytes(), first)
        text = self.ok("setup", "import", ceremony, "-o", ceremony, "--force")
        self.assertIn("powers  2^8 ", text)
        self.ok("setup", "info", ceremony)

    def test_more_powers_than_there_are(self):
        self.fails(2, "2^9", "setup", "import", PTAU, "--k", 9, "-o", self.folder / "a.srs")


if __name__ == "__main__":
    unittest.main()
