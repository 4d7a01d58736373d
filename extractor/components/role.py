"""The role: its family, and whether its main work is to build machine-learning systems. Title first, then text.

The families are the published title rule (`corpus.roles`). The text is asked only where a title leaves it open:
data scientists who may be analysts, and engineers whose title names no field.
"""

from __future__ import annotations

import re

from corpus.roles import OTHER, may_be_ml, ml_families, role_family
from extractor.components.anchors import Anchors
from extractor.components.page import PREFERRED, SILENT_SECTIONS, Page

_MODELS = Anchors(
    "model", "classifier", "predictive", "prediction", "forecast", "machine learning", "machine-learning", "neural",
    "recommender system", "recommendation system", "recommendation engine", "deep learning",
)  # fmt: skip
_ALGORITHMS = Anchors("algorithm")
_MADE = re.compile(
    r"\b(?:build|built|develop|creat|construct|craft|design|train|deploy|implement|productioni[sz]|fit|tun|validat"
    r"|optimi[sz]|prototyp|deliver|maintain|research|formulat|writ|appl(?:y|ie)|leverag|us(?:e|ing))\w*\b"
    r"[^.;\n•●]{0,60}[ /(-]$"
)
"""The verb of what is made, up to where it is named."""
_NO_MODEL = re.compile(r"\b(?:data[ -]|business |operating |financial |pricing )$")
_METHODS = Anchors(
    "machine learning", "machine-learning", "ai/ml", "aiml", " ml ", " ml,", " ml/", "(ml)", "deep learning",
    "deep-learning",
    "neural net", "scikit", "sklearn", "tensorflow", "pytorch", "keras", "xgboost", "random forest", "nlp",
    "computer vision", "natural language", "predictive model", "predictive analy", "statistical model",
    "model development", "model building", "model training", "model deployment", "model evaluation",
    "classification", "clustering", "regression", "decision tree", "gradient boost", "supervised", "artificial intel",
    "llm", "recommender system", "recommendation system", "recommendation engine", "time series", "bayes",
)  # fmt: skip
_ANALYST_TITLE = re.compile(r"\b(?:product|analytics?|analysts?|measurement|econom\w+|insights?|experimentation)\b")
_UNASKED = frozenset({PREFERRED, "equal_opportunity"})
"""Sections that do not tell what a data scientist does."""
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
_TRADE_FIRST = re.compile(
    r"\b(?:devops|sre|reliability|automation|quality|qa|test|java|\.net|flutter|ui|ux|analytics|applications|graphic"
    r"|servicenow|power platform|security|network|support|solutions?) (?:engineer|developer|architect)\w*\b.{1,40}"
    r"\b(?:ai|ml|llms?|machine learning|gen ?ai)\b"
    r"|\b(?:ai|gen ?ai|artificial intelligence)[ &/+-]+(?:and )?(?:product|automation|solutions?|integrations?"
    r"|deploy\w*|first|native|enabled|driven|powered|augmented|assisted|quality|implementation|support|security"
    r"|success)\b"
    r"|\bforward[- ]deploy|\bfull[- ]?stack\b|\bdev ?ops\b"
)
"""Engineers of another trade with AI beside it: who test, automate, deploy at customers, or write with AI's help."""
_SCIENCE = re.compile(
    r"\b(?:bio\w*|chem\w*|clinical|protein\w*|genom\w*|materials?|physic\w*|econom\w*)\b.*\b(?:scien|biolog|chemist"
    r"|physicist)\w*|\b(?:scien|biolog|chemist)\w*.*\b(?:bio|chem|protein|genom)\w*"
)
_NAMED_SO = re.compile(
    r"[-–—,(@] ?(?!(?:applied|agentic|generative|gen|conversational|responsible|core|edge|physical|embodied|cloud"
    r"|voice"
    r"|data|enterprise|vertex|azure|frontier|predictive|symbolic|safe|trusted|multimodal|and|for|in|of|with|digital"
    r"|ambient)\b)"
    r"\w+ ai\)?$"
)
"""Titles that end in the name of a firm or product: `Engineer - Rivulet AI`."""
_FULL_STACK = re.compile(r"\bfull[- ]?stack\b")
_PARTS = re.compile(r"\s*[;|]\s*|\s+/\s+")
_AI_ALONE = re.compile(
    r"\b(?:ai|ml|llm|gen ?ai|machine learning) (?:research |software )?(?:engineer|developer|scientist|architect)"
)
_AI_LEADS = re.compile(
    r"(?:(?:senior|sr\.?|staff|principal|lead|founding|junior|jr\.?|applied) )*"
    r"(?:ai|ml|ai/ml|ml/ai|llm|gen ?ai|agentic ai|generative ai) (?:engineer|developer)\b"
)
_AI_KINDS = Anchors(
    " ai ", " ai,", " ai.", " ai-", " ai/", "(ai)", "llm", "genai", "gen ai", "generative", "agents", "agentic", " ml ",
    "ml/",
    "machine learning", "deep learning", " rag ", "prompt", "neural", "inference", "embedding", "fine-tun",
    "model training", "model serving", "model deployment", "pytorch", "tensorflow", "langchain", "openai", "anthropic",
    "mlops", " nlp ", "computer vision",
)  # fmt: skip
_AI_NAMED = re.compile(r"\b(?:ai|llms?|gen ?ai|agents?|agentic)\b")
_CORE = Anchors(*_CORE_WORDS)
_AI_WORDS = Anchors(
    *_CORE_WORDS, "agent", "genai", "generative", "prompt", "fine-tun", "embedding", "pytorch", "inference", "model"
)
_PER_WORD = 350
"""Characters of a short text for each word of AI that it must hold."""
_SHORT = 1000
"""Characters: a shorter advert for a data scientist says too little to call it an analyst's."""
_MUCH = 4
"""Words of analysis that say it even there, if nothing is said of models."""
_LEAST_OF_SCIENCE = 4
"""Words of machine learning in the text of a chemist, biologist, …"""


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
    elif family == OTHER and _is_full_stack(page.plain_title) and _is_full_of_ai(page):
        family = "ai_engineer"
    return _is_ml(page, family), family


def _is_ml(page: Page, family: str) -> bool:
    if family not in ml_families():
        return False
    title = page.plain_title
    if family == "data_scientist":
        return _builds_models(page)
    if _SCIENCE.search(title) and _count(page, _CORE) < _LEAST_OF_SCIENCE:
        return False
    if family == "research_scientist" and not _names_field(title):
        return _count(page, _CORE) >= 2
    return _is_ai_work(page, family)


def _is_ai_work(page: Page, family: str) -> bool:
    """Whether an engineer of a family of ours builds AI, where the title names another trade or a firm beside it."""
    title = page.plain_title
    named = _NAMED_SO.search(title)
    if named and not _AI_NAMED.search(title, 0, named.start()):
        return _lives_on_ml(page) or _is_full_of_ai(page)
    if _AI_LEADS.match(title) or any(
        _AI_ALONE.search(part) and not _TRADE_FIRST.search(part) for part in _PARTS.split(title)[1:]
    ):
        return True
    by_the_way = family == "ai_engineer" and _AI_BY_THE_WAY.search(title) and not _AI_OUTRIGHT.search(title)
    if by_the_way or _TRADE_FIRST.search(title):
        return _speaks_of_ai(page) or _works_with_ai(page)
    return not _AI_BY_THE_WAY.search(title) or _names_ai(page)


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
    made = 3 * _made(page, _MODELS) + _made(page, _ALGORITHMS) + 2 * min(4, _methods(page))
    analysis = _count(page, _ANALYSIS)
    if len(page.plain) < _SHORT and (made or analysis < _MUCH):
        return True
    return made >= 3 + analysis / 6 + (5 if _ANALYST_TITLE.search(page.plain_title) else 0)


def _made(page: Page, things: Anchors) -> int:
    """How many verbs of making stand before one of these things: `build and deploy models`."""
    text = page.plain
    verbs = {
        verb.start()
        for at in page.places(things)
        if not _NO_MODEL.search(text, max(0, at - 12), at)
        and page.section(at) not in _UNASKED
        and (verb := _MADE.search(text, max(0, at - 75), at))
    }
    return len(verbs)


def _methods(page: Page) -> int:
    """How many names of learning methods stand in what the work is and asks for."""
    return sum(any(page.section(at) not in _UNASKED for at in places) for _, places in page.standing(_METHODS))


def _count(page: Page, words: Anchors) -> int:
    """How often these words stand in the text."""
    return sum(len(places) for _, places in page.standing(words))


def _speaks_of_ai(page: Page) -> bool:
    """Whether a text speaks of AI so often that what its engineer builds must be that."""
    count = _count(page, _AI_WORDS)
    return count >= min(5, len(page.plain) / _PER_WORD) and count * 900 >= len(page.plain)


def _kinds(page: Page) -> list[str]:
    """Words of AI in what the work is and asks for, each as often as it stands."""
    return [
        word.strip(" ,.-/()")
        for word, places in page.standing(_AI_KINDS)
        for at in places
        if page.section(at) not in SILENT_SECTIONS
    ]


def _works_with_ai(page: Page) -> bool:
    """Whether the tasks and requirements speak of AI often, and of more than the bare word."""
    words, told = _kinds(page), _told(page)
    return len(words) >= min(6, told / 300) and len(set(words)) >= 3 and len(words) * 500 >= told


def _names_ai(page: Page) -> bool:
    """Whether the tasks and requirements speak of AI at all, or nothing is known to be them."""
    return _told(page) < _SHORT or len(_kinds(page)) >= 2


def _told(page: Page) -> int:
    """Characters that tell of the work and what it asks for."""
    return sum(line.end - line.start for line in page.lines if line.section not in SILENT_SECTIONS)


def _lives_on_ml(page: Page) -> bool:
    """Whether a text speaks of machine learning so often that the work must be that."""
    count = _count(page, _CORE)
    return count >= 3 and count * 600 >= len(page.plain)


def _is_full_stack(title: str) -> bool:
    """Whether a full-stack engineer's title names AI too."""
    return (
        _FULL_STACK.search(title) is not None
        and _AI_NAMED.search(title) is not None
        and may_be_ml(_FULL_STACK.sub("", title))
    )


def _is_full_of_ai(page: Page) -> bool:
    """Whether a text speaks of hardly anything but AI."""
    count = _count(page, _AI_WORDS)
    return count >= 10 and count * 300 >= len(page.plain)
