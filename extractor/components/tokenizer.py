"""A tokenizer for Docs of postings: keeps `C++`, `C#`, `.NET` and `Node.js`, and splits `C++/C#` and `SQL;Go`."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from spacy import util
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

TEXT = "mljobs_text"
"""Key in `doc.user_data` of the text: a Doc gives its text only by joining its tokens, which takes as long as they."""
_TOKEN = re.compile(
    r"("
    r"\w+(?:\+\+(?![A-Za-z])|\#(?!\w)|\.(?:[Jj][Ss]|ai|io|[Nn][Ee][Tt]|py|jl)\b|(?:(?<=\d)[.,]\d+)+)?"
    r"|\.(?:NET|Net|net)\b"
    r"|[^\S ]+| {2,}|\S| )( ?)"
)


class PostingTokenizer:
    """Text to Doc by one regular expression."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """A Doc whose tokens give `text` back, character for character."""
        pairs = _TOKEN.findall(text)
        doc = Doc(self.vocab, words=[token for token, _ in pairs], spaces=[blank != "" for _, blank in pairs])
        doc.user_data[TEXT] = text
        return doc

    def to_bytes(self, **_: object) -> bytes:
        """Nothing to keep: the tokenizer is code."""
        return b""

    def from_bytes(self, _data: bytes, **_: object) -> PostingTokenizer:
        """Itself."""
        return self

    def to_disk(self, _path: str | Path, **_: object) -> None:
        """Nothing to keep."""

    def from_disk(self, _path: str | Path, **_: object) -> PostingTokenizer:
        """Itself."""
        return self


@util.registry.tokenizers("mljobs.PostingTokenizer.v1")  # type: ignore[untyped-decorator]
def create_tokenizer() -> Callable[[Language], PostingTokenizer]:
    """For `[nlp.tokenizer]` in a pipeline's config."""

    def make(nlp: Language) -> PostingTokenizer:
        return PostingTokenizer(nlp.vocab)

    return make
