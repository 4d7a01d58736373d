"""How a skill may be spelled: folding for comparison, and the variants that nobody should have to list.

`fold` and `spell` keep the number of characters, so that an offset into the folded text is an offset into the text.
"""

from __future__ import annotations

import re

_JOINERS = dict.fromkeys(map(ord, "-‐‑‒–—_\u00a0\t\n\u202f\u2009"), " ") | {ord("’"): "'", ord("‘"): "'"}
_BRITISH = {
    "modelling": "modeling",
    "labelling": "labeling",
    "labelled": "labeled",
    "signalling": "signaling",
    "behaviour": "behavior",
    "colour": "color",
    "centre": "center",
    "catalogue": "catalog",
    "analyse": "analyze",
    "defence": "defense",
    "programme": "program",
    "judgement": "judgment",
    "fulfilment": "fulfillment",
}
_AMERICAN = {american: british for british, american in _BRITISH.items()}
_SPELLED_TWICE = re.compile(r"\b(?:" + "|".join(sorted({*_BRITISH, *_AMERICAN}, key=len, reverse=True)) + r")\b")
_IZE = re.compile(r"(?<=[a-z]{3})i[sz](?=(?:e|ed|er|ers|es|ing|ation|ations)\b)")
_ACRONYM = re.compile(r"[A-Z][A-Z0-9&/]*[A-Z0-9]")
_NO_PLURAL = re.compile(
    r"(?:[^a-z]|ing|ness|ity|ship|ence|ance|ware|data|research|learning|ly|ed|ss|us|is|ics|ous|[aeiou]y)$"
)


def fold(text: str) -> str:
    """Lower case, with every hyphen, dash, underscore and white space as a plain blank; same length as `text`."""
    lowered = spell(text).lower()
    return lowered if len(lowered) == len(text) else "".join(map(_lower, spell(text)))


def spell(text: str) -> str:
    """As `fold`, but the letters keep their case."""
    return text.translate(_JOINERS)


def _lower(character: str) -> str:
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def written(alias: str, *, is_exact: bool = False) -> str:
    """The form that `alias` itself is: folded, or with `is_exact` in its own case, single blanks."""
    return " ".join((spell(alias) if is_exact else fold(alias)).split())


def variants(alias: str, *, is_exact: bool = False, inflected: bool = True) -> set[str]:
    """Every form that `alias` stands for, itself included.

    British and American spelling, `&` for `and`, and, with `inflected`, singular and plural of the last word. An
    exact acronym has a plural in `s` only. Some are words that nobody writes (`machine learnings`); they do no harm.
    """
    form = written(alias, is_exact=is_exact)
    if is_exact:
        return {form, form + "s"} if inflected and _ACRONYM.fullmatch(form) else {form}
    found = {form, form.replace(" and ", " & "), form.replace(" & ", " and ")}
    found = {other for one in found for other in _spellings(one)}
    return found | {other for one in found for other in _number(one)} if inflected else found


def _spellings(form: str) -> set[str]:
    """British and American: `optimisation` and `optimization`, `modelling` and `modeling`."""
    swapped = _SPELLED_TWICE.sub(lambda m: _BRITISH.get(m[0]) or _AMERICAN[m[0]], form)
    return {form, swapped} | {_IZE.sub(ending, one) for one in (form, swapped) for ending in ("is", "iz")}


def _number(form: str) -> set[str]:
    last = form.rpartition(" ")[2]
    stem = form[: len(form) - len(last)]
    if len(last) < 4 or not last.isalpha():
        return set()
    if last.endswith("s") and not _NO_PLURAL.search(last):
        return {stem + _singular(last)}
    if _NO_PLURAL.search(last):
        return set()
    if last.endswith("y"):
        return {stem + last[:-1] + "ies"}
    return {stem + last + ("es" if last.endswith(("sh", "ch", "x")) else "s")}


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("shes", "ches", "xes", "sses")) else word[:-1]
