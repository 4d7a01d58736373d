"""docs/troubleshooting.md holds every error message that the code raises.

`python -m tests.corpus.test_troubleshooting` prints those that it lacks, with `…` where a message has a value.
"""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "troubleshooting.md"
ERRORS = {
    "InputError",
    "DatabaseError",
    "NewerDatabase",
    "DatabaseBusy",
    "DatabaseUnwritable",
    "MissingExtra",
    "CheckFailed",
}
LEAST_LETTERS = 8
"""A message with less text of its own passes on another message."""


def message(node):
    """The literal text of a message, `…` for each value; None where it is not written there."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return f"{message(node.left) or '…'}{message(node.right) or '…'}"
    return None


def raised():
    """Message -> file and line, for every error of ours in the four packages."""
    found = {}
    for package in ("corpus", "crawler", "extractor", "analysis"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and isinstance(node.func, ast.Name)
                    and node.func.id in ERRORS
                    and node.args
                ):
                    text = message(node.args[0])
                    if text and len(re.sub(r"\W|…", "", text)) >= LEAST_LETTERS:
                        found[text] = f"{path.relative_to(ROOT)}:{node.lineno}"
    return found


def documented():
    """Messages that the page holds: the first cell of a table row, in `` … ``."""
    return {found.strip() for found in re.findall(r"^\| ``(.+?)`` \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)}


def test_there_are_many():
    assert len(raised()) > 50


@pytest.mark.parametrize("text", sorted(raised()), ids=lambda text: text[:60])
def test_message_is_documented(text):
    assert text in documented(), f"{raised()[text]}: add it to docs/troubleshooting.md"


def test_no_entry_is_out_of_date():
    assert documented() - set(raised()) == set()


def test_every_entry_says_what_to_do():
    for row in re.findall(r"^\| ``.+?`` \| (.+?) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE):
        assert len(row.split()) >= 4, row


if __name__ == "__main__":
    for text, where in raised().items():
        if text not in documented():
            print(f"{where}\t{text}")
