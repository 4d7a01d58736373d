"""What the work consists of, the industries that are asked for, and passing mentions that readers count."""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from typing import Any

from extractor.components.anchors import Anchors
from extractor.components.page import SILENT_SECTIONS, Page
from extractor.components.patterns import either

_BOOTCAMP = re.compile(r"\b(?:coding |data science |code )?boot ?-?camps?\b")
_INTERNSHIP = either(r"\binternships?\b|\bco-ops?\b|\bprior intern\b")
_PORTFOLIO = either(
    r"\bportfolio of (?:[\w/-]+ ){0,3}(?:work|projects|code|models|applications|apps"
    r"|products|ml|open|side|personal|past|previous|research)|\b(?:your|online|github"
    r"|project|personal|strong|coding|code|design|a) portfolio\b(?! (?:companies|company"
    r"|of (?:companies|clients|brands|products and services)|management|construction"
    r"|optimi))|\bgithub (?:profile|account|link|repos?|or)|\bkaggle\b|\bside[- ]projects?\b"
    r"|\bpersonal projects?\b|\blinks? to (?:your )?(?:github|projects|work)"
)
_PUBLICATIONS = either(
    r"\bpublications?\b(?! (?:of|for) (?:our|the company))|\bpublished (?:papers?"
    r"|research|work|author|in|at|articles?)|\b(?:neurips|nips|icml|iclr|cvpr|iccv"
    r"|eccv|acl|emnlp|naacl|kdd|aaai|sigir|interspeech|siggraph|corl|iros|icra|recsys)\b"
    r"|\bpeer[- ]reviewed\b|\b(?:top[- ]tier|leading|top|major|ml|ai) (?:ai |ml )?(?:conferences?"
    r"|venues?|journals?)\b|\bpublish(?:ing)? (?:papers?|research|in|at|your|novel)"
)
_ASKS_INDUSTRY = re.compile(
    r"\b(?:experience|background|knowledge|familiar(?:ity)?|expertise|understanding"
    r"|exposure|interest(?:ed)?|passion(?:ate)?|track record|worked|working)\b[^.;\n]{0,60}$"
)
_ASKS_AFTER = re.compile(
    r"^[^.;\n]{0,30}\b(?:experience|background|expertise|domain knowledge|industry (?:experience|knowledge))\b"
)
_LISTED = frozenset({"required", "preferred", "other"})


_NEAR = {
    _BOOTCAMP: Anchors("bootcamp", "boot camp", "boot-camp"),
    _INTERNSHIP: Anchors("internship", "co-op", "prior intern"),
    _PORTFOLIO: Anchors("portfolio", "github", "kaggle", "side project", "side-project", "personal project"),
    _PUBLICATIONS: Anchors(
        "publi",
        "neurips",
        "nips",
        "icml",
        "iclr",
        "cvpr",
        "iccv",
        "emnlp",
        "kdd",
        "aaai",
        "peer",
        "venues",
        "conference",
        "journal",
    ),
}


def read_mentions(page: Page) -> tuple[bool, bool, bool, bool]:
    """Whether a bootcamp, an internship, a portfolio of own work, and publications are mentioned of the reader."""
    bootcamp, internship, portfolio, publications = (_mentions(page, pattern) for pattern in _NEAR)
    return bootcamp, internship or "intern" in page.plain_title.split(), portfolio, publications


def _mentions(page: Page, pattern: re.Pattern[str]) -> bool:
    text = page.plain
    return any(
        pattern.search(text, max(0, at - 24), min(len(text), at + 70)) and page.section(at) not in SILENT_SECTIONS
        for at in page.places(_NEAR[pattern])
    )


def read_tasks(page: Page) -> tuple[str, ...]:
    """Ids of taxonomy/tasks.toml whose signs stand outside of the parts on the employer, in the file's order."""
    signs, task_of, order = _TASKS
    found: set[str] = set()
    for sign, places in page.standing(signs):
        task = task_of[sign]
        if task not in found and page.section(places[0]) not in SILENT_SECTIONS:
            found.add(task)
    return tuple(task for task in order if task in found)


def read_industries(page: Page) -> tuple[str, ...]:
    """Ids of taxonomy/industries.toml in which experience or interest is asked for, in the file's order."""
    words, industry_of, order = _INDUSTRIES
    found = {
        industry_of[word]
        for word, places in page.standing(words)
        if any(_is_asked(page, at, len(word)) for at in places)
    }
    return tuple(industry for industry in order if industry in found)


def _is_asked(page: Page, at: int, length: int) -> bool:
    """Whether the industry's name at an offset is a word of its own beside one of experience, in a list of asks."""
    text = page.plain
    if (
        (at and text[at - 1].isalnum())
        or text[at + length : at + length + 1].isalnum()
        or page.section(at) not in _LISTED
    ):
        return False
    if _ASKS_INDUSTRY.search(text, max(0, at - 90), at):
        return True
    return _ASKS_AFTER.match(text[at + length : at + length + 70]) is not None


_Signs = tuple[Anchors, dict[str, str], tuple[str, ...]]
"""All signs, the topic of each, and the topics in the order of their file."""


def _signs(topics: dict[str, list[str]]) -> _Signs:
    topic_of = {sign: topic for topic, signs in topics.items() for sign in signs}
    return Anchors(*topic_of, whole=True), topic_of, tuple(topics)


def _data(name: str) -> dict[str, Any]:
    return tomllib.loads(resources.files("extractor.taxonomy").joinpath(f"{name}.toml").read_text(encoding="utf-8"))


_TASKS = _signs({row["id"]: row["signs"] for row in _data("tasks")["task"]})
_INDUSTRIES = _signs(_data("industries")["words"])
