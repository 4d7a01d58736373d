"""Where the work is done: remote, hybrid, on site, or not said. Title and place outrank the text."""

from __future__ import annotations

import re

from corpus.records import WorkMode
from extractor.components.page import Anchors, Page, plain

_IN_FIELD: tuple[tuple[WorkMode, re.Pattern[str]], ...] = (
    ("hybrid", re.compile(r"\bhybrid\b(?! (?:cloud|search|model|app|mobile))")),
    (
        "remote",
        re.compile(
            r"\bremote(?:ly)?\b(?! (?:sensing|control|monitoring))|\banywhere\b|\bworldwide\b|\bwork from home\b|\bwfh\b|\btelecommut|\bdistributed\b$"
        ),
    ),
    ("onsite", re.compile(r"\bon-?site\b|\bin[- ]office\b|\bin[- ]person\b")),
)
_HYBRID = re.compile(
    r"\bhybrid[- ](?:work|working|role|position|model of work|schedule|setup|set-up|arrangement|policy|environment|office|team|basis|remote|in-office|flexib\w+|approach to work|rhythm|opportunity|company|structure|format|mode|job|\(|-|[0-9])"
    r"|\bhybrid model\b(?=[^.\n]{0,60}\b(?:office|days?|remote|home|week)\b)|\b(?:our|a|is|in|on a|this) hybrid\b(?=[^.\n]{0,40}\b(?:office|days?|remote|home|week|work|role|position|model)\b)|\(hybrid|\bhybrid\)|[|:•-] ?\**hybrid\b|\bhybrid ?[|,]|#li-hybrid|\bhybrid,? (?:\w+ )?(?:with|from|based|out of)\b"
    r"|\b(?:one|two|three|four|[1-4](?:\s?-\s?[2-4])?)\+? ?(?:x|times|days?)[^.\n]{0,25}\b(?:in|at|from|to) (?:the|our|an?|one of our) ?[^.\n]{0,25}\b(?:office|hub|hq|lab)\b|\b(?:office|on-?site|in[- ]office|in[- ]person)[^.\n]{0,30}\b(?:once|twice|(?:one|two|three|four|[1-4](?:\s?-\s?[2-4])?)\+? (?:days|times)) (?:a|per|each|every|/) ?(?:week|month)"
    r"|\b[1-4](?:\s?-\s?[2-4])? days? (?:a|per|/|each) ?week (?:in|on|at)[- ]?(?:the |our )?[^.\n]{0,20}(?:office|site|person)|\bhalf (?:of )?(?:the|your) time[^.\n]{0,20} office|required in-office days|\b(?:one|two|three|four|[1-4]) days? (?:in[- ]office|on-?site|in[- ]person|remote|from home)"
)
_REMOTE = re.compile(
    r"\b(?:fully|100%|entirely|completely|all|mostly|primarily|permanently|globally|full)[- ]remote|\bremote[- ]?(?:first|only|friendly|based|native|work(?:ing)? (?:environment|from|within|is|available|possible|anywhere|position|opportunity|within)|role|position|job\b|opportunit|company|team\b(?= (?:of|across|with))|options?|flexibility|possible|anywhere|within|or (?:in|hybrid|on|from)|in (?:the )?(?:us|u\.s|usa|uk|europe|eu|canada|india|latam)\b|\(|\||-|–|,|ok\b|from)"
    r"|\((?:[^)\n]{0,25}[ ,/])?remote\b|[|•] ?\**remote\b|\b(?:location|workplace|work (?:location|type|mode|model|setting|arrangement)|job (?:location|type)|remote(?:\?)?)\s*:\s*\**[^\n]{0,50}?\b(?:remote|yes|anywhere)\b|\bfully[- ]remote\b|\bremote\b(?= ?\||\)| ?/ ?| ?$)|#li-remote|#remote"
    r"|\bwork(?:ing)? (?:fully |100% )?(?:remotely|from anywhere|from home)\b(?! (?:1|one|two|2) )|\b(?:performed|done|based|located|worked|hired|work) remotely\b|\b(?:can|may|will) (?:be|work) (?:\w+ )?remote\b|\b(?:is|are|be) (?:a )?remote\b(?! sens)|, remote(?:;|\n|$)|\bor remote\b|\bremote or\b|\bdistributed (?:team|company|workforce)\b(?=[^.\n]{0,40}\b(?:globe|world|countries|time ?zones)\b)"
)
_ONSITE = re.compile(
    r"\b(?:fully |100% |strictly |this is an? |an )on-?site\b|\(on-?site|[|•:] ?\**on-?site\b|\bon-?site (?:role|position|only|job|work\b|in\b|at\b|from|,|\||five|5)|\bon-?site\)|\bon-?site ?[|]|\bin[- ]person (?:role|position|company|team|culture|in|5|five|at our|work\b|only|\()|\b(?:working|work|team|together|role is|are|fully|100%|entirely) (?:fully |primarily |entirely )?in[- ]person\b"
    r"|\b(?:5|five) days (?:a|per|/|each) ?(?:week )?(?:in|on|at|from)?[- ]?(?:the |our )?[^.\n]{0,20}(?:office|site|person)|\bin[- ]office (?:role|position|5|five|culture|company|only|full)|\bin(?: the| our)? office (?:5|five) days|\b(?:no|not) (?:a )?remote\b|\bnot (?:open to|offer|offering|available for|eligible for) remote|\bwork(?:ing)? from our [^.\n]{0,30} office\b|\bremote work is not\b|\bmust (?:work|be) (?:on-?site|in[- ]office)\b"
)
_NOT_REMOTE = re.compile(
    r"\b(?:no|not|isn't|is not|cannot be|can't be|non)[- ](?:a |an |fully |available |eligible for |open to |offer |offering )?remote|\bremote[^.\n]{0,20}\bnot (?:available|possible|an option|offered|supported)|\bremote: no\b"
)
_REMOTE_NEAR = Anchors("remote", "from home", "from anywhere", "distributed")
_REMOTE_WORD = Anchors("remote")
_HYBRID_NEAR = Anchors("hybrid", " days", "1 day", "one day", "day a week", "twice", "once", " half")
_ONSITE_NEAR = Anchors("site", "onsite", "office", "person", "remote")


def read_work_mode(page: Page) -> WorkMode | None:
    """The mode that title or place names, else the text's; None where nothing is said. An address alone says nothing."""
    for field in (page.plain_title, plain(page.location)):
        for mode, pattern in _IN_FIELD:
            if pattern.search(field):
                return mode
    return _of_text(page)


def _of_text(page: Page) -> WorkMode | None:
    """Remote where one may choose it; else hybrid before on site."""
    remote = _near(page, _REMOTE_NEAR, _REMOTE)
    if remote and _near(page, _REMOTE_WORD, _NOT_REMOTE):
        remote = False
    hybrid = _near(page, _HYBRID_NEAR, _HYBRID)
    if hybrid and remote and not _near(page, _REMOTE_WORD, _EITHER):
        remote = False
    if remote:
        return "remote"
    if hybrid:
        return "hybrid"
    return "onsite" if _near(page, _ONSITE_NEAR, _ONSITE) else None


_EITHER = re.compile(
    r"\b(?:hybrid|on-?site|in[- ]office|in-person)(?: or |/| and |, )(?:fully )?remote\b|\bremote(?: or |/|, | \()(?:hybrid|on-?site|in[- ]office)|\b(?:location|workplace)\s*:[^\n]{0,60}\bremote\b"
)


def _near(page: Page, anchors: Anchors, pattern: re.Pattern[str]) -> bool:
    """Whether a pattern stands within reach of one of its anchors: cheaper than a search of the whole text."""
    text = page.plain
    return any(pattern.search(text, max(0, at - 60), min(len(text), at + 70)) for at in page.places(anchors, step=20))
