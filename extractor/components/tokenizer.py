"""The tokenizer: spaCy's own costs more than the whole reader may, and splits `C++/C#` wrongly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extractor.words import Words, split, tokens

WORDS, TEXT = "mljobs_words", "mljobs_text"


class PostingTokenizer:
    """Text to Doc by one regular expression; the words are kept beside the Doc for the skill readers."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        """A Doc whose tokens give `text` back, character for character."""
        read = split(text)
        words, spaces = tokens(read)
        return Doc(self.vocab, words=words, spaces=spaces, user_data={WORDS: read, TEXT: text})

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


def text_of(doc: Doc) -> str:
    """The Doc's text; spaCy puts it together from the tokens each time that it is asked."""
    text: str | None = doc.user_data.get(TEXT)
    if text is None:
        text = doc.user_data[TEXT] = doc.text
    return text


def words_of(doc: Doc) -> Words:
    """The words of a Doc's text, whoever tokenised it; made once."""
    read: Words | None = doc.user_data.get(WORDS)
    if read is None:
        read = doc.user_data[WORDS] = split(text_of(doc))
    return read
