"""Where the work is done: remote, hybrid, on site, or not said. Title and place outrank the text."""

from __future__ import annotations

import functools
import re

from corpus.records import WorkMode
from extractor.components.anchors import Anchors
from extractor.components.page import Page, plain
from extractor.components.patterns import either

_IN_FIELD: tuple[tuple[WorkMode, re.Pattern[str]], ...] = (
    ("hybrid", re.compile(r"\bhybrid\b(?! (?:cloud|search|model|app|mobile))")),
    (
        "remote",
        re.compile(
            r"\bremote(?:ly)?\b(?! (?:sensing|control|monitoring))|\banywhere\b|\bworldwide\b"
            r"|\bwork from home\b|\bwfh\b|\btelecommut|\bdistributed\b$"
        ),
    ),
    ("onsite", re.compile(r"\bon-?site\b|\bin[- ]office\b|\bin[- ]person\b")),
)
_HYBRID = either(
    r"(?<!in remote or )\bhybrid[- ](?:work|working|role|position|model of work|schedule|setup|set-up"
    r"|arrangement|policy|environment|office|basis|remote|employment|in-office|flexib\w+"
    r"|approach to work|rhythm|opportunity|company|structure|format|mode|job|\(|-"
    r"|[0-9])"
    r"|\bhybrid model\b(?=[^.\n]{0,60}\b(?:office|days?|remote|home|week)\b)|\b(?:our"
    r"|a|is|in|on a|this) hybrid\b(?=[^.\n]{0,40}\b(?:office|days?|remote|home|week"
    r"|work|role|position|model)\b)|\(hybrid|\bhybrid\)|[|:•/-] ?\**hybrid\b(?! (?:model|search|cloud|retriev"
    r"|approach|system|architect|ai\b|ml\b|\w+ing\b))|\bhybrid\s*[|,]"
    r"|\bin[- ]office (?:at least |a minimum of |for )?"
    r"(?:one|two|three|four|[1-4](?:\s?-\s?[2-4])?)\+? ?(?:x|times|days?)\b"
    r"|#li-hybrid|\bhybrid,? (?:\w+ )?(?:with|from|based|out of)\b"
    r"|\b(?:one|two|three|four|[1-4](?:\s?-\s?[2-4])?)\+? ?(?:or more )?(?:x|times|days?)[^.\n]{0,25}\b(?:in"
    r"|at|from|to) (?:the|our|an?|one of our) ?[^.\n]{0,25}\b(?:office|hub|hq|lab)\b"
    r"|\b(?:office|on-?site|in[- ]office|in[- ]person)(?! (?:perk|gym|meal)|[^.\n]{0,30}\b(?:lunch"
    r"|meals|dinner|snack))[^.\n]{0,30}\b(?:once|twice"
    r"|(?:one|two|three|four|[1-4](?:\s?-\s?[2-4])?)\+? (?:days|times)) (?:a|per|each"
    r"|every|/) ?(?:week|month)"
    r"|\b[1-4](?:\s?-\s?[2-4])? days? (?:a|per|/|each) ?week (?:in|on|at)[- ]?(?:the "
    r"|our )?[^.\n]{0,20}(?:office|site|person)|\bhalf (?:of )?(?:the|your) time[^.\n]{0,20} office"
    r"|required in-office days|\b(?:one|two|three|four|[1-4]) days? (?:in[- ]office"
    r"|on-?site|in[- ]person|remote|from home)"
    r"|\b(?:work|working|workplace|schedule|position|role|job|location)(?: (?:model|schedule"
    r"|arrangement|type|style|setting|mode|policy))?\s*[:\n-]\s*\**hybrid\b"
    r"|(?:^|\n)\W*hybrid\W*(?:\n|$)|\b(?:is|will be|are)(?: an?)? hybrid\b(?! (?:search|cloud|approach"
    r"|of|between|ai|model|platform|app|law|quant|retriev|system))"
    r"|[.,] hybrid ?[.\n|]|\bhybrid work\b|\bflex hybrid\b"
    r"|\bhalf (?:\(50%\) )?(?:of )?(?:the|your|our) time[^.\n]{0,45}\b(?:office|hub|person|site)"
    r"|\b(?:50|60)% (?:of (?:the|your) time )?(?:in|at|from) (?:the|our) [^.\n]{0,20}office"
    r"|\b(?:in[- ]office|in the office|in[- ]person|on-?site) (?:on )?(?:mondays?|tuesdays?|wednesdays?"
    r"|thursdays?)(?! ?(?:to|through|thru|-) ?friday)\b|\banchor days\b"
    r"|\b(?:some|partial|occasional) remote work\b(?! exp)"
    r"|\bwork[- ]from[- ]home days?\b"
    r"|\bremote work [^.\n]{0,12}\((?:[1-4]|one|two|three)\b[^)\n]{0,6} days?\b"
    r"|\bsome of (?:their|your) (?:working )?time (?:working )?(?:in|at|from) (?:the|our|an) office\b"
    r"|\b(?:combination|mix|blend|balance) of (?:working )?(?:from )?(?:in[- ]person|in[- ]office|office|on-?site"
    r"|home"
    r"|remote)\b[^.\n]{0,40}\b(?:home|remote(?:ly)?|office|in[- ]person)\b"
    r"|\b(?:[2-4]|two|three|four)x? ?(?:days? ?)?(?:/|a|per) ?(?:week|wk)\b[^.\n]{0,25}\b(?:office"
    r"|on-?site|in[- ]person)"
    r"|\bpartial(?:ly)? (?:on-?site|in[- ](?:office|person)|remote)\b"
    r"|\bhybrid options?\b|\bflexible[ ,/]+hybrid\b|\bremote days\b|\bhybrid ways? of working\b"
)
_REMOTE = either(
    r"\b(?:fully|100%|entirely|completely|all|mostly|primarily|permanently|globally"
    r"|full)[- ]remote|\bremote[- ]?(?:first|only|friendly|based|native|work(?:ing)? (?:environment"
    r"|from|within|is|available|possible|anywhere|position|opportunity|within)|role"
    r"|position|job\b|opportunit|company|team\b(?= (?:of|across|with))|options?|flexibility"
    r"|possible|anywhere|within|or (?:in|on|from|hybrid(?! (?:env|team|sett)))|work(?:ing)? opportunit"
    r"|work options?|candidates|eligible|\+|in (?:the )?(?:us|u\.s|usa|uk|europe|eu"
    r"|canada|india|latam)\b|\(|\||-|–|,|ok\b|from)"
    r"|\((?:[^)\n]{0,25}[ ,/])?remote\b|[|•] ?\**remote\b|\b(?:location|workplace"
    r"|work (?:location|type|mode|model|setting|arrangement)|job (?:location|type)"
    r"|remote(?:\?)?)\s*:\s*\**[^\n]{0,50}?\b(?:remote|yes|anywhere)\b|\bfully[- ]remote\b"
    r"|\bremote\b(?= ?\||\)| ?/ ?| ?$)|#li-remote|#remote"
    r"|(?:^|\n)[-*• ]*remote(?: work)?(?=\n|$)|\b(?:do|perform) (?:this|the) (?:job"
    r"|role|work) remotely|\bwork(?:ing)? (?:fully |100% )?(?:remotely|from anywhere"
    r"|from home)\b(?! (?:1|one|two|2|when|as needed|if needed|occasional|flexib|stipend|allowance|budget|support"
    r"|equipment"
    r"|some|up to|on (?:mon|fri|wed|tue|thu)))(?<!flexibility to work from home)(?<!ability to work from home)"
    r"|\b(?:performed|done|based|located|worked"
    r"|hired|work) remotely\b|\b(?:can|may|will) (?:be|work) (?:\w+ )?remote\b|\b(?:is"
    r"|are|be) (?:a )?remote\b(?! sens)|, remote(?:;|\n|$)|\bor remote\b(?! (?:env|team|sett|intern))"
    r"|(?<!\bin )\bremote or\b"
    r"|\bdistributed (?:team|company|workforce)\b(?=[^.\n]{0,40}\b(?:globe|world|countries"
    r"|time ?zones)\b)"
    r"|\bflexible[ ,/]+(?:fully )?remote (?:work|environment|culture)|\bas a (?:fully )?remote team\b"
    r"|\bremote environment\b|\b(?:categori[sz]ed|classified|designated|listed) as (?:a )?(?:fully )?remote\b"
    r"|\b(?:or|be|is) remotely (?:based|from|in)\b|\bor remotely\b(?! as)|\bremotely from (?:any|home)"
    r"|\b(?:location|workplace)\s*-\s*remote\b|\b100 ?%? remote\b|\bfilled remotely\b"
    r"|(?:^|\n)\W*remote (?:usa?|u\.s\.|uk|europe|emea|canada|india|latam|apac)\b"
    r"|\bremote working (?:options?|possible|available|policy)|(?:^|\n)[-*• ]*remote working(?=\n|$)"
    r"|(?<!not )\bopen to (?:fully |100% )?remote\b(?! sens)"
    r"|\bremote (?:freelance|full[- ]time|part[- ]time|contract)\b"
    r"|\b(?:opportunity|position|role|contract) remotely\b"
    r"|\bhome office\s*:\s*yes\b|\bwork from (?:wherever|any ?where|any location)\b|\blive and work anywhere\b"
)
_ONSITE = either(
    r"\b(?:fully |100% |strictly |this is an? |an )on-?site\b|\(on-?site|[|•:] ?\**on-?site\b"
    r"|\bon-?site (?:role|position|only|job|work\b|in\b|at\b|from|,|\||five|5)|\bon-?site\)"
    r"|\bon-?site ?[|]|\bnon-remote\b|\bin[- ]person(?:, full[- ]time)? (?:role|position|company|team|culture|in|5|five"
    r"|at our|work\b|only|\()|\b(?:working|work|together|role is|are|fully|100%"
    r"|entirely) (?:fully |primarily |entirely )?in[- ]person\b"
    r"|\b(?:5|five) days (?:a|per|/|each) ?(?:week )?(?:in|on|at|from)?[- ]?(?:the "
    r"|our )?[^.\n]{0,20}(?:office|site|person)|\bin[- ]office (?:role|position|5"
    r"|five|culture|company|only|full)|\bin(?: the| our)? office (?:5|five) days|\b(?:no"
    r"|not) (?:a )?remote\b|\bnot (?:open to|offer|offering|available for|eligible for) remote"
    r"|\bwork(?:ing)? from our [^.\n]{0,30} office\b|\bremote (?:work )?is not"
    r" (?:possible|available|offered|allowed|supported|permitted|an option)"
    r"|\bwork is (?:typically |generally |primarily |usually |normally )?(?:based|performed|done) in an?"
    r" [^.\n]{0,20}\boffice"
    r"|\bremote work is not\b|\b(?:will be"
    r"|is|are) in[- ]office (?:at|in)\b|\b(?:work )?location\s*:\s*\**(?:in[- ]person"
    r"|on-?site|in[- ]office)|, on-?site,|\bmust (?:work|be) (?:on-?site|in[- ]office)\b"
    r"|\bcollaborate (?:primarily )?in[- ]person (?:across|at|in) our\b|\bin office monday"
    r"|\bmonday (?:to|through|-) friday,? in (?:the )?office"
    r"|#l[i1]-on-?site\b|\(in[- ](?:person|office)\)|(?:^|\n)\W*on-?site(?:\W*(?:\n|$)|,| - )"
    r"|, on-?site(?=\n|$| http)|\bfull[- ]?time,? (?:on-?site|in[- ](?:office|person))\b"
    r"|\brequire(?:s|d)? (?:to )?(?:(?:be performed|be done|report|work|be) )?(?:fully )?(?:on-?site"
    r"|in[- ](?:office|person))\b"
    r"|\b(?:working|work|build) alongside us (?:in|from|at) our [^.\n]{0,30}\boffice"
    r"|\bweekday (?:\([^)\n]{0,20}\) )?attendance in (?:an|the|our) office"
    r"|\bwork (?:primarily|mainly|full[- ]time) (?:from|in|at|out of) (?:our|the) [^.\n]{0,24}\b(?:office|hq"
    r"|headquarters|lab)\b"
    r"|\bon site (?:5|five) days\b|\boffice-first\b|\bin-office-first\b|\b(?:operating status|work (?:model|setting"
    r"|arrangement|type))\s*[:\n]\s*\**(?:in[- ]person"
    r"|on-?site|in[- ]office)"
    r"|\b(?:location|place of work|office)\s*:[^\n]{0,60}?[ /|,(-]on-?site\b(?! (?:or|and|/) )"
    r"|[ -]- ?on-?site(?=\s*(?:\n|$))"
    r"|\bremote\s*[:?]\s*\**no\b|\b(?:we're|we are|as) an in[- ]person\b(?! (?:event|interview|meeting))"
    r"|\b(?:role|position|job) (?:is|will be) (?:currently )?(?:based )?(?:on-?site|in[- ](?:person|office))\b"
)
_NOT_REMOTE = either(
    r"\b(?:temporarily|currently) remote\b|\bremote (?:during|until|due to|because of)\b"
    r"|\b(?:no|not|isn't|is not|cannot be|can't be|non)[- ](?:a |an |any |fully |available "
    r"|eligible for |open to |offer |offering )?remote|\bremote[^.\n]{0,20}\bnot (?:available"
    r"|possible|an option|offered|supported)|\bremote: no\b"
    r"|\b(?:don't|do not|does not|doesn't|cannot|can't|unable to) (?:currently )?(?:offer|support|allow|consider"
    r"|accept)"
    r" (?:\w+ or )?remote\b(?! work from)"
)
_REMOTE_NEAR = Anchors(
    "remote", "from home", "from any", "work anywhere", "from wherever", "distributed", "home office"
)
_REMOTE_WORD = Anchors("remote")
_HYBRID_NEAR = Anchors(
    "hybrid", "some of their time", "some of your time",
    " days", "1 day", "one day", "day a week", "twice", "once", " half",
    "50%", "60%", "tuesday", "monday", "some remote", "partial", "occasional remote", "combination of", "mix of",
    "blend of", "balance of", "a week", "per week", "/week",
)  # fmt: skip
_ONSITE_NEAR = Anchors("site", "onsite", "office", "person", "remote")


@functools.lru_cache(maxsize=4096)
def _of_field(field: str) -> WorkMode | None:
    return next((mode for mode, pattern in _IN_FIELD if pattern.search(field)), None)


def read_work_mode(page: Page) -> WorkMode | None:
    """The mode that title or place names, else the text's; None where nothing is said. An address says nothing."""
    for field in (page.plain_title, plain(page.location)):
        if field and (mode := _of_field(field)) is not None:
            return mode
    return _of_text(page)


def _of_text(page: Page) -> WorkMode | None:
    """Remote where one may choose it; else hybrid before on site."""
    in_head = {word[0].upper() for word in _IN_HEAD.findall(page.text[:_HEAD].partition("\n")[0])}
    remote = "R" in in_head or _near(page, _REMOTE_NEAR, _REMOTE)
    if remote and _near(page, _REMOTE_WORD, _NOT_REMOTE):
        remote = False
    hybrid = _near(page, _HYBRID_NEAR, _HYBRID)
    if hybrid and remote and not _near(page, _REMOTE_WORD, _EITHER):
        remote = False
    if remote:
        return "remote"
    if hybrid or "H" in in_head:
        return "hybrid"
    return "onsite" if "O" in in_head or _near(page, _ONSITE_NEAR, _ONSITE) else None


_IN_HEAD = re.compile(r"\b(?:REMOTE|HYBRID|ON-?SITE)\b(?! (?:SENSING|CONTROL))")
"""Forums and boards say it in capitals on the first line."""
_HEAD = 300
_EITHER = either(
    r"\b(?:hybrid|on-?site|in[- ]office|in-person)(?: or |/| and |, )(?:fully )?remote\b"
    r"|\bremote(?: or |/|, | \()(?:hybrid|on-?site|in[- ]office)|\b(?:location|workplace)\s*:[^\n]{0,60}\bremote\b"
)


def _near(page: Page, anchors: Anchors, pattern: re.Pattern[str]) -> bool:
    """Whether a pattern stands within reach of one of its anchors: cheaper than a search of the whole text."""
    text = page.plain
    return any(pattern.search(text, max(0, at - 60), min(len(text), at + 70)) for at in page.places(anchors, step=20))
