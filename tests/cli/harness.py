"""What the tests of the command line share."""
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(os.environ.get("ZKBPF_BUILD", "build")).resolve()
TESTS = pathlib.Path(__file__).resolve().parent.parent
ZKBPF = str(BUILD / "zkbpf")
EXAMPLES = BUILD / "examples"
TIMEOUT = 600  # seconds; against what never ends, not a measure of anything

sys.path.insert(0, str(TESTS / "vm"))
from assembler import assemble  # noqa: E402  (found through the line above)

os.umask(0o022)  # some files are for other users to read
for name in ("ZKBPF_SETUP", "ZKBPF_CACHE_DIR", "ZKBPF_NUM_THREADS"):  # of whoever runs the tests
    os.environ.pop(name, None)


def run(*arguments, **options):
    options.setdefault("timeout", TIMEOUT)
    return subprocess.run([ZKBPF, *map(str, arguments)], capture_output=True, check=False,
                          **options)


class Case(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="zkbpf-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def file(self, name, content):
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def program(self, source, name="program.bin"):
        """A file of raw instructions."""
        return self.file(name, assemble(source.replace(";", "\n")))

    def ok(self, *arguments, **options):
        done = run(*arguments, **options)
        self.assertEqual((done.returncode, done.stderr), (0, b""), arguments)
        return done.stdout.decode()

    def fails(self, status, text, *arguments, **options):
        """Exits with `status` after one line on standard error that contains `text`."""
        done = run(*arguments, **options)
        error = done.stderr.decode()
        self.assertEqual(done.returncode, status, (arguments, error))
        self.assertRegex(error, r"\Azkbpf[^\n]*: [^\n]+\n\Z", arguments)
        self.assertIn(text, error)
        return done.stdout.decode()
