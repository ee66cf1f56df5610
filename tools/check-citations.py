#!/usr/bin/env python3
"""Holds citations to the references of docs/protocol.md: every key in brackets, such as [Abc12] or
[Abc12, section 3], in a comment of the sources or in a document is one of them; each of them is cited
somewhere; they stand in order, and no key stands for two. A source of a comment ("Source: ...") that
names a paper by a year names it by its key. Exit status 1 and one line for each breach.
Usage: check-citations.py [ROOT]"""
import pathlib
import re
import sys

FOLDERS = ["src", "include", "cli", "bench", "fuzz", "examples", "tests", "tools", "docs"]
CODE = {".c", ".h", ".cpp"}
TEXT = {".md", ".py", ".sh", ".cmake", ".txt"}
REFERENCES = pathlib.Path("docs/protocol.md")

COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*', re.S)
ENTRY = re.compile(r"^- \[([^]\n]+)\] ", re.M)
KEY = re.compile(r"[A-Z][A-Za-z+]*[0-9]{2}[a-z]?\Z")
BRACKETS = re.compile(r"(?<![\w\])])\[([A-Z][^][\n]*(?:\n[^][\n]+)?)\](?!\()")
SOURCE = re.compile(r"\bSource: ((?:(?!\bDiffers:)[^/])*)", re.S)
YEAR = re.compile(r"\b(?:19|20)[0-9]{2}\b")


def in_comments(text):
    """The text with everything but comments as blanks, so that lines keep their numbers."""
    kept = re.sub(r"[^\n]", " ", text)
    for match in COMMENT.finditer(text):
        if not match[0].startswith('"'):
            kept = kept[:match.start()] + match[0] + kept[match.end():]
    return kept


def line_of(text, at):
    return text.count("\n", 0, at) + 1


def texts(root):
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            own = path.stem.replace("_", "-").endswith("check-citations")  # with keys of no paper
            if path.is_file() and path.suffix in CODE | TEXT and not own:
                text = path.read_text(errors="replace")
                yield path.relative_to(root), in_comments(text) if path.suffix in CODE else text
    for path in sorted(root.glob("*.md")):
        yield path.relative_to(root), path.read_text()


def breaches(root):
    protocol = (root / REFERENCES).read_text()
    head = protocol.find("\n## References")
    entries = ENTRY.findall(protocol, max(head, 0))
    if head < 0 or not entries:
        yield f"{REFERENCES}: no references"
    for earlier, later in zip(entries, entries[1:]):
        if earlier.lower() >= later.lower():
            yield f"{REFERENCES}: [{later}] stands after [{earlier}]"
    cited = set()
    for path, text in texts(root):
        if path == REFERENCES:
            text = text[:head]
        for match in BRACKETS.finditer(text):
            for part in re.split(r"[,;][\s*]*", match[1]):
                if part in entries:
                    cited.add(part)
                elif KEY.match(part):
                    yield f"{path}:{line_of(text, match.start())}: [{part}] is not in {REFERENCES}"
        for match in SOURCE.finditer(text) if path.suffix in CODE else ():
            if YEAR.search(match[1]) and not BRACKETS.search(match[1]):
                yield (f"{path}:{line_of(text, match.start())}: a source without its key in "
                       f"{REFERENCES}")
    for entry in entries:
        if entry not in cited:
            yield f"{REFERENCES}: nothing cites [{entry}]"


def main():
    root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).parent.parent
    found = list(breaches(root))
    for breach in found:
        print(breach)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
