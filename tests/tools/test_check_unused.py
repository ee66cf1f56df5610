#!/usr/bin/env python3
"""tools/check-unused.py accepts the repository, and reports a function that only tests use, one that
nobody uses, and one that only its own file uses."""
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOOL = ROOT / "tools/check-unused.py"
spec = importlib.util.spec_from_file_location("check_unused", TOOL)
check_unused = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_unused)

DECLARED = "/* Adds zkb_fr_add. */\nint zkb_fr_add(int a,\n    int b);\n"
DEFINED = '#include "field/fr.h"\nint zkb_fr_add(int a,\n    int b)\n{\n    return a + b;\n}\n'
CALL = "int main(void) { return zkb_fr_add(1, 2); }\n"


class CheckUnused(unittest.TestCase):
    def found(self, **files):
        """What is reported of the function above and further files, named FOLDER_NAME."""
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            files = {"include/zkbpf.h": "", "src/field/fr.h": DECLARED, "src/field/fr.c": DEFINED,
                     **{name.replace("__", "/") + ".c": text for name, text in files.items()}}
            for name, text in files.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                if text is not None:
                    (root / name).write_text(text)
            return list(check_unused.unused(root))

    def test_exit_status(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in (("include/zkbpf.h", ""), ("src/a.h", "void zkb_a(void);\n"),
                               ("src/a.c", "void zkb_a(void) {}\n")):
                (pathlib.Path(folder) / name).parent.mkdir(exist_ok=True)
                (pathlib.Path(folder) / name).write_text(text)
            for root, status in ((ROOT, 0), (folder, 1)):
                done = subprocess.run([sys.executable, TOOL, root], capture_output=True, text=True,
                                      check=False)
                self.assertEqual((done.returncode, done.stdout == ""), (status, status == 0),
                                 done.stdout)

    def test_used(self):
        for name in ("src__kzg__a", "cli__a"):
            self.assertEqual(self.found(**{name: CALL}), [])

    def test_dead(self):
        for files, end in (({}, "no code uses zkb_fr_add"),
                           ({"src__a": "/* zkb_fr_add */\n"}, "no code uses zkb_fr_add"),
                           ({"src__a": 'const char *s = "zkb_fr_add(";\n'},
                            "no code uses zkb_fr_add"),
                           ({"tests__a": CALL}, "no code uses zkb_fr_add but tests"),
                           ({"bench__a": CALL}, "no code uses zkb_fr_add but tests")):
            with self.subTest(files=files):
                found = self.found(**files)
                self.assertEqual(len(found), 1)
                self.assertTrue(found[0].endswith("fr.h: " + end), found[0])

    def test_only_at_home(self):
        home = {"src__field__fr": DEFINED + CALL}
        found = self.found(**home)
        self.assertEqual(len(found), 1)
        self.assertIn("zkb_fr_add is used in fr.c alone", found[0])
        self.assertEqual(self.found(**home, tests__a=CALL), [])

    def test_pasted(self):
        paste = "#define F(name) zkb_fr_##name\n"
        self.assertEqual(self.found(src__a=paste + "int b(void) { return F(add)(1, 2); }\n"), [])
        self.assertEqual(len(self.found(src__a=paste)), 1)


if __name__ == "__main__":
    unittest.main()
