"""Visa sponsorship (offered, refused, or not said) and security clearance (asked for or not)."""

from __future__ import annotations

import re

from extractor.components.page import Anchors, Page

_NO = re.compile(
    r"\b(?:no|not|unable to|cannot|can't|can not|won't|don't|doesn't|do not|does not|isn't|aren't|without|never|ineligible|nor)\b[^.;\n|]{0,70}\b(?:sponsor\w*|visas?\b|immigration support)"
    r"|\b(?:sponsorship|visas?)\b[^.;\n|]{0,45}\b(?:not|unavailable|no\b|isn't|cannot|can't|won't)\b|\bsponsor\w*\s*:\s*\**no\b|\bvisa\s*:\s*\**no\b|\bno (?:visa|sponsorship|h-?1b|c2c)"
)
_YES = re.compile(
    r"\b(?:offer|offers|offering|provide|provides|providing|support|supports|do|can|will|able to|happy to|willing to|open to|available|cover|handle|assist\w*|help\w*|include[sd]?|consider(?:ing)?|may|eligible for)\b[^.;\n|]{0,50}\b(?:sponsor(?:ing|ship)?|visas?\b|immigration)"
    r"|\b(?:visas?|immigration|h-?1b|work permit)\b[^.;\n|]{0,30}\b(?:sponsor(?:ship|ing|ed)?|support|assistance|provided|available|offered|ok|help|transfers?)\b|\bsponsor\w*\b[^.;\n|]{0,45}\b(?:available|provided|offered|possible|supported|considered|yes\b)|[|] ?visa ?(?:sponsorship|ok|welcome)?\s*(?:[|,]|$)|\bwe sponsor\b|\brelocation (?:and|&|/|\+) (?:visa|immigration)|\bvisa\s*:\s*\**yes\b|^\W*visa sponsorship\W*$",
    re.MULTILINE,
)
_ASKED_OF_READER = re.compile(r"\b(?:will|do|would) you\b[^.?\n]{0,80}\b(?:require|need)|\?\s*$|\bneed for accom")
_NOT_VISA = re.compile(
    r"\b(?:executive|event|conference|project|business|program|title|corporate|club|mentor\w*|internal|exec|leadership) sponsor|\bsponsor(?:ed|s)? (?:by|events?|health|benefits|learning|research|401|insurance|medical|conferences?|meetups?|content|projects?)|employer[- ]sponsored|company[- ]sponsored|sponsored (?:posts|products|content|research|by)|\bvisa (?:inc|card|and mastercard|, mastercard)|mastercard"
)
_CLEARANCE = re.compile(
    r"\bsecurity clearance|\btop secret\b|\bts ?/ ?sci\b|\b(?:active |dod |current )?secret clearance|\bpublic trust\b|\bpolygraph\b|\b(?:sc|dv|bpss|nv1|nv2|baseline) clear(?:ance|ed)\b|\bclearance (?:level|required|eligib\w+|is required|type|:)"
    r"|\b(?:obtain|hold|holding|maintain|active|possess|have|requires?|eligible for)\b[^.;\n]{0,35}\bclearance\b|\bcleared (?:position|role|data|engineer|candidates?)\b|\bts clearance|\bgovernment clearance"
)
_NO_CLEARANCE = re.compile(
    r"\b(?:no|not|without|doesn't|isn't)\b[^.;\n]{0,30}\bclearance\b|\bclearance\b[^.;\n]{0,25}\b(?:not|isn't|no longer) (?:be )?(?:required|needed|necessary)|\bclearance (?:required|level)?\s*:\s*\**(?:no|none|n/a)\b|\bsample clearance|\bcustoms clearance"
)


_VISA_NEAR = Anchors("sponsor", "visa", "immigration", "h1b", "h-1b")
_CLEARANCE_NEAR = Anchors("clearance", "top secret", "ts/sci", "public trust", "polygraph", "cleared")


def read_visa_sponsorship(page: Page) -> bool | None:
    """Whether the employer sponsors work visas; None where the text doesn't say. A refusal outranks an offer."""
    text = page.plain
    offered: bool | None = None
    for at in page.places(_VISA_NEAR):
        left, right = page.sentence(at, at + 4, reach=140)
        if _NOT_VISA.search(text, max(left, at - 24), min(right + 20, at + 30, len(text))) or _ASKED_OF_READER.search(
            text, left, min(len(text), right + 1)
        ):
            continue
        if _NO.search(text, left, right):
            return False
        if _YES.search(text, left, right):
            offered = True
    return offered


def read_clearance(page: Page) -> bool:
    """Whether a security clearance is asked for, held or obtainable."""
    text = page.plain
    for at in page.places(_CLEARANCE_NEAR):
        left, right = page.sentence(at, at + 4, reach=120)
        if _CLEARANCE.search(text, left, right) and not _NO_CLEARANCE.search(text, left, right):
            return True
    return False
