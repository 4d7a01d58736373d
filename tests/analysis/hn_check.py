"""`python -m tests.analysis.hn_check --db hn.db --raw comments.jsonl.gz`: our reading of "Who is hiring" beside counts.

The database holds those comments, imported with `mljobs import` and read with `mljobs extract`. Two tables:

months   posts of each month's thread that stand, and ours; the months that differ by more than 2 %, and why
skills   the monthly share of postings by our reading and by a plain regular expression, their correlation, and the
         postings in which the two differ, by reason
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sqlite3
from collections import Counter, defaultdict
from pathlib import Path

import pandas as pd

from corpus.text import html_to_text
from crawler.spiders.hn import SHORTEST

NAMES = {
    "Python": "python", "JavaScript": "javascript", "Java": "java", "PHP": "php", "C++": "c++", "Scala": "scala",
    "TypeScript": "typescript", "Kotlin": "kotlin", "Ruby": "ruby", "Ruby on Rails": "rails", "Django": "django",
    "React": "react", "Angular": "angular", "Node.js": "node", "jQuery": "jquery", "Redux": "redux",
    "PostgreSQL": "postgresql", "MySQL": "mysql", "MongoDB": "mongodb", "Redis": "redis", "Docker": "docker",
    "Elasticsearch": "elasticsearch", "Kubernetes": "kubernetes", "Ansible": "ansible", "Terraform": "terraform",
    "Apache Kafka": "kafka", "Apache Hadoop": "hadoop", "Linux": "linux", "Android": "android",
    "Amazon Web Services": "aws", "machine learning": "machine learning",
}  # fmt: skip
"""Skill -> the plain word that somebody would count, in small letters."""
SPELT = {
    "PostgreSQL": r"(?:postgres\s?(?:ql|sql)?|psql)", "MongoDB": r"mongo\s?(?:db)?", "Angular": r"angular\s?(?:\.?js)?",
    "Node.js": r"(?:node\.?js|(?-i:Node))", "JavaScript": r"(?:javascript|js|es[678]|es2015)",
    "Elasticsearch": r"elastic\s?(?:search)?", "Ruby": r"ruby(?![ -]?on[ -]rails)",
    "Ruby on Rails": r"(?:rails|ror)", "machine learning": r"(?:machine[ -]learning|(?-i:ML))",
    "Linux": r"(?<!embedded )linux(?! kernel)", "Java": r"(?:java|j2?ee)(?:\s?\d)?",
}  # fmt: skip
"""Skill -> every spelling that our vocabulary knows, without the longer names that are skills of their own."""
CLOSE, NEAR = 0.99, 0.02


def months(db: sqlite3.Connection, raw: Path) -> pd.DataFrame:
    """A row a month: comments of the thread, gone ones, standing ones, remarks, copies, and what the report counts."""
    ours = {
        row[0]: row[1:]
        for row in db.execute(
            "SELECT p.external_id, substr(p.first_seen_at, 1, 7), p.vacancy_id IS NULL OR v.posting_id = p.posting_id"
            " FROM postings p LEFT JOIN vacancies v USING (vacancy_id)"
        )
    }
    table: dict[str, Counter[str]] = defaultdict(Counter)
    with gzip.open(raw, "rt", encoding="utf-8") as lines:
        for line in lines:
            item = json.loads(line)
            row = table[item["thread_month"]]
            row["comments"] += 1
            if item.get("deleted") or item.get("dead") or not item.get("text"):
                row["gone"] += 1
                continue
            row["standing"] += 1
            found = ours.get(str(item["id"]))
            if found is None:
                row["remarks" if len(html_to_text(item["text"])) < SHORTEST else "unexplained"] += 1
            elif not found[1]:
                row["copies"] += 1
            else:
                row["elsewhere"] += found[0] != item["thread_month"]
                table[found[0]]["counted"] += 1
    columns = ["comments", "gone", "standing", "remarks", "copies", "unexplained", "elsewhere", "counted"]
    found_months = pd.DataFrame.from_dict(table, orient="index").reindex(columns=columns).fillna(0).astype(int)
    found_months["difference"] = found_months["counted"] / found_months["standing"] - 1
    found_months["of_postings"] = found_months["counted"] / (found_months["standing"] - found_months["remarks"]) - 1
    return found_months.sort_index()


def skills(db: sqlite3.Connection) -> pd.DataFrame:
    """A row a skill: correlation of the monthly shares, both shares, and the postings that differ, by reason."""
    texts = pd.DataFrame(
        db.execute(
            "SELECT posting_id, substr(p.first_seen_at, 1, 7), t.text FROM posting_texts t"
            " JOIN postings p USING (posting_id) JOIN extractions USING (posting_id)"
        ).fetchall(),
        columns=["posting_id", "month", "text"],
    ).set_index("posting_id")
    text = texts["text"].to_list()
    lowered = [one.lower() for one in text]
    rows = []
    for name, word in NAMES.items():
        asked = db.execute(
            "SELECT posting_id FROM posting_skills JOIN skills USING (skill_id) WHERE name = ?", [name]
        ).fetchall()
        plain = compiled(re.escape(word))
        has_word = [word in low and plain.search(one) is not None for one, low in zip(text, lowered, strict=True)]
        spelt = compiled(SPELT[name]) if name in SPELT else None
        table = pd.DataFrame(
            {
                "ours": texts.index.isin([posting for (posting,) in asked]),
                "regex": has_word,
                "spelt": [spelt.search(one) is not None for one in text] if spelt else has_word,
            },
            index=texts.index,
        )
        by_month = table.groupby(texts["month"]).mean()
        row = {
            "skill": name,
            "correlation": by_month["ours"].corr(by_month["regex"]),
            "spelt": by_month["ours"].corr(by_month["spelt"]),
            "ours": table["ours"].mean(),
            "regex": table["regex"].mean(),
        }
        rows.append(row | _reasons(db, texts["text"], name, plain, table))
    return pd.DataFrame(rows).fillna(0).sort_values("correlation", ascending=False, ignore_index=True)


def compiled(pattern: str) -> re.Pattern[str]:
    """Compile a pattern as whole words in any case."""
    return re.compile(rf"(?<!\w)(?:{pattern})(?![\w+#])", re.IGNORECASE)


def _reasons(
    db: sqlite3.Connection, texts: pd.Series[str], name: str, plain: re.Pattern[str], table: pd.DataFrame
) -> dict[str, object]:
    """Postings that only one of the two counts, by why, and the commonest longer names and other spellings."""
    reasons: Counter[str] = Counter()
    longer: Counter[str] = Counter()
    spellings: Counter[str] = Counter()
    only_plain, only_ours = table["regex"] & ~table["ours"], table["ours"] & ~table["regex"]
    for posting, text in texts[only_plain].items():
        spans = _mentions(db, posting)
        at = [match.span() for match in plain.finditer(text)]
        over = [said for start, end, said in spans if any(start < high and low < end for low, high in at)]
        if over:
            reasons["in a longer name"] += 1
            longer[over[0]] += 1
        else:  # the reader keeps what is asked for: mostly the employer tells what it has
            reasons["not read as asked"] += 1
    for posting, text in texts[only_ours].items():
        own = [text[start:end] for start, end, said in _mentions(db, posting) if said == name]
        reasons["other spelling" if own else "only in the title"] += 1
        spellings.update(own[:1])
    out: dict[str, object] = dict(reasons)
    out["longer names"] = ", ".join(f"{what} {count}" for what, count in longer.most_common(2))
    out["spellings"] = ", ".join(f"{what} {count}" for what, count in spellings.most_common(2))
    return out


def _mentions(db: sqlite3.Connection, posting: object) -> list[tuple[int, int, str]]:
    return db.execute(
        "SELECT start_offset, end_offset, name FROM mentions JOIN skills USING (skill_id)"
        " WHERE posting_id = ? AND field = 'description'",
        (posting,),
    ).fetchall()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--raw", type=Path, required=True)
    chosen = parser.parse_args()
    db = sqlite3.connect(f"{chosen.db.absolute().as_uri()}?mode=ro", uri=True)
    pd.set_option("display.width", 240, "display.max_columns", 20, "display.max_colwidth", 60)
    table = months(db, chosen.raw)
    for column in ("difference", "of_postings"):
        print(f"{column}: within {NEAR:.0%} in {(table[column].abs() <= NEAR).sum()} of {len(table)} months")
    print(table[table["difference"].abs() > NEAR].round(4).to_string())
    found = skills(db)
    print(f"\ncorrelation at least {CLOSE}: {(found['correlation'] >= CLOSE).sum()} of {len(found)} names")
    print(found.round(4).to_string(index=False))


if __name__ == "__main__":
    main()
