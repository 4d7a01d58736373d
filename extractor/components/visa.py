"""Visa sponsorship (offered, refused, or not said) and security clearance (asked for or not)."""

from __future__ import annotations

import re

from extractor.components.anchors import Anchors
from extractor.components.page import Page
from extractor.components.patterns import either

_NO = either(
    r"\b(?:no|not|unable to|cannot|can't|can not|won't|don't|doesn't|do not|does not"
    r"|isn't|aren't|without|never|ineligible|nor)\b(?! (?:shy|hesitate|mind))[^.;\n|]{0,70}\b(?:sponsor\w*|visas?\b"
    r"|immigration support|h-?1-?b?\b)"
    r"|\b(?:sponsorships?|visas?)\b[^.;\n|]{0,45}\b(?:not|unavailable|no\b|isn't|cannot"
    r"|can't|won't)\b|\bsponsor\w*\s*:\s*\**no\b|\bvisa\s*:\s*\**(?:no|not|only)\b"
    r"|\bno (?:visa|sponsorship|h-?1-?b|c2c)"
)
_SPONSORING = (
    r"(?:sponsorship|sponsoring|sponsor(?:/[a-z]+)? (?:[\w/-]+,? ){0,5}(?:visas?|h-?1-?b"
    r"|candidates|applicants?|employment|work permits?|you)\b)"
)
_YES = either(
    r"\b(?:offer|offers|offering|provide|provides|providing|support|supports|do|can"
    r"|will|able to|happy to|willing to|open to|available|consider(?:ing)?|may|eligible for"
    rf"|includ(?:e|es|ing)|we)\b[^.;\n|]{{0,50}}\b{_SPONSORING}"
    r"|\b(?:offer|provide|support|help|assist|handle|cover|arrange|sponsor(?:/[a-z]+)?"
    r"|take care of|pay for)(?:s|ing|ance)?\b (?:[\w&/-]+ ){0,6}"
    r"(?:visas?|immigration|work permits?)\b(?!,? inc)(?!, [a-z]+,)"
    r"|\b(?:visas?|immigration|h-?1-?b|work permit)\b[^.;\n|]{0,30}\b(?:sponsor(?:ship"
    r"|ing|ed)?|support|assistance|provided|available|offered|ok|help|transfers?)\b"
    r"|\bsponsorships?\b[^.;\n|]{0,45}\b(?:available|provided|offered|possible|supported"
    r"|considered|yes\b)|[|] ?visas? ?(?:sponsorship|ok|welcome)?\s*(?:[|,]|$)|\bwe sponsor\b(?! (?:events"
    r"|meetups|the))|\b(?:relocation|onsite|remote)(?: and|,| &| /|/| \+| with) (?:visa"
    r"|immigration)\b|\bvisa\s*:\s*\**yes\b|\btransfer (?:existing |h-?1-?b )?visas\b"
    r"|\bopen (?:for|to) [^.;\n]{0,20}\ball visas?\b"
    r"|\bconsider [^.;\n]{0,30}\bneed[^.;\n]{0,10}\bvisa\b|^\W*visa sponsorship\W*$",
    re.MULTILINE,
)
_IN_HEAD = re.compile(r"\b(?:VISA|H-?1B)\b")
_HEAD = 300
_NOT_AN_OFFER = re.compile(
    r"\bclearances?\b|\b(?:will|do|would) you\b[^.?\n]{0,80}\b(?:require|need)|\?\s*$|\bneed for accom"
)
_NOT_VISA = either(
    r"\b(?:executive|event|conference|project|business|program|title|corporate|club"
    r"|mentor\w*|internal|exec|leadership) sponsor|\bsponsor(?:ed|s)? (?:by|events?"
    r"|health|benefits|learning|research|401|insurance|medical|conferences?|meetups?"
    r"|content|projects?)|employer[- ]sponsored|company[- ]sponsored|sponsored (?:posts"
    r"|products|content|research|by)|\bvisa (?:inc|card|and mastercard|, mastercard)"
    r"|mastercard|\bvisa's\b(?! for)|\bat visa\b"
    r"|\bvisa (?:is|has|was|employees|team|network|cards?)\b(?! (?:available|provided|offered|ok|not))"
)
_CLEARANCE = either(
    r"\bsecurity clearance|\btop secret\b|\bts ?/ ?sci\b|\b(?:active |dod |current )?secret clearance"
    r"|\bpublic trust\b|\bpolygraph\b|\b(?:sc|dv|bpss|nv1|nv2|baseline) clear(?:ance"
    r"|ed)\b|\bclearance (?:level|required|eligib\w+|is required|type|:)"
    r"|\b(?:obtain|hold|holding|maintain|active|possess|have|requires?|eligible for)\b[^.;\n]{0,35}\bclearance\b"
    r"|\bcleared (?:position|role|data|engineer|candidates?)\b|\bts clearance|\bgovernment clearance"
)
_NO_CLEARANCE = either(
    r"\b(?:no|not|without|doesn't|isn't)\b[^.;\n]{0,30}\bclearance\b|\bclearance\b[^.;\n]{0,25}\b(?:not"
    r"|isn't|no longer) (?:be )?(?:required|needed|necessary)|\bclearance (?:required"
    r"|level)?\s*:\s*\**(?:no|none|n/a)\b|\bsample clearance|\bcustoms clearance"
)


_VISA_NEAR = Anchors("sponsor", "visa", "immigration", "h1", "h-1b", "work permit")
_CLEARANCE_NEAR = Anchors("clearance", "top secret", "ts/sci", "public trust", "polygraph", "cleared")


def read_visa_sponsorship(page: Page) -> bool | None:
    """Whether the employer sponsors work visas; None where the text doesn't say. A refusal outranks an offer."""
    text = page.plain
    head = page.text[:_HEAD].partition("\n")[0]
    offered = True if _IN_HEAD.search(head) else None
    for at in page.places(_VISA_NEAR):
        left, right = page.sentence(at, at + 4, reach=140)
        if _NOT_VISA.search(text, max(left, at - 24), min(right + 20, at + 30, len(text))) or _NOT_AN_OFFER.search(
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
