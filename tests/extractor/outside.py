"""How our mentions lie beside spans that others marked: SkillSpan (Zhang et al. 2022) and Green et al. (2022), dev.

    python -m tests.extractor.outside

Prints per corpus precision, recall and F1, once for spans that are equal to the character and once for spans that
touch. What can be compared: SkillSpan's *Knowledge* (what one knows: tools, methods, fields, but also degrees, laws
and products) with our technical kinds and domains. Its *Skill* layer marks whole clauses ("develop and maintain
services"), of which we name the noun at most; Green's crowd marked both alike in British adverts of every trade, for
which our vocabulary was not made. Sentences of one posting are read together, since level and gates need the headings.

Reads ../shared, which is no part of the project.
"""

from __future__ import annotations

from collections import defaultdict

from extractor import build, read
from tests.extractor.measure import rows

TECHNICAL = {"language", "framework", "tool", "concept", "math", "domain"}
ASKED = {"required", "preferred"}
ANY = ASKED | {"duty", "other"}


def postings(path):
    """Sentences of the dev split by posting, in their order."""
    found = defaultdict(list)
    for row in rows(path):
        if row["split"] == "dev":
            found[row.get("domain", "all"), row["doc"]].append(row)
    return found


def marked(sentences, label):
    """One text of all sentences, and the spans of one label in it."""
    text, spans = "", set()
    for row in sentences:
        spans |= {(len(text) + s["start"], len(text) + s["end"]) for s in row["spans"] if s["label"] == label}
        text += row["text"] + "\n"
    return text, spans


def named(nlp, text, kinds, levels):
    """Spans of our mentions in the text, of these kinds and levels."""
    return {
        (mention.start, mention.end)
        for skill in read(nlp, 0, "", text).skills
        if skill.kind in kinds
        for mention in skill.mentions
        if mention.field == "description" and mention.requirement in levels
    }


def touching(spans, others):
    return sum(any(start < end_ and start_ < end for start_, end_ in others) for start, end in spans)


def f1(precision, recall):
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def compare(nlp, name, documents, label, kinds, levels=ANY):
    ours = theirs = equal = ours_touching = theirs_touching = 0
    for sentences in documents:
        text, gold = marked(sentences, label)
        found = named(nlp, text, kinds, levels)
        ours, theirs, equal = ours + len(found), theirs + len(gold), equal + len(found & gold)
        ours_touching += touching(found, gold)
        theirs_touching += touching(gold, found)
    exact, loose = (equal / ours, equal / theirs), (ours_touching / ours, theirs_touching / theirs)
    print(
        f"{name:34s} {theirs:5d} {ours:5d}   equal P {exact[0]:.3f} R {exact[1]:.3f} F1 {f1(*exact):.3f}"
        f"   touching P {loose[0]:.3f} R {loose[1]:.3f} F1 {f1(*loose):.3f}"
    )


def main():
    nlp = build()
    print(f"{'corpus, layer':34s} theirs ours")
    skillspan = postings("annotated/skillspan.jsonl.gz")
    for domain in ("tech", "house"):
        documents = [sentences for (which, _), sentences in skillspan.items() if which == domain]
        compare(nlp, f"SkillSpan {domain}, Knowledge", documents, "Knowledge", TECHNICAL)
        compare(nlp, "  only what is asked for, not duties", documents, "Knowledge", TECHNICAL, ASKED)
        compare(nlp, f"SkillSpan {domain}, Skill", documents, "Skill", TECHNICAL | {"soft"})
    compare(nlp, "Green, Skill", postings("annotated/green_nnose.jsonl.gz").values(), "Skill", TECHNICAL | {"soft"})


if __name__ == "__main__":
    main()
