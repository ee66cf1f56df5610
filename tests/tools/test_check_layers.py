#!/usr/bin/env python3
"""tools/check-layers.py accepts src/, and reports each include that its rule forbids."""
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOOL = ROOT / "tools/check-layers.py"
spec = importlib.util.spec_from_file_location("check_layers", TOOL)
check_layers = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_layers)

LAYERS = ["base", "field", "curve", "hash", "poly", "kzg", "air", "proof", "vm", "machine",
          "prover", "verify"]


def may_include(layer, other):
    """The rule, said another way than the tool says it."""
    if layer == other:
        return True
    if layer == "vm":
        return other == "base"
    return other not in ("prover", "verify") and LAYERS.index(other) < LAYERS.index(layer)


class CheckLayers(unittest.TestCase):
    def breaches(self, name, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True)
            path.write_text(text)
            return list(check_layers.breaches(pathlib.Path(folder)))

    def test_exit_status(self):
        for source, status in ((ROOT / "src", 0), (ROOT / "cli", 1)):  # the latter is no layer
            done = subprocess.run([sys.executable, TOOL, source], capture_output=True, text=True,
                                  check=False)
            self.assertEqual((done.returncode, done.stdout == ""), (status, status == 0),
                             done.stdout)

    def test_folders(self):
        folders = {path.name for path in (ROOT / "src").iterdir() if path.is_dir()}
        self.assertEqual(folders, set(LAYERS))

    def test_each_pair(self):
        for layer in LAYERS:
            for other in LAYERS:
                with self.subTest(layer=layer, other=other):
                    found = self.breaches(f"{layer}/deep/a.c", f'\n#include "{other}/b.h"\n')
                    if may_include(layer, other):
                        self.assertEqual(found, [])
                    else:
                        self.assertEqual(len(found), 1)
                        self.assertIn(f"a.c:2: {layer} must not include {other}", found[0])

    def test_operating_system(self):
        for name in ("base/arena.c", "kzg/srs.c", "kzg/srs_file.h", "machine/keys.h",
                     "verify/api_verify.c", "proof/key.c"):
            for line in ('#include "base/os/file.h"', "# include <../base/os/clock.h>"):
                found = self.breaches(name, line + "\n")
                self.assertEqual(len(found), 1, (name, line))
                self.assertIn("must not include base/os/", found[0])
            self.assertEqual(self.breaches(name, '#include "base/os.h"\n'), [])
        for name in ("base/os/pool.c", "kzg/srs_open.c", "proof/prove.c", "vm/loader.c",
                     "prover/resume.c"):
            self.assertEqual(self.breaches(name, '#include "base/os/file.h"\n'), [])

    def test_spellings(self):
        for line in ('#include"prover/b.h"', '  #  include "prover/b.h"', "#include <prover/b.h>",
                     '#include "../prover/b.h"'):
            with self.subTest(line=line):
                self.assertEqual(len(self.breaches("verify/a.h", line)), 1)
        self.assertEqual(self.breaches("verify/a.h", "#include <sys/mman.h>"), [])

    def test_unknown_folder(self):
        found = self.breaches("extra/a.c", "")
        self.assertEqual(len(found), 1)
        self.assertIn("extra is no layer", found[0])


if __name__ == "__main__":
    unittest.main()
