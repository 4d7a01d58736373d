"""The role: its family, and whether its main work is to build machine-learning systems. Title first, then text.

The families are the published title rule (`corpus.roles`). The text is asked only where a title leaves it open:
data scientists who may be analysts, and engineers whose title names no field.
"""

from __future__ import annotations

import re

from corpus.roles import OTHER, may_be_ml, ml_families, role_family
from extractor.components.anchors import Anchors
from extractor.components.page import Page

_MODELLING = Anchors(
    "machine learning", "machine-learning", "deep learning", "neural net", "nlp", "natural language", "computer vision",
    "llm", "pytorch", "tensorflow", "scikit", "predictive", "fine-tun", "inference", "algorithm", " ml ", "recommend",
    "model", "train", "deploy",
)  # fmt: skip
_ANALYSIS = Anchors(
    "a/b test", "experiment", "dashboard", "kpi", "insight", "stakeholder", "metric", "causal", "analytics", "visuali",
    "tableau", "report", "looker", "business",
)  # fmt: skip
_CORE_WORDS = (
    "machine learning",
    "machine-learning",
    "deep learning",
    " ml ",
    "ml/ai",
    "ai/ml",
    "neural net",
    "llm",
    "computer vision",
    "reinforcement learning",
    "ai agents",
    "model training",
    "frontier model",
    "foundation model",
)
_OPEN_TITLE = re.compile(
    r"\b(?:engineers?|developers?|scientists?|researchers?|architects?|programmers?"
    r"|technical staff|hackers?|swe|sde|research (?:intern|fellow|associate|assistant"
    r"|resident)|postdoc\w*|phd)\b"
)
_OTHER_TRADE = re.compile(
    r"\b(?:mechanical|electrical|hardware|civil|chemical|manufacturing|process|structural"
    r"|network|security|sales|solutions?|support|customer|forward deployed|field|site reliability"
    r"|devops|qa|test|quality"
    r"|data|analytics|front[- ]?end|full[- ]?stack|fullstack|back[- ]?end|mobile|ios"
    r"|android|web|platform|product|design|firmware|embedded|rf|optical|ui|ux|user"
    r"|market|clinical|policy|gateway)\b"
)
_AI_BY_THE_WAY = re.compile(
    r"\b(?:software|platform|backend|back-end|product|infrastructure|cloud|systems?"
    r"|senior|staff|principal|lead|sr\.?|founding) (?:software )?(?:engineer|developer"
    r"|architect)\w*\b[ ,(/:|-]"
)
"""Engineers of something that the title says has to do with AI."""
_AI_OUTRIGHT = re.compile(
    r"\b(?:ai|ml|llms?|gen ?ai|generative ai|agent\w*|applied ai|machine learning)[ /-](?:\w+ )?(?:engineer"
    r"|developer|architect|scientist|builder)|\b(?:agents?|agentic|llms?|gen ?ai|generative"
    r"|applied ai|ai (?:applications?|research|models?))\b"
)
_AI_NAMED = re.compile(r"\b(?:ai|llms?|gen ?ai|agents?|agentic)\b")
_CORE = Anchors(*_CORE_WORDS)
_AI_WORDS = Anchors(
    *_CORE_WORDS, "agent", "genai", "generative", "prompt", "fine-tun", "embedding", "pytorch", "inference", "model"
)
_FEW_WORDS = 120
_MOST_NEEDED, _PER_WORD = 6, 350
"""Words of modelling in a long text; characters for each in a short one."""


def read_role(page: Page) -> tuple[bool, str]:
    """Whether the main work is to build, train, deploy or research machine-learning systems; and the role's family.

    The family is the one of `corpus.roles` that the title names; where it names none and the text is plain,
    `ml_engineer`, `research_scientist` or, where the title names AI, `ai_engineer`.
    """
    family = role_family(page.title)
    if family == OTHER and _is_open(page.plain_title):
        if _lives_on_ml(page):
            is_research = "research" in page.plain_title and "engineer" not in page.plain_title
            family = "research_scientist" if is_research else "ml_engineer"
        elif _AI_NAMED.search(page.plain_title) and _speaks_of_ai(page):
            family = "ai_engineer"
    return _is_ml(page, family), family


def _is_ml(page: Page, family: str) -> bool:
    if family not in ml_families():
        return False
    if family == "data_scientist":
        return _builds_models(page)
    if (
        family == "ai_engineer"
        and _AI_BY_THE_WAY.search(page.plain_title)
        and not _AI_OUTRIGHT.search(page.plain_title)
    ):
        return _speaks_of_ai(page)
    if family == "research_scientist" and not _names_field(page.plain_title):
        return _count(page, _CORE) >= 2
    return True


def _is_open(title: str) -> bool:
    """Whether a title leaves the field of the work open."""
    return may_be_ml(title) and _OPEN_TITLE.search(title) is not None and _OTHER_TRADE.search(title) is None


def _names_field(title: str) -> bool:
    return (
        re.search(
            r"\b(?:ai|ml|machine learning|deep learning|nlp|vision|llms?|applied|reinforcement"
            r"|speech|perception|genai|generative)\b",
            title,
        )
        is not None
    )


def _builds_models(page: Page) -> bool:
    """Tells the data scientist who builds models from the one who analyses."""
    if _names_field(page.plain_title.replace("applied", "")):
        return True
    text = page.plain
    modelling = _count(page, _MODELLING)
    if len(text) < _FEW_WORDS * 6:
        return modelling > 0 or "analy" not in text
    analysis = _count(page, _ANALYSIS)
    return modelling >= min(_MOST_NEEDED, len(text) / _PER_WORD) and modelling >= 0.5 * analysis


def _count(page: Page, words: Anchors) -> int:
    """How often these words stand in the text."""
    return sum(len(places) for _, places in page.standing(words))


def _speaks_of_ai(page: Page) -> bool:
    """Whether a text speaks of AI so often that what its engineer builds must be that."""
    count = _count(page, _AI_WORDS)
    return count >= 5 and count * 900 >= len(page.plain)


def _lives_on_ml(page: Page) -> bool:
    """Whether a text speaks of machine learning so often that the work must be that."""
    count = _count(page, _CORE)
    return count >= 4 and count * 600 >= len(page.plain)
