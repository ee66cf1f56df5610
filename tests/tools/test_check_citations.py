#!/usr/bin/env python3
"""tools/check-citations.py accepts the repository, and reports a key that no reference has, a
reference that nothing cites or that stands twice or out of order, and a paper without its key."""
import importlib.util
import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
TOOL = ROOT / "tools/check-citations.py"
spec = importlib.util.spec_from_file_location("check_citations", TOOL)
check_citations = importlib.util.module_from_spec(spec)
spec.loader.exec_module(check_citations)

REFERENCES = ("# Protocol\n\nAs in [Abc12].\n\n## References\n\n"
              "- [Abc12] A. Author: *A*.\n- [Web] A page.\n")
CITES = "/* Source: [Web], and\n * [Abc12, section 3]. */\n"


class CheckCitations(unittest.TestCase):
    def found(self, code=CITES, references=REFERENCES, name="src/a.c"):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in (("docs/protocol.md", references), (name, code)):
                (root / path).parent.mkdir(exist_ok=True)
                (root / path).write_text(text)
            return list(check_citations.breaches(root))

    def test_exit_status(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "docs").mkdir()
            (pathlib.Path(folder) / "docs/protocol.md").write_text("[Abc12]\n")
            for root, status in ((ROOT, 0), (folder, 1)):
                done = subprocess.run([sys.executable, TOOL, root], capture_output=True, text=True,
                                      check=False)
                self.assertEqual((done.returncode, done.stdout == ""), (status, status == 0),
                                 done.stdout)

    def test_good(self):
        self.assertEqual(self.found(), [])

    def test_no_such_reference(self):
        for comment in ("/*\n * see [Xyz99] */", "/*\n * [Web], [Xyz99, 4.1] */", "/*\n * [Web,\n * Xyz99] */",
                        "\n// as in [Xyz99]"):
            with self.subTest(comment=comment):
                found = self.found(CITES + comment + "\n")
                self.assertEqual(len(found), 1)
                self.assertRegex(found[0], r"src/a\.c:[34]\b.*\[Xyz99\] is not in docs/protocol\.md")
        for name in ("docs/other.md", "tools/a.py", "README.md"):
            (found,) = self.found("[Web] [Xyz99]\n", name=name)
            self.assertIn(f"{name}:1: [Xyz99]", found)

    def test_what_is_no_citation(self):
        for code in ("int a[LIMB16];\n", 'const char *s = "[Xyz99]";\n', "/* out[AB12] of it */\n",
                     "int b[] = {[AB12] = 1};\n", 'const char *s = "/* [Xyz99] */";\n'):
            self.assertEqual(self.found(CITES + code), [])
        self.assertEqual(self.found("[Web] and a link [Xyz99](x.md)\n", name="docs/other.md"), [])

    def test_not_cited(self):
        self.assertEqual(self.found("/* [Abc12] */\n"), ["docs/protocol.md: nothing cites [Web]"])
        self.assertEqual(self.found('const char *s = "[Web]";\n'), ["docs/protocol.md: nothing cites [Web]"])

    def test_order(self):
        entries = REFERENCES.splitlines(keepends=True)
        swapped = "".join(entries[:-2] + entries[:-3:-1])
        self.assertEqual(self.found(references=swapped), ["docs/protocol.md: [Abc12] stands after [Web]"])
        self.assertEqual(self.found(references=REFERENCES + entries[-1]),
                         ["docs/protocol.md: [Web] stands after [Web]"])

    def test_no_references(self):
        found = self.found("", references="# Protocol\n")
        self.assertEqual(found, ["docs/protocol.md: no references"])

    def test_paper_without_a_key(self):
        code = CITES + "/* Adds.\n * Source: Author, Another,\n * A Paper, 2010. */\n"
        (found,) = self.found(code)
        self.assertIn("src/a.c:4: a source without its key", found)
        self.assertEqual(self.found(CITES + "/* Source: RFC 9669. */\n"), [])


if __name__ == "__main__":
    unittest.main()
