"""One key per employer, however its name is written; and which names only pass postings on."""

from __future__ import annotations

import functools
import re
import unicodedata
from importlib import resources

LEGAL_FORM = re.compile(
    r"[\s,]+(inc|incorporated|llc|l l c|ltd|limited|plc|corp|corporation|co|gmbh|ag|se|sa|sas|sarl|srl|spa|bv|nv|ab|oy|"
    r"as|aps|kk|pte ltd|pty ltd|pvt ltd|private limited|pbc|lp|llp|kg|gmbh & co kg|ug)$"
)
_PUNCTUATION = re.compile(r"[^\w&+#]+")


@functools.lru_cache(maxsize=10_000)  # a board asks for the same name with each posting
def employer_key(name: str) -> str:
    """The name without letter case, accents, punctuation and legal form: `Acmé, Inc.` and `ACME` share `acme`.

    Never empty for a name that is not: what has no letters is its own key.
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    plain = "".join(c for c in folded if not unicodedata.combining(c)).replace("'", "").replace("’", "")
    words = _PUNCTUATION.sub(" ", plain.replace(".", "")).strip()
    shorter = LEGAL_FORM.sub("", words)
    return shorter or words or name.strip().casefold()


@functools.cache
def intermediaries() -> frozenset[str]:
    """Keys of the names in intermediaries.txt."""
    text = resources.files("corpus").joinpath("intermediaries.txt").read_text(encoding="utf-8")
    return frozenset(employer_key(line) for line in text.splitlines() if line.strip() and not line.startswith("#"))
