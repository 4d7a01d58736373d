"""Which language a text is in. Pure: no file, no clock."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from corpus.trust import trust

if TYPE_CHECKING:
    from collections.abc import Callable

_ENGLISH = frozenset(
    "the and you your our with will are that this from have their who which what they has of for to is be by or as can "
    "at on an more not".split()
)
_FOREIGN = frozenset(
    "der die das und ist wir mit für sie le la les et des du un une nous pour el los las y en del para il di che e per "
    "con het een van je wij och att det som vi og w na z do jest de que os da ve bir är på".split()
)
"""Words that are frequent in other languages and rare in English; a few of them are names (`Rio de la Plata`)."""
_ENGLISH_WORD_EVERY = 80
"""Characters: even lists of duties have more than one in eighty."""
_MOST_FOREIGN = 1


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the text's language; None where there is too little text to tell.

    Looks at the middle: a text may begin with the employer's words about itself, in another language. Most texts
    are plainly English, which a glance tells thirty times as fast as the classifier; the classifier has the rest.
    """
    if len(text) < trust().language_least_characters:
        return None
    begin = max(0, (len(text) - trust().language_looked_at) // 2)
    part = text[begin : begin + trust().language_looked_at]
    return "en" if is_plainly_english(part) else _classifier()(part)[0]


def is_plainly_english(text: str) -> bool:
    """Whether frequent English words say so, two different ones at least, and hardly a foreign word objects."""
    words = text.lower().split()
    different = _ENGLISH.intersection(words)
    if len(different) < 2 or sum(map(words.count, different)) * _ENGLISH_WORD_EVERY < len(text):
        return False
    return len(_FOREIGN.intersection(words)) <= _MOST_FOREIGN and len(text.encode()) < 1.1 * len(text)


@functools.cache
def _classifier() -> Callable[[str], tuple[str, float]]:
    """Among languages with a two-letter code: rarer ones are guessed for lists of names."""
    import py3langid

    py3langid.set_languages([name for name, _ in py3langid.rank("") if len(name) == 2])
    classify: Callable[[str], tuple[str, float]] = py3langid.classify
    return classify
