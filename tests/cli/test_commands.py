#!/usr/bin/env python3
"""The commands: what they print, each exit status, each way to fail."""
import json
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest
import xml.etree.ElementTree

from harness import EXAMPLES, TIMEOUT, ZKBPF, Case, assemble, run

FIBONACCI = EXAMPLES / "fibonacci.o"
ROOT = pathlib.Path(__file__).resolve().parents[2]
PLOT = ROOT / "tools" / "plot-benchmarks.py"
RECURSION = """
mov %r1, 12; call local fib; exit
fib:
mov %r0, %r1; jle %r1, 1, done; mov %r6, %r1; sub %r1, 1; call local fib
mov %r7, %r0; mov %r1, %r6; sub %r1, 2; call local fib; add %r0, %r7
done:
exit
"""


class Numbers(Case):
    """Limits and defaults that texts state are those of zkbpf.h."""

    def setUp(self):
        super().setUp()
        header = (ROOT / "include" / "zkbpf.h").read_text()
        self.numbers = dict(re.findall(r"^#define ZKB_(\w+) (\d+)", header, re.M))
        self.assertGreater(len(self.numbers), 12)

    def test_man_page(self):
        page = " ".join((ROOT / "docs" / "man" / "zkbpf.1").read_text().split())
        for sentence in (
                "K is {CONFIG_LEAST_K} to {CONFIG_MOST_K}, {CONFIG_DEFAULT_K} by default.",
                "2^K powers: {SRS_MIN_K} to {SRS_MAX_K}; by default {CONFIG_DEFAULT_K}, and",
                "Range tables of 2^{LOOKUP_COMPACT} or 2^{LOOKUP_WIDE} rows.",
                "instructions; {DEFAULT_MAX_INSTRUCTIONS} by default.",
                "Size of a call's stack ({DEFAULT_FRAME_BYTES}), depth of calls "
                "({DEFAULT_MAX_FRAMES}), size of the heap ({DEFAULT_HEAP_BYTES}) and of the output "
                "region ({DEFAULT_OUTPUT_BYTES}).",
                "Threads to use, 1 to {MOST_THREADS}; all by default.",
                "The number of threads, 1 to {MOST_THREADS}, without"):
            self.assertIn(sentence.format(**self.numbers), page)

    def test_help(self):
        for command, text in (
                ("prove", "of a chunk: {CONFIG_LEAST_K} to {CONFIG_MOST_K} (default "
                          "{CONFIG_DEFAULT_K})"),
                ("cost", "of the setup: {CONFIG_LEAST_K} to {CONFIG_MOST_K} (default "
                         "{CONFIG_DEFAULT_K})"),
                ("setup", "K from {SRS_MIN_K} to {SRS_MAX_K} (default: generate: "
                          "{CONFIG_DEFAULT_K};"),
                ("run", "size of the output region (default {DEFAULT_OUTPUT_BYTES})")):
            self.assertIn(text.format(**self.numbers), " ".join(self.ok(command, "--help").split()))

    def test_guides(self):
        for name, sentence in (
                ("formats", "number of steps, at most 2^26"),
                ("library", "(1 to {MOST_THREADS}; any other value")):
            self.assertIn(sentence.format(**self.numbers),
                          " ".join((ROOT / "docs" / f"{name}.md").read_text().split()))
        self.assertEqual(int(self.numbers["TRACE_MAX_STEPS"]), 2**26)


class Usage(Case):
    def test_help_and_version(self):
        self.assertRegex(self.ok("--version"), r"\Azkbpf \d+\.\d+\.\d+\n\Z")
        text = self.ok("--help")
        commands = re.findall(r"^  ([a-z]+) ", text, re.M)
        self.assertGreaterEqual(len(commands), 3)
        for command in commands:
            self.assertIn(f"Usage: zkbpf {command}", self.ok(command, "--help"))

    def test_wrong_usage_is_status_2(self):
        program = self.program("exit")
        for text, *arguments in (
                ("no command given",),
                ("no command 'frobnicate'", "frobnicate"),
                ("no such option: --frobnicate;", "run", "--frobnicate", program),
                ("no such option: -x;", "run", "--json", "-x", "--stats", program),
                ("ambiguous option: --m;", "run", program, "--m", "3"),
                ("takes no value: --json=3;", "run", "--json=3", program),
                ("wants a value: --input;", "run", program, "--input"),
                ("wants a value: -i;", "run", program, "-i"),
                ("which program", "run"),
                ("which program", "disasm"),
                ("which program", "profile"),
                ("--max-instructions", "run", program, "--max-instructions", "many"),
                ("--max-instructions", "run", program, "--max-instructions", "0"),
                ("--max-instructions", "run", program, "--max-instructions", "-1"),
                ("--max-instructions", "run", program, "--max-instructions", "18446744073709551616"),
                ("--frame-bytes", "run", program, "--frame-bytes", "12"),
                ("--heap-bytes", "run", program, "--heap-bytes", "4294967296"),
                ("at most", "run", program, "--max-frames", "4294967295"),
                ("given twice", "run", program, "--input", "a", "--input", "b"),
                ("--top", "profile", program, "--top", "x")):
            with self.subTest(arguments=arguments):
                self.fails(2, text, *arguments)


    def test_unknown_backend(self):
        self.fails(2, "ZKBPF_BACKEND", "run", self.program("exit"),
                   env=dict(os.environ, ZKBPF_BACKEND="abacus"))

    def test_bench(self):
        self.fails(2, "what to measure", "bench")
        self.fails(2, "use kernels, proof, prove or vm", "bench", "x")
        self.fails(2, "bench prove alone", "bench", "vm", "--long")
        self.fails(2, "goes with a program", "bench", "prove", "--input", FIBONACCI)
        self.fails(2, "without a program", "bench", "prove", FIBONACCI, "--long")
        self.fails(2, "without a program", "bench", "prove", FIBONACCI, "--examples", EXAMPLES)
        self.fails(2, "either", "bench", "prove", "--size", "10", "--long")
        self.fails(2, "8 to 26", "bench", "prove", "--size", "7")
        self.fails(3, "missing.o", "bench", "prove", "missing.o")
        self.assertEqual(self.ok("bench", "kernels", "no.such.kernel", "--json"), "")


class BenchProve(Case):
    """All share a setup."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="zkbpf-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.setup = pathlib.Path(folder.name) / "setup.srs"
        run("setup", "generate", "--k", 17, "-o", cls.setup).check_returncode()

    def prove(self, *arguments):
        """The lines printed."""
        text = self.ok("bench", "prove", "--json", "--setup", self.setup, *arguments)
        return [json.loads(line) for line in text.splitlines()]

    def test_wants_a_setup_for_its_chunks(self):
        small = self.folder / "small.srs"
        self.ok("setup", "generate", "--k", "13", "-o", small)
        self.fails(3, "2^13 powers; 2^17 are needed", "bench", "prove", "--setup", small)

    def test_examples(self):
        lines = self.prove("--examples", EXAMPLES, "--size", 12)
        self.assertEqual(list(dict.fromkeys(line["program"] for line in lines)),
                         ["loop", "fibonacci", "sort", "matmul"])
        for line in lines:  # a block of a hash takes more
            self.assertLessEqual(line["instructions"], 1 << 12)
            self.assertGreaterEqual(line["instructions"], 1 << 11)
            self.assertGreaterEqual(line["peak_bytes"], line["peak_worker_bytes"])
        self.fails(3, "fibonacci.o", "bench", "prove", "--setup", self.setup, "--examples",
                   self.folder, "--size", 8)

    def test_its_plot(self):
        lines = self.prove(FIBONACCI, "--input", self.file("n", "90"))
        executed = json.loads(self.ok("run", "--json", FIBONACCI, "--input", self.folder / "n"))
        for line in lines:
            self.assertEqual(line["program"], "fibonacci.o")
            self.assertEqual(line["instructions"], int(executed["instructions"]))
            self.assertGreater(line["verify_seconds"], 0)
            self.assertAlmostEqual(line["seconds"], line["before_chunks_seconds"] +
                                   line["chunks_seconds"] + line["after_chunks_seconds"], 4)
        self.assertEqual([line["threads"] for line in lines][0], 1)
        self.assertEqual(len({line["proof_bytes"] for line in lines}), 1)
        figures = self.file("lines", "\n".join(map(json.dumps, lines)))
        picture = self.folder / "plot.svg"
        subprocess.run([PLOT, figures, "-o", picture], check=True)
        drawn = xml.etree.ElementTree.parse(picture).getroot()
        circles = drawn.findall("{http://www.w3.org/2000/svg}circle")
        self.assertEqual(len(circles), 2 * len(lines))
        broken = subprocess.run([PLOT, self.file("other", "{}"), "-o", picture],
                                capture_output=True, text=True, check=False)
        self.assertIn("no line of bench prove", broken.stderr)
        self.assertEqual(broken.returncode, 1)


class Run(Case):
    def test_prints_result(self):
        text = self.ok("run", FIBONACCI, "--input", self.file("n", "90"))
        self.assertIn("2880067194370816120 (0x27f80ddaa1ba7878)\n", text)
        self.assertRegex(text, r"instructions  \d+\n")

    def test_json(self):
        path = self.file("n", "93")
        plain = json.loads(self.ok("run", FIBONACCI, "-i", path, "--json"))
        self.assertEqual(plain["r0"], "12200160415121876738")
        self.assertEqual(plain["r0_hex"], hex(12200160415121876738))
        self.assertIsInstance(plain["instructions"], int)
        self.assertGreater(plain["seconds"], 0)
        full = json.loads(self.ok("run", FIBONACCI, "-i", path, "--json", "--stats"))
        self.assertEqual(full["instructions"], plain["instructions"])
        self.assertEqual(sum(full["classes"].values()), full["instructions"])
        self.assertEqual(full["memory"], dict(words_read=1, words_written=0, words=1, segments=1))

    def test_stats_of_known_program(self):
        program = self.program("""
            stdw [%r10-8], 1; ldxdw %r1, [%r10-8]; ldxb %r2, [%r10-16]; stxb [%r10-4090], %r1
            lddw %r3, 0x300000000; mov %r4, 1; lock add [%r3+8], %r4; mov %r0, 3; exit""")
        stats = json.loads(self.ok("run", program, "--json", "--stats"))
        self.assertEqual(stats["instructions"], 9)
        self.assertEqual(stats["classes"], {"linear": 3, "load": 2, "store": 2, "atomic": 1,
                                            "call and exit": 1})
        self.assertEqual(stats["memory"], dict(words_read=3, words_written=3, words=4, segments=2))

    def test_inputs_and_output(self):
        program = self.program("""
            mov %r0, %r2; lsh %r0, 8; or %r0, %r4; ldxb %r6, [%r1+0]; ldxb %r7, [%r3+1]
            stxb [%r5+2], %r6; stxb [%r5+4], %r7; exit""")
        output = self.folder / "output"
        text = self.ok("run", program, "--input", self.file("a", b"xyz"), "--private",
                       self.file("b", b"pq"), "--output", output)
        self.assertIn("r0            770 (0x302)", text)
        self.assertEqual(output.read_bytes(), b"\0\0x\0q")

    def test_output_ends_at_the_last_byte_stored(self):
        program = self.program("stxdw [%r5+8], %r0; exit")
        output = self.folder / "output"
        self.ok("run", program, "--output", output)
        self.assertEqual(output.read_bytes(), bytes(16))

    def test_input_from_a_pipe(self):
        text = self.ok("run", FIBONACCI, "--input", "/dev/stdin", input=b"10")
        self.assertIn("r0            55 ", text)

    def test_standard_input(self):
        self.assertIn("r0            55 ", self.ok("run", FIBONACCI, "--input", "-", input=b"10"))
        self.assertIn("r0            0 ", self.ok("run", "-", input=FIBONACCI.read_bytes()))

    def test_what_can_be_read_once_is_given_once(self):
        pipe, program = self.folder / "pipe", self.program("exit")
        os.mkfifo(pipe)
        for command in ("run", "profile", "cost", "prove"):
            output = ("-o", self.folder / "proof") if command == "prove" else ()
            for arguments in (("-", "-i", "-"), ("-", "-p", "/dev/stdin"), (program, "-i", "-", "-p", "-"),
                              ("-", "-")):
                self.fails(2, "standard input is given twice", command, *arguments, *output, input=b"")
            self.fails(2, "pipe is given twice", command, program, "-i", pipe, "-p", pipe, *output)
        self.fails(2, "standard input is given twice", "disasm", "-", "-", input=b"")
        self.fails(2, "standard input is given twice", "verify", "-", "-P", "-", input=b"")
        self.fails(2, "standard input is given twice", "verify", "-", "-P", program, "-o", "-", input=b"")
        self.fails(2, "standard input is given twice", "verify", "-", "--program-id", 64 * "0", "-i", "-",
                   input=b"")
        with program.open("rb") as file:
            self.fails(2, "standard input is given twice", "run", "-", "-i", "-", stdin=file)
        # A file may be given twice, and so may what has no content.
        data = self.file("data", b"5")
        self.ok("run", program, "-i", data, "-p", data)
        self.ok("run", program, "-i", "/dev/null", "-p", "/dev/null")

    def test_inputs_from_pipes(self):
        program = self.program("mov %r0, %r2; lsh %r0, 32; or %r0, %r4; exit")
        paths = [self.folder / name for name in ("program", "public", "private")]
        contents = (program.read_bytes(), b"abc", bytes(70000))
        for path, content in zip(paths, contents):
            os.mkfifo(path)
            threading.Thread(target=path.write_bytes, args=(content,)).start()
        text = self.ok("run", paths[0], "-i", paths[1], "-p", paths[2])
        self.assertIn(f"r0            {3 << 32 | 70000} ", text)

    def test_layout(self):
        program = self.program("mov %r6, %r10; call local f; sub %r0, %r6; exit; f:; mov %r0, %r10; exit")
        self.assertIn("r0            512 ", self.ok("run", program, "--frame-bytes", "512"))
        self.fails(4, "call depth", "run", program, "--max-frames", "1")

    def test_several_objects(self):
        self.assertIn("r0            1 ", self.ok("run", FIBONACCI, EXAMPLES / "libc.o", "--input",
                                                  self.file("n", "1")))
        self.fails(3, "entrypoint", "run", FIBONACCI, EXAMPLES / "sort.o")

    def test_entry(self):
        self.assertIn("r0 ", self.ok("run", FIBONACCI, "--entry", "entrypoint"))
        self.fails(3, "nowhere", "run", FIBONACCI, "--entry", "nowhere")


class Printing(Case):
    """mulhi(text, 0, mark, size) is what printf of examples/guest/stdio.h comes down to."""
    SOURCE = ("lddw %r1, 0x0a1b6948; stxdw [%r10-8], %r1; mov %r1, %r10; add %r1, {};"
              "mov %r2, {}; lddw %r3, {}; mov %r4, {}; call 1000; exit")
    MARK = 0x7a6b6270662d7478

    def shown(self, *values, options=()):
        done = run("run", self.program(self.SOURCE.format(*values)), *options)
        self.assertEqual(done.returncode, 0, done)
        self.assertIn(b"r0            0 ", done.stdout)
        return done.stderr

    def test_text_is_shown_once(self):
        self.assertEqual(self.shown(-8, 0, self.MARK, 4), b"Hi?\n")
        self.assertEqual(self.shown(-8, 0, self.MARK, 4, options=("--stats",)), b"Hi?\n")
        self.assertEqual(self.shown(-8, 0, self.MARK, 2), b"Hi")

    def test_nothing_else_is(self):
        self.assertEqual(self.shown(-8, 1, self.MARK, 4), b"")
        self.assertEqual(self.shown(-8, 0, self.MARK + 1, 4), b"")
        self.assertEqual(self.shown(0x7fffffff, 0, self.MARK, 4), b"")
        rest_of_stack = 63 * 4096 + 8
        self.assertEqual(len(self.shown(-8, 0, self.MARK, 0x7fffffff)), rest_of_stack)


class Faults(Case):
    def test_fault_is_status_4_and_says_where(self):
        program = self.program("mov %r1, 16; ldxw %r0, [%r1+4]; exit")
        text = self.fails(4, "load outside every region", "run", program)
        self.assertNotIn("r0", text)
        error = run("run", program).stderr.decode()
        for part in ("pc 1", "0x14", "after 1 instructions", "*(u32 *)(r1 + 0x4)"):
            self.assertIn(part, error)

    def test_symbol(self):
        self.fails(4, "entrypoint+", "run", FIBONACCI, "--max-instructions", "20", "--input",
                   self.file("n", "1000"))

    def test_json(self):
        program = self.program("mov %r1, 16; ldxw %r0, [%r1+4]; exit")
        fault = json.loads(self.fails(4, "load", "run", program, "--json"))["fault"]
        self.assertEqual((fault["pc"], fault["address"]), (1, "0x14"))
        self.assertEqual(fault["reason"], "load outside every region")
        self.assertEqual(fault["detail"], "address 0x14, where no memory is: a null pointer?")

    def test_limit_and_option_are_named(self):
        heap = "lddw %r1, 0x300010000; stxdw [%r1], %r1; exit"
        for option, value, source in (("--heap-bytes", 65536, heap),
                                      ("--output-bytes", 65536, "lddw %r1, 0x600010000;"
                                       "stxdw [%r1], %r1; exit"),
                                      ("--max-frames", 3, "f:; call local f; exit"),
                                      ("--max-instructions", 7, "loop:; ja loop; exit")):
            program = self.program(source)
            self.fails(4, f"{value}", "run", program, option, value)
            self.fails(4, option, "run", program, option, value)
        self.ok("run", self.program(heap), "--heap-bytes", 65537)

    def test_budget(self):
        loop = self.program("again:; ja again; exit")
        self.fails(4, "budget", "run", loop, "--max-instructions", "1000")
        done = json.loads(self.fails(4, "budget", "run", loop, "--max-instructions", "0x10", "--json"))
        self.assertEqual(done["instructions"], 16)
        exact = self.program("mov %r0, 1; exit", "exact")
        self.ok("run", exact, "--max-instructions", "2")
        self.fails(4, "budget", "run", exact, "--max-instructions", "1")

    def test_no_output_is_written(self):
        program = self.program("stxdw [%r5+0], %r0; mov %r1, 0; stxdw [%r1+0], %r1; exit")
        output = self.folder / "output"
        self.fails(4, "store", "run", program, "--output", output)
        self.assertFalse(output.exists())


class Files(Case):
    def test_unusable_programs_are_status_3(self):
        elf = FIBONACCI.read_bytes()
        for name, content in (("empty", b""), ("text", b"hello, world, this is no program\n"),
                              ("odd", b"\x95" + bytes(10)), ("header", elf[:64]),
                              ("half", elf[:len(elf) // 2]), ("magic", b"\x7fELF"),
                              ("class", elf[:4] + b"\x01" + elf[5:]),
                              ("machine", elf[:18] + b"\x3e\x00" + elf[20:])):
            for command in ("run", "disasm", "profile"):
                with self.subTest(name=name, command=command):
                    self.fails(3, name, command, self.file(name, content))

    def test_missing_and_directory(self):
        program = self.program("exit")
        for path, text in ((self.folder / "none", "No such file"), (self.folder, "directory")):
            for arguments in ((path,), (program, "--input", path), (program, "--private", path)):
                with self.subTest(arguments=arguments):
                    self.fails(3, text, "run", *arguments)
            self.fails(3, str(path), "disasm", path)

    def test_too_large(self):
        path = self.file("huge", b"")
        os.truncate(path, 5 << 30)
        for arguments in ((path,), (self.program("exit"), "--input", path)):
            self.fails(3, "larger than the limit", "run", *arguments)

    def test_names_that_would_control_a_terminal(self):
        hostile = b"en\x1b[1m\xff\ny\""
        elf = FIBONACCI.read_bytes()
        self.assertEqual(len(hostile), len(b"entrypoint"))
        path = self.file("hostile.o", elf.replace(b"entrypoint", hostile))
        clean = 'en?[1m??y"'
        self.assertIn(f"\n{clean}:  ; entry\n", self.ok("disasm", path))
        self.fails(4, clean + "+", "run", path, "--max-instructions", "1")
        fault = self.fails(4, clean, "run", path, "--max-instructions", "1", "--json")
        self.assertEqual(json.loads(fault)["fault"]["place"], clean + "+1")
        svg = self.folder / "svg"
        names = [f["name"] for f in json.loads(self.ok("profile", path, "--json", "--svg",
                                                       svg))["functions"]]
        self.assertEqual(names, ["en_[1m__y_"])
        self.assertIn(f"  {clean} ", self.ok("cost", path))
        self.assertEqual(json.loads(self.ok("cost", path, "--json"))["functions"][0]["name"], clean)
        xml.etree.ElementTree.fromstring(svg.read_text())

    def test_unreadable(self):
        program = self.program("exit")
        program.chmod(0)
        options = {}
        if os.geteuid() == 0:  # root reads everything
            self.folder.chmod(0o755)
            options = {"user": 65534, "group": 65534, "extra_groups": []}
        try:
            self.fails(3, "Permission denied", "run", program, **options)
        except PermissionError:
            self.skipTest("the build folder is not open to an ordinary user")

    def test_unwritable(self):
        program = self.program("stxdw [%r5+0], %r0; exit")
        for option in ("--output",):
            self.fails(3, "No such file", "run", program, option, self.folder / "no" / "file")
            self.fails(3, "/dev/full", "run", program, option, "/dev/full")
            self.fails(3, str(self.folder), "run", program, option, self.folder)
        for option in ("--svg", "--folded"):
            self.fails(3, "No such file", "profile", program, option, self.folder / "no" / "file")
            self.fails(3, "/dev/full", "profile", program, option, "/dev/full")

    def test_what_is_read_is_not_written_over(self):
        program, data = self.program("exit"), self.file("data", b"abc")
        link = self.folder / "link"
        os.link(data, link)
        for output in (program, data, link, f"{self.folder}/./data"):
            for command, option in (("run", "-o"), ("run", "--trace"), ("profile", "--svg"),
                                    ("profile", "--folded"), ("prove", "-o")):
                for given in ("-i", "-p"):
                    self.fails(2, "reads it", command, program, given, data, option, output)
        self.assertEqual((program.read_bytes(), data.read_bytes()), (assemble("exit"), b"abc"))

    def test_names_that_no_file_can_have(self):
        program = self.program("exit")
        for name, text in (("", "No such file"), ("none/", "Is a directory"),
                           ("a" * 300, "too long"), ("-", "standard output has the summary")):
            for command in (("run", "-o"), ("run", "--trace"), ("prove", "-o")):
                status = 2 if name == "-" else 3
                self.fails(status, text, command[0], program, command[1], name, cwd=self.folder)
        self.assertEqual([path.name for path in self.folder.iterdir()], ["program.bin"])

    def test_unwritable_standard_output(self):
        program = self.program("exit")
        for arguments in (("--help",), ("--version",), ("run", "--help"), ("run", str(program)),
                          ("run", str(program), "--json"), ("disasm", str(program)),
                          ("profile", str(program))):
            with self.subTest(arguments=arguments), open("/dev/full", "wb") as full:
                done = subprocess.run([ZKBPF, *arguments], stdout=full, stderr=subprocess.PIPE,
                                      check=False, timeout=TIMEOUT)
                self.assertEqual(done.returncode, 3)
                self.assertIn(b"standard output", done.stderr)

    def test_closed_standard_output(self):
        program = self.program("stxdw [%r5+0], %r0; exit")
        output = self.folder / "output"
        command = f"exec '{ZKBPF}' run '{program}' --output '{output}' >&-"
        done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, check=False, timeout=TIMEOUT)
        self.assertEqual(done.returncode, 3)
        self.assertEqual(output.read_bytes(), bytes(8))  # and not what was printed

    def test_closed_pipe(self):
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run([ZKBPF, "disasm", str(FIBONACCI)], stdout=writer,
                              stderr=subprocess.PIPE, check=False, timeout=TIMEOUT)
        os.close(writer)
        self.assertEqual(done.returncode, 3)
        self.assertIn(b"Broken pipe", done.stderr)


class Disassembly(Case):
    def test_functions_and_targets(self):
        text = self.ok("disasm", EXAMPLES / "sha256.o")
        self.assertIn("\nentrypoint:  ; entry\n", text)
        self.assertIn("\nsha256_compress:\n", text)
        self.assertRegex(text, r"call .* ; \d+ <sha256_compress>\n")

    def test_every_slot_once(self):
        text = self.ok("disasm", self.program("lddw %r1, 0x1122334455667788; ja +0; exit"))
        lines = re.findall(r"^ *(\d+):  ([0-9a-f]+) ", text, re.M)
        self.assertEqual(lines, [("0", "18010000887766550000000044332211"),
                                 ("2", "0500000000000000"), ("3", "9500000000000000")])


class Trace(Case):
    SOURCE = "mov %r6, 5; stxdw [%r10-8], %r6; ldxw %r7, [%r10-8]; add %r7, 1; mov %r0, %r7; exit"

    def trace(self, source=SOURCE):
        path = self.folder / "trace"
        self.ok("run", self.program(source), "--trace", path)
        return path

    def test_steps(self):
        lines = self.ok("trace", self.trace()).splitlines()
        self.assertEqual([int(line.split()[0]) for line in lines], list(range(6)))
        for line, parts in zip(lines, (("r6 = ", "5"), ("0x200000ff8",), ("r7",), ("r7 += ", "6"),
                                       ("r0 = r7", "6"), ("exit",))):
            for part in parts:
                self.assertIn(part, line)

    def test_window(self):
        path = self.trace()
        whole = self.ok("trace", path).splitlines()
        self.assertEqual(self.ok("trace", path, "--from", "2", "--count", "3").splitlines(),
                         whole[2:5])
        self.assertEqual(self.ok("trace", path, "--from", "6"), "")
        self.assertEqual(self.ok("trace", path, "--count", "0"), "")

    def test_of_a_fault(self):
        path = self.folder / "trace"
        program = self.program("mov %r1, 7; ldxb %r0, [%r1+0]; exit")
        self.fails(4, "load", "run", program, "--trace", path)
        self.assertEqual(len(self.ok("trace", path).splitlines()), 1)

    def test_without_end(self):
        path = self.folder / "trace"
        self.fails(3, "--max-instructions", "run", self.program("ja -1; exit"), "--trace", path,
                   "--max-instructions", str(2**26 + 1))
        self.assertFalse(path.exists())

    def test_unusable(self):
        content = self.trace().read_bytes()
        for name, damaged in (("empty", b""), ("text", b"no trace at all" * 20),
                              ("cut", content[:-9]), ("longer", content + b"x"),
                              ("changed", content[:200] + bytes([content[200] ^ 1]) + content[201:])):
            with self.subTest(name=name):
                self.fails(3, name, "trace", self.file(name, damaged))
        self.fails(3, "No such file", "trace", self.folder / "none")
        self.fails(3, str(self.folder), "trace", self.folder)
        self.fails(2, "which trace", "trace")
        self.fails(2, "one trace", "trace", "a", "b")
        self.fails(2, "--from", "trace", "a", "--from", "x")
        self.fails(3, "No such file", "run", self.program("exit"), "--trace",
                   self.folder / "no" / "file")
        self.fails(3, "/dev/full", "run", self.program("exit"), "--trace", "/dev/full")


class Profile(Case):
    def profile(self):
        program = self.program(RECURSION)
        svg, folded = self.folder / "p.svg", self.folder / "p.folded"
        counts = json.loads(self.ok("profile", program, "--json", "--top", "1000", "--svg", svg,
                                    "--folded", folded))
        return program, counts, svg.read_text(), folded.read_text()

    def test_counts(self):
        program, counts, _, folded = self.profile()
        total = json.loads(self.ok("run", program, "--json"))["instructions"]
        self.assertEqual(counts["instructions"], total)
        self.assertEqual(sum(f["self"] for f in counts["functions"]), total)
        self.assertEqual(sum(p["count"] for p in counts["places"]), total)
        # fib(12) calls itself 464 times, and each call of it but the first is within another.
        entry, fib = sorted(counts["functions"], key=lambda f: f["pc"])
        self.assertEqual((entry["calls"], entry["self"], entry["total"]), (1, 3, total))
        self.assertEqual((fib["calls"], fib["total"]), (465, total - 3))
        lines = [line.rsplit(" ", 1) for line in folded.splitlines()]
        self.assertEqual(sum(int(count) for _, count in lines), total)
        self.assertEqual(max(stack.count(";") for stack, _ in lines), 12)
        self.assertEqual(len({stack for stack, _ in lines}), len(lines))

    def test_flame_graph(self):
        _, counts, svg, _ = self.profile()
        root = xml.etree.ElementTree.fromstring(svg)
        space = "{http://www.w3.org/2000/svg}"
        self.assertEqual(root.tag, space + "svg")
        boxes = [g.find(space + "rect") for g in root.iter(space + "g")]
        self.assertEqual(len(boxes), 13)
        widths = sorted(float(b.get("width")) for b in boxes)
        self.assertEqual(widths[-1], 1180)
        for box in boxes:
            left, width = float(box.get("x")), float(box.get("width"))
            self.assertTrue(9.99 <= left and left + width <= 1190.02)
        self.assertIn(str(counts["instructions"]), root.find(space + "text").text)

    def test_table(self):
        text = self.ok("profile", EXAMPLES / "sha256.o", "--top", "3")
        self.assertRegex(text, r"sha256_compress\n")
        self.assertEqual(len(re.findall(r"sha256_compress\+\d+", text)), 3)

    def test_fault_is_reported_after_the_profile(self):
        program = self.program("mov %r1, 0; ldxb %r1, [%r1+0]; exit")
        self.assertIn("1 instructions", self.fails(4, "load outside", "profile", program))


if __name__ == "__main__":
    unittest.main()
