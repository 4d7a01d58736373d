"""How well the reader reads: scores against postings labelled by hand, and what each of its parts is worth.

    python -m tests.extractor.measure score        # the tuned part, a third held aside, each stratum
    python -m tests.extractor.measure score TEXTS GOLD   # other postings, labelled in the same way (JSON lines)
    python -m tests.extractor.measure facts        # degrees, years, pay, visa, ... on the tuned part and the third aside
    python -m tests.extractor.measure ablation     # the same with one part left out at a time
    python -m tests.extractor.measure ambiguous    # names that are also words
    python -m tests.extractor.measure rereading [N]  # N rows more in the taxonomy: which postings must be read again
    python -m tests.extractor.measure discovery    # what the candidate terms find of skills taken out of the taxonomy

Reads ../shared, which is no part of the project.
"""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import importlib.util
import json
import random
import re
import sys
import time
from collections import defaultdict
from pathlib import Path
from unittest import mock

from attrs import evolve

from corpus.text import html_to_text
from extractor import rereading as affected
from extractor import taxonomy
from extractor.components import gates, levels, memory, open_skills, sections, skills
from extractor.components.page import Page
from extractor.components.reading import Reading
from extractor.files import result_row
from extractor.pipeline import build, read
from extractor.words import split

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
SHOWN = {
    "hard": "skills: hard (language, framework, tool)",
    "technical": "skills: technical (hard, concept, math)",
    "all": "skills",
    "soft": "skills: soft",
    "required": "required skills",
}
CUT = 2017
"""The discovery test takes out skills that are new after this year."""


def rows(name):
    path = SHARED / name
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def is_held_aside(posting_id):
    return int(hashlib.sha256(posting_id.encode()).hexdigest(), 16) % 3 == 0


def evaluator():
    spec = importlib.util.spec_from_file_location("evaluate", SHARED / "gold" / "evaluate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def show(name, texts, gold, found):
    chosen = {posting_id: gold[posting_id] for posting_id in texts}
    result, _ = evaluator().evaluate(texts, chosen, found)
    f1 = {short: result["scores"][long]["f1"] for short, long in SHOWN.items() if long in result["scores"]}
    level = result["accuracy"]["requirement level of matched skills"]["accuracy"]
    print(
        f"{name:28s} {len(texts):3d} ",
        "  ".join(f"{short} {value:.3f}" for short, value in f1.items()),
        f" level {level:.3f}",
    )


def read_dev(texts_file="gold/dev_texts.jsonl", gold_file="gold/dev_gold.jsonl"):
    nlp = build()
    texts = {row["id"]: row for row in rows(texts_file)}
    gold = {row["id"]: row for row in rows(gold_file)}
    found = {i: result_row(read(nlp, i, t["title"], t["text"], t.get("location"))) for i, t in texts.items()}
    return texts, gold, found


def score(*files):
    texts, gold, found = read_dev(*files)
    if files:
        show("all", texts, gold, found)
        return
    show("tuned", {i: t for i, t in texts.items() if not is_held_aside(i)}, gold, found)
    show("held aside", {i: t for i, t in texts.items() if is_held_aside(i)}, gold, found)
    for stratum in sorted({t["stratum"] for t in texts.values()}):
        show(stratum, {i: t for i, t in texts.items() if t["stratum"] == stratum}, gold, found)


def facts():
    texts, gold, found = read_dev()
    parts = [{i for i in texts if is_held_aside(i) is aside} for aside in (False, True)]
    tuned, aside = (evaluator().evaluate(texts, {i: gold[i] for i in part}, found)[0] for part in parts)
    for group, figure in (("scores", "f1"), ("accuracy", "accuracy")):
        for name in tuned[group]:
            print(f"{name:42s} tuned {tuned[group][name][figure]:.3f}  aside {aside[group][name][figure]:.3f}")


def without():
    """(name, patches) of each part that can be left out."""
    plain_line = sections.Line
    yield "everything", []
    yield (
        "sections",
        [
            mock.patch(
                "extractor.components.reading.read_lines",
                lambda page: tuple(plain_line(s, e, "duties") for s, e in sections._pieces(page.text)),
            )
        ],
    )
    yield "cues", [mock.patch.object(levels, "cues_of", return_value=[])]
    yield "gates", [mock.patch.object(gates.make(None, ""), "find", lambda reading: reading.found)]
    yield "what stands around a method", [mock.patch.object(gates, "asks", return_value=True)]
    yield "open skills", [mock.patch.object(open_skills.make(None, ""), "find", lambda reading: (reading.found, ()))]
    yield "names left short in lists", [mock.patch.object(skills, "completed", return_value=[])]
    yield "forms read as their parts", [mock.patch.object(skills, "_is_list", return_value=False)]
    yield "shortest span", [mock.patch.object(skills, "_core", return_value=None)]
    yield "rules of ambiguous names", [mock.patch.object(skills, "context_allows", return_value=True)]


def ablation():
    for name, patches in without():
        skills.matcher_of.cache_clear()
        memory.forget()
        with contextlib.ExitStack() as stack:
            for patch in patches:
                stack.enter_context(patch)
            texts, gold, found = read_dev()
        show(f"without {name}" if patches else name, texts, gold, found)


def ambiguous():
    nlp = build()
    right = wrong = missed = 0
    for row in rows("gold/ambiguous.jsonl"):
        start, end = row["target"]
        mentions = [m for skill in read(nlp, row["id"], "", row["text"]).skills for m in skill.mentions]
        is_found = any(m.start < end and start < m.end for m in mentions)
        right += is_found and row["label"]
        wrong += is_found and not row["label"]
        missed += not is_found and row["label"]
    print(f"precision {right / (right + wrong):.3f}  recall {right / (right + missed):.3f}")


def threads():
    """Year, employer and text of each post in Hacker News' threads."""
    for row in rows("data/hn_whoishiring_2011-01_2019-09.jsonl.gz"):
        text = html_to_text(row.get("text") or "")
        yield time.gmtime(row.get("time", 0)).tm_year, re.split(r"[|(\n–-]", text)[0].strip().lower(), text


def first_named(known):
    """Skill to the year in which the threads first name it: what is new there, whatever its age elsewhere."""
    years = {}
    for year, _, text in threads():
        for place in skills.find(known, text, split(Page("", text).plain)):
            years.setdefault(place.skill_id, year)
    return years


def taken_out(whole, late):
    """The taxonomy without some of its skills."""
    return evolve(
        whole,
        skills={i: s for i, s in whole.skills.items() if i not in late},
        forms={form: i for form, i in whole.forms.items() if i not in late},
        exact={form: i for form, i in whole.exact.items() if i not in late},
        ambiguous={form: rule for form, rule in whole.ambiguous.items() if rule.skill not in late},
    )


def rereading(count=20):
    """With `count` rows more in the taxonomy: the postings that read otherwise, and those that would be read again.

    Every posting is read with and without the rows; one that reads otherwise and would not be read again is an error.
    """
    whole = taxonomy.load()
    late = set(random.Random(count).sample(sorted(whole.skills), count))
    before, now = skills.Matcher(taken_out(whole, late)), skills.Matcher(whole)
    test = affected.affects(affected.changed(affected.forms_of(before), affected.forms_of(now)))
    texts = {row["id"]: row for row in rows("data/ml_postings.jsonl.gz")}
    read_by = []
    for matcher in (before, now):
        memory.forget()
        with (
            mock.patch.object(skills, "matcher_of", return_value=matcher),
            mock.patch.object(skills, "load", return_value=matcher.taxonomy),
        ):
            nlp = build()
            read_by.append({i: read(nlp, i, row["title"] or "", row["text"]) for i, row in texts.items()})
    started = time.process_time()
    again = {i for i, row in texts.items() if test(row["title"] or "", row["text"])}
    seconds = time.process_time() - started
    otherwise = {i for i in texts if read_by[0][i] != read_by[1][i]}
    print(
        f"{count} rows more: {len(otherwise)} of {len(texts)} postings read otherwise, {len(again)} would be read again "
        f"(told in {seconds:.1f} s of processor), {len(otherwise - again)} of the former not"
    )


def forms_of(whole, late):
    """Skill to its forms, folded as candidate terms are."""
    forms = defaultdict(set)
    rules = ((form, rule.skill) for form, rule in whole.ambiguous.items())
    for form, skill_id in (*whole.forms.items(), *whole.exact.items(), *rules):
        if skill_id in late:
            forms[skill_id].add(" ".join(split(form.lower()).folded))
    return forms


def discovery(cut=CUT, by="threads"):
    """Of the hard skills new after `cut` that five employers name: how many come up as candidates without their row.

    New is what the threads first name after that year, or with `release` what was first released after it.
    """
    whole = taxonomy.load()
    knows_all = skills.Matcher(whole)
    years = first_named(knows_all) if by == "threads" else {i: s.first_year for i, s in whole.skills.items()}
    late = {i for i, year in years.items() if year and year > cut and whole.skills[i].kind in skills.HARD}
    early, forms = taken_out(whole, late), forms_of(whole, late)
    knows_early = skills.Matcher(early)
    named, found = defaultdict(set), defaultdict(set)
    for year, employer, text in threads():
        places = skills.find(knows_all, text, split(Page("", text).plain))
        here = {p.skill_id for p in places if p.skill_id in late and years[p.skill_id] <= year}
        if not here:
            continue
        reading = Reading("", text)
        with (
            mock.patch.object(skills, "matcher_of", return_value=knows_early),
            mock.patch.object(skills, "load", return_value=early),
        ):
            skills.read_skills(reading)
        terms = {" ".join(split(term).folded) for term in open_skills.read_open_skills(reading)[1]}
        for skill_id in here:
            named[skill_id].add(employer)
            if forms[skill_id] & terms:
                found[skill_id].add(employer)
    often = sorted((i for i in named if len(named[i]) >= 5), key=lambda i: -len(named[i]))
    for skill_id in often:
        print(f"{skill_id}: {len(named[skill_id])} employers name it, found at {len(found[skill_id])}")
    print(f"new after {cut}: {sum(bool(found[i]) for i in often)} of {len(often)} found")


if __name__ == "__main__":
    command, *given = sys.argv[1:]
    commands = {
        "score": score,
        "facts": facts,
        "ablation": ablation,
        "ambiguous": ambiguous,
        "discovery": discovery,
        "rereading": rereading,
    }
    commands[command](*(int(word) if word.isdigit() else word for word in given))
