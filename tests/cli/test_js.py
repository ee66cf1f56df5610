#!/usr/bin/env python3
"""The JavaScript package bindings/js: built, and tested in node on proofs that are made here and on the golden
one. Its page is opened in chromium where there is one; the types are checked where there is tsc."""
import functools
import http.server
import json
import os
import shutil
import subprocess
import sys
import threading
import unittest
import urllib.parse

from browser import CHROMIUM, Browser
from harness import BUILD, TESTS, TIMEOUT, Case

ROOT = TESTS.parent
PACKAGE = ROOT / "bindings/js"
WASM = BUILD / "js/zkbpf_verifier.wasm"
SUM = """
mov %r0, 0; mov %r6, 0
loop:
jge %r6, %r2, done; ldxb %r3, [%r1+0]; add %r0, %r3; add %r1, 1; add %r6, 1; ja loop
done:
stxdw [%r5+0], %r0
exit
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format, *args):  # noqa: A002  (the name in the base class)
        pass


def build():
    """Why there is no package to test, or None."""
    node = shutil.which("node")
    version = node and subprocess.run([node, "--version"], capture_output=True, check=True,
                                      text=True).stdout
    if not node or int(version.lstrip("v").split(".")[0]) < 20:
        return "needs node 20"
    built = subprocess.run([ROOT / "tools/build-js.sh", BUILD / "js", WASM], capture_output=True,
                           check=False, text=True)
    if built.returncode == 77:
        return built.stderr.strip()
    if built.returncode != 0:
        sys.exit(built.stdout + built.stderr)
    return None


class JavaScript(Case):
    def setUp(self):
        super().setUp()
        self.package = self.folder / "zkbpf-verifier"
        shutil.copytree(PACKAGE, self.package, ignore=shutil.ignore_patterns("*.wasm"))
        shutil.copy(WASM, self.package / "zkbpf_verifier.wasm")

    def make_data(self):
        """A setup, proofs under it, and what they prove."""
        setup = self.package / "setup.srs"
        golden = subprocess.run([BUILD / "tests/test_golden", "setup", setup], capture_output=True,
                                check=True, text=True).stdout.strip()
        shutil.copy(TESTS / "golden/run.zkb", self.package)
        guest = self.program(SUM)
        data = bytes(range(40))
        self.ok("prove", guest, "-i", self.file("input", data), "-s", setup, "-o",
                self.package / "sum.zkb", "--k", 10, "--lookup-bits", 8, "--progress", "none")
        statements = [
            {"name": "sum", "proof": "sum.zkb", "programId": self.ok("id", guest, "-s", setup).strip(),
             "publicInput": data.hex(), "r0": "780", "output": (780).to_bytes(8, "little").hex(),
             "instructions": 245, "chunks": 1, "privateBytes": 0},
            {"name": "golden", "proof": "run.zkb", "programId": golden,
             "publicInput": bytes((i * 37 + 11) % 256 for i in range(24)).hex(),
             "r0": str(0x3611ecc7a27d42cd), "output": "cd427da27676eec9",
             "instructions": 16, "chunks": 2, "privateBytes": 11}]
        (self.package / "statements.json").write_text(json.dumps(statements))
        for statement in statements:
            (self.package / f"{statement['name']}.input").write_bytes(
                bytes.fromhex(statement["publicInput"]))
        return statements

    def node(self, *arguments):
        done = subprocess.run(["node", *map(str, arguments)], capture_output=True, check=False,
                              timeout=TIMEOUT, text=True, cwd=self.package,
                              env=dict(os.environ, ZKBPF_JS_DATA=str(self.package)))
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def test_node(self):
        self.make_data()
        report = self.node("--test", "--test-reporter=tap", "test/")
        self.assertIn("# skipped 0", report)
        self.assertRegex(report, r"# pass [1-9]")

    def test_bench(self):
        statement = self.make_data()[0]
        (self.folder / "bindings").mkdir()
        self.package = self.package.rename(self.folder / "bindings/js")
        shutil.copytree(ROOT / "bench", self.folder / "bench",
                        ignore=shutil.ignore_patterns("[!v]*"))
        print(self.node("../../bench/verify_js.mjs", "setup.srs", statement["programId"], "sum.zkb",
                        "sum.input"))

    @unittest.skipUnless(CHROMIUM, "there is no chromium to open the page with")
    def test_page(self):
        golden = self.make_data()[1]
        server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(self.package)))
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        self.addCleanup(thread.join)
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)

        browser = Browser(self.folder / "chromium")
        self.addCleanup(browser.close)
        page = f"http://127.0.0.1:{server.server_address[1]}/demo/"

        def answer():
            return browser.wait("(o => o?.dataset.answer && o.dataset.answer + ': ' + o.textContent)"
                                "(document.querySelector('output:not([data-answer=unknown])'))")

        valid = "valid: valid\nresult r0: 3896155494820954829\noutput, 8 bytes: cd427da27676eec9\n"
        query = {"setup": "../setup.srs", "proof": "../run.zkb", "id": golden["programId"],
                 "input": "../golden.input"}
        browser.open(page + "?" + urllib.parse.urlencode(query))
        self.assertEqual(answer()[:len(valid)], valid)
        browser.open(page)
        browser.wait("location.search === '' && document.readyState === 'complete'")
        for field, name in (("setup", "setup.srs"), ("proof", "run.zkb"), ("input", "sum.input")):
            browser.choose_file(f"[name={field}]", self.package / name)
        browser.evaluate(f"document.forms[0].elements.id.value = '{golden['programId']}'")
        browser.evaluate("document.querySelector('button').click()")
        self.assertRegex(answer(), "^invalid: invalid: .*public input")
        browser.choose_file("[name=input]", self.package / "golden.input")
        browser.evaluate("document.querySelector('output').dataset.answer = ''")
        browser.evaluate("document.querySelector('button').click()")
        self.assertEqual(answer()[:len(valid)], valid)

    @unittest.skipUnless(shutil.which("tsc"), "there is no tsc to check the types")
    def test_types(self):
        subprocess.run(["tsc", "--noEmit", "--strict", "--target", "es2022", "--lib", "es2022,dom",
                        "--module", "node16", "--moduleResolution", "node16",
                        "test/types.ts"], check=True, cwd=self.package)


if __name__ == "__main__":
    missing = build()
    if missing:
        print("skipped:", missing)
        sys.exit(77)
    unittest.main()
