"""Names that are also words: each rule with a phrase that is the skill and one that is not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import InputError
from extractor import taxonomy
from extractor.taxonomy.check import finder
from extractor.taxonomy.context import context_allows, read_rules
from tests.extractor.taxonomy.ambiguous_score import GOLD, score

IS_SKILL = [
    ("r", "Proficient in Python, R and SQL"),
    ("r", "You script in R every day."),
    ("c", "Firmware written in C, C++ or Rust"),
    ("go", "Backend services in Go and Python"),
    ("go", "microservices written with Golang or Go"),
    ("rust", "our storage engine is written in Rust"),
    ("swift", "iOS apps in Swift, Kotlin for Android"),
    ("apache-spark", "Pipelines on Spark and Airflow"),
    ("apache-spark", "batch jobs in spark, hive and presto"),
    ("microsoft-excel", "Advanced Excel skills, pivot tables"),
    ("microsoft-word", "Word, Excel and PowerPoint"),
    ("react", "front ends built with React and TypeScript"),
    ("react-prompting", "agent patterns such as ReAct"),
    ("ray", "distributed training using Ray"),
    ("flask", "APIs in Flask or FastAPI"),
    ("spring", "Java services with Spring Boot and Spring MVC"),
    ("chef", "Ansible, Chef or Puppet"),
    ("express-js", "Node.js, Express and MongoDB"),
    ("microsoft-access", "MS Access databases"),
    ("claude", "models such as Claude and Gemini"),
    ("triton", "write CUDA and Triton kernels"),
    ("helm", "deployed on Kubernetes with Helm charts"),
    ("apache-beam", "Apache Beam on Dataflow"),
    ("rest-apis", "you design REST APIs"),
    ("neural-radiance-fields", "scenes rendered with NeRFs"),
    ("flux", "image models: SDXL, Flux"),
    ("sketch", "screens drawn in Figma, Sketch or Framer"),
    ("grounding", "retrieval, grounding and citations"),
    ("microsoft-purview", "catalogued in Purview and Collibra"),
    ("blip-2", "captions from BLIP and CLIP"),
    ("insurance", "experience in healthcare, insurance or retail"),
    ("resilience", "grit and patience, with resilience when plans fail"),
    ("technical-leadership", "two years as a tech lead"),
    ("working-in-fast-paced-environments", "you thrive in a fast-paced, changing place"),
    ("ppo", "tuning of assistants with PPO"),
]
IS_WORD = [
    ("r", "our R&D department in Lyon"),
    ("c", "you report to C-level executives after a Series C round"),
    ("go", "you go above and beyond; our go-to-market team"),
    ("go", "Go to our careers page"),
    ("rust", "offices in the Rust Belt"),
    ("swift", "Swift responses to customers matter to us"),
    ("apache-spark", "work that will spark joy"),
    ("microsoft-excel", "people who excel in a fast team"),
    ("microsoft-word", "we grow by Word of mouth"),
    ("react", "able to react to changing needs"),
    ("ray", "a chest X-ray and some ray tracing"),
    ("spring", "graduates of Spring 2026 are welcome"),
    ("chef", "free lunch from our chef"),
    ("express-js", "American Express cards"),
    ("microsoft-access", "Access to a gym and to a library"),
    ("microsoft-teams", "you work with Teams across Europe"),
    ("shell-scripting", "engineers from Shell and BP"),
    ("apache-hive", "a hive of activity"),
    ("neural-radiance-fields", "a nerf war on Fridays"),
    ("rapids", "kayaking down the rapids"),
    ("flux", "deployed with Argo CD, Flux and Helm"),
    ("sketch", "Sketch workflows on a whiteboard with users"),
    ("grounding", "a strong mathematical grounding"),
    ("grounding", "a solid grounding in statistics"),
    ("microsoft-purview", "this falls within your purview"),
    ("blip-2", "a mere blip in our growth"),
    ("insurance", "health insurance from the first day"),
    ("insurance", "vision insurance"),
    ("resilience", "designing for resilience and observability"),
    ("ad-tech", "growing programmatic responsibility"),
    ("technical-leadership", "we are seeking a Technical Lead"),
    ("creativity", "work with creative, engineering and sales"),
    ("jetpack-compose", "pipelines in Dagger"),
    ("notion", "the Notion that work is play"),
    ("rest-apis", "the rest of the team"),
    ("ppo", "Dental cover by a PPO plan"),
    ("federated-learning", "our office in Tampa, FL"),
]


@pytest.fixture(scope="module")
def find():
    return finder(taxonomy.load())


@pytest.mark.parametrize(("skill", "text"), IS_SKILL)
def test_the_skill_is_read(find, skill, text):
    assert skill in find(text)


@pytest.mark.parametrize(("skill", "text"), IS_WORD)
def test_the_word_is_left_alone(find, skill, text):
    assert skill not in find(text)


def test_a_list_vouches_for_a_doubtful_spelling():
    rule = taxonomy.load().ambiguous["go"]
    text = "python, go, rust"
    assert context_allows(rule, text, 8, 10, near_known=True)
    assert not context_allows(rule, text, 8, 10, near_known=False)


def test_a_capital_tells_only_within_a_sentence():
    rule = read_rules('["Ray"]\ntrust = "inside"')["ray"]
    assert context_allows(rule, "built on Ray today", 9, 12, near_known=False)
    assert not context_allows(rule, "Hello. Ray leads us", 7, 10, near_known=False)


@pytest.mark.parametrize(
    "source",
    [
        '["Go"]\ntrust = "sometimes"',
        '["Go"]\ntrust = "case"\nspeled = ["go"]',
        '["Go"]\ntrust = "case"\nforbid = ["to"]',
        "[",
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_in_one_line(source):
    with pytest.raises(InputError) as error:
        read_rules(source)
    assert "\n" not in str(error.value)


@given(st.text(), st.data())
def test_rules_never_raise(text, data):
    rule = data.draw(st.sampled_from(sorted(taxonomy.load().ambiguous.values(), key=lambda rule: rule.form)))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    assert context_allows(rule, text, start, end, near_known=False) in (True, False)


@pytest.mark.skipif(not GOLD.exists(), reason="the labelled mentions are not part of the project")
def test_precision_and_recall_on_labelled_mentions():
    rows = [json.loads(line) for line in Path(GOLD).read_text(encoding="utf-8").splitlines()]
    precision, recall, _ = score(rows)
    assert precision >= 0.95
    assert recall >= 0.95
