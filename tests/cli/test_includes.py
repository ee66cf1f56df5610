#!/usr/bin/env python3
"""tools/check-cli.py accepts the commands as they are, and no header of src/ in any of them."""
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CHECK = ROOT / "tools" / "check-cli.py"


class Includes(unittest.TestCase):
    def check(self, root):
        return subprocess.run([sys.executable, CHECK, root], capture_output=True, text=True, check=False)

    def test_as_it_is(self):
        done = self.check(ROOT)
        self.assertEqual((done.returncode, done.stdout), (0, ""))

    def test_a_header_of_the_library_is_noticed(self):
        for name in ("prove.c", "verify.c", "cost.c", "guest.h", "proof.h"):
            with self.subTest(name=name), tempfile.TemporaryDirectory() as folder:
                shutil.copytree(ROOT / "cli", pathlib.Path(folder) / "cli")
                path = pathlib.Path(folder) / "cli" / name
                path.write_text('#include "vm/vm.h"\n' + path.read_text())
                done = self.check(folder)
                self.assertEqual(done.returncode, 1)
                self.assertIn(f"cli/{name} includes vm/vm.h", done.stdout)


if __name__ == "__main__":
    unittest.main()
