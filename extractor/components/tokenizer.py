"""The tokenizer: spaCy's own costs more than everything else together, and splits `C++/C#` wrongly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractor.words import split

TOKENS = "mljobs_tokens"


class PostingTokenizer:
    """Text to Doc by one regular expression; the tokens are kept beside the Doc for the skill readers."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """A Doc whose tokens give `text` back, character for character."""
        tokens, blanks = split(text)
        return Doc(self.vocab, words=tokens, spaces=blanks, user_data={TOKENS: (tokens, blanks)})

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


@spacy.registry.tokenizers("mljobs.PostingTokenizer.v1")
def create_tokenizer() -> Callable[[Language], PostingTokenizer]:
    """For `[nlp.tokenizer]` in a pipeline's config."""

    def make(nlp: Language) -> PostingTokenizer:
        return PostingTokenizer(nlp.vocab)

    return make


def tokens_of(doc: Doc) -> tuple[list[str], list[bool]]:
    """Our tokens of a Doc's text, whoever tokenised it."""
    kept = doc.user_data.get(TOKENS)
    return kept if kept is not None else split(doc.text)
