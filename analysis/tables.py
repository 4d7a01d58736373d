"""The published tables, put together: `compute(corpus, selection)` gives all that the report lays out.

`Results.tables` holds INTERFACE's tables by file name without `.csv`: volume, skill_shares, skill_trends, skill_rank,
decomposition, change_points, skill_pairs, salary, salary_premium, education, experience, lifetimes, coverage,
emerging_terms. Columns that the interface does not name stand behind those it names. Further tables:

current_shares, required_shares   the last twelve months: group, skill, kind, postings_with_skill, postings, share, …
shares_by_group, group_trends     the same and the trend tests by role family, seniority, country, work mode (`stratum`)
required_trends                   trends of what is required
bundles                           bundle, skill, closeness
volume_by_group                   stratum, group, month, new_postings, index, index_low, index_high, …
degree_fields, tasks, industries, facts   label (field, item, item, fact), postings_with, postings, share, …
per_million                       year, postings, covered, per_million, low, high, growth, months
curriculum                        skill, kind, share_first, share_last, trend, share_required, …
sensitivity, headline_checks      each headline without each large employer and each source; whether it stands
quality_checks                    name, is_passed, value, threshold, detail

Tables are never missing; one that the file has no data for is empty and its reason is in `Results.notes`.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from attrs import field, frozen

from analysis.cells import STRATA, Selection, read_cells
from analysis.measures.breaks import change_points
from analysis.measures.emerging import emerging_terms
from analysis.measures.growth import per_million
from analysis.measures.leave_out import headline_checks, sensitivity, subjects
from analysis.measures.lifetimes import lifetimes
from analysis.measures.mix import decomposition
from analysis.measures.pairs import bundles, skill_pairs
from analysis.measures.pay import disclosed, salary, salary_premium
from analysis.measures.quality import quality_checks
from analysis.measures.quarters import quarterly_shares
from analysis.measures.ranking import skill_rank
from analysis.measures.season import SETTLED_MONTHS
from analysis.measures.shares import current_shares, monthly_shares, recent_months
from analysis.measures.study import education, experience, share_of_labels
from analysis.measures.trends import MIN_MONTHS, make_panel, skill_trends
from analysis.measures.volume import MIN_EMPLOYERS as FEWEST
from analysis.measures.volume import volume
from analysis.measures.volume_groups import volume_by_group
from corpus.db import Corpus, open_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from analysis.cells import Cells

    Progress = Callable[[int, int, str], None]


GROUP_REPLICATES = 1999
MIN_GROUP = 500
"""Postings of a group whose trends are tested on their own."""


@frozen
class Results:
    """All numbers of one report."""

    selection: Selection
    universe: str
    """`crawled`, `dated` or `forum`: what dates the postings (see `Cells`)."""
    basis: str
    """`flow` or `stock`."""
    months: list[str]
    preliminary: list[str]
    """Months that are not over in the data: shown, but said to be preliminary."""
    tables: dict[str, pd.DataFrame]
    notes: dict[str, str] = field(factory=dict)
    """Table -> why it is empty or what limits it, in one sentence."""
    recent: tuple[str, str] | None = None
    """First and last month of the shares of the last year: twelve months, the last of them that with the newest
    posting whose opening is dated; None where no posting is."""


def compute(
    corpus: Corpus | str | Path,
    selection: Selection | None = None,
    progress: Progress | None = None,
    *,
    without: Collection[str] = (),
) -> Results:
    """Read the file once and compute every table. `progress(step, of, what)` is called before each step.

    `without` names tables on which no other stands, to save their time.
    """
    selection = selection or Selection()
    with _opened(corpus) as opened:
        cells = read_cells(opened, selection)
    tables: dict[str, pd.DataFrame] = {}
    steps = [step for step in _steps(cells, tables) if step[0] not in without]
    for number, (name, what, measure) in enumerate(steps):
        if progress:
            progress(number, len(steps), what)
        tables[name] = measure()
    tables.pop("pay_of_vacancies")
    preliminary = tables["volume"].loc[tables["volume"]["is_preliminary"], "month"]
    return Results(
        selection=selection,
        universe=cells.universe,
        basis=cells.basis,
        months=cells.months,
        preliminary=preliminary.tolist(),
        tables=tables,
        notes=_notes(cells, tables),
        recent=_recent(cells),
    )


def _recent(cells: Cells) -> tuple[str, str] | None:
    first, last = recent_months(cells)
    return (cells.months[first], cells.months[last - 1]) if last > first else None


def _steps(cells: Cells, tables: dict[str, pd.DataFrame]) -> list[tuple[str, str, Callable[[], pd.DataFrame]]]:
    """Table, what is under way, and how it is made; later tables may use earlier ones."""
    panel = make_panel(cells)
    return [
        ("volume", "postings over time", lambda: volume(cells)),
        ("volume_by_group", "postings by role and country", lambda: volume_by_group(cells)),
        ("skill_shares", "shares by month", lambda: monthly_shares(cells)),
        ("skill_shares_quarterly", "shares by quarter", lambda: quarterly_shares(cells)),
        ("current_shares", "shares of the last year", lambda: current_shares(cells)),
        ("required_shares", "required skills", lambda: current_shares(cells, required=True)),
        ("skill_trends", "trends", lambda: skill_trends(cells, panel)),
        ("skill_rank", "ranks", lambda: skill_rank(tables["skill_trends"])),
        ("required_trends", "trends of what is required", lambda: skill_trends(cells, required=True)),
        ("decomposition", "within and between employers", lambda: decomposition(cells, panel)),
        ("change_points", "steps", lambda: change_points(cells, panel, tables["skill_trends"])),
        ("skill_pairs", "pairs of skills", lambda: skill_pairs(cells)),
        ("bundles", "bundles of skills", lambda: bundles(tables["skill_pairs"])),
        ("pay_of_vacancies", "pay", lambda: disclosed(cells)),
        ("salary", "pay", lambda: salary(cells, tables["pay_of_vacancies"])),
        ("salary_premium", "pay and skills", lambda: salary_premium(cells, tables["pay_of_vacancies"])),
        ("education", "degrees", lambda: education(cells)),
        ("experience", "experience", lambda: experience(cells)),
        ("degree_fields", "fields of study", lambda: share_of_labels(cells, cells.facts.fields, "field")),
        ("tasks", "tasks", lambda: share_of_labels(cells, cells.facts.tasks, "item")),
        ("industries", "industries", lambda: share_of_labels(cells, cells.facts.industries, "item")),
        ("facts", "other facts", lambda: share_of_labels(cells, cells.facts.marks, "fact")),
        ("lifetimes", "lifetimes", lambda: lifetimes(cells)),
        ("per_million", "growth", lambda: per_million(cells)),
        ("shares_by_group", "levels, countries, roles", lambda: shares_by_group(cells)),
        ("group_trends", "trends by level, country, role", lambda: group_trends(cells)),
        ("curriculum", "curriculum", lambda: curriculum(cells, tables)),
        ("emerging_terms", "new terms", lambda: emerging_terms(cells)),
        ("coverage", "coverage", lambda: cells.ledger),
        ("sensitivity", "leaving out employers and sources", lambda: sensitivity(cells, subjects(cells, tables))),
        ("headline_checks", "headlines", lambda: headline_checks(tables["sensitivity"])),
        ("quality_checks", "quality checks", lambda: quality_checks(cells, tables)),
    ]


def _notes(cells: Cells, tables: dict[str, pd.DataFrame]) -> dict[str, str]:
    """Why tables are empty or limited."""
    notes: dict[str, str] = {}
    if cells.basis == "stock":
        text = "The boards were watched for less than three months: what is open is known, what opens is not yet."
        notes |= dict.fromkeys(("volume", "skill_trends", "skill_rank", "decomposition", "change_points"), text)
    elif len(cells.months) < MIN_MONTHS:
        notes["skill_trends"] = f"{len(cells.months)} months show a change, not yet a trend: seasons take 24 to tell."
    if cells.basis == "flow" and tables["volume"]["index"].isna().all():
        notes["volume"] = f"Fewer than {FEWEST} employers: their postings are counted, but no index is made of them."
    elif cells.basis == "flow" and MIN_MONTHS <= len(cells.months) < SETTLED_MONTHS:
        notes["volume"] = f"Seasonal factors from {len(cells.months)} months are provisional: they settle at 36."
    if cells.universe != "crawled":
        what = "A forum's posts" if cells.universe == "forum" else "Postings imported without visits"
        notes["lifetimes"] = f"{what} never close, so how long they stay open is not known."
        if cells.universe == "dated":
            notes["coverage"] = "Without visits, the months from a source's first posting to its last are its coverage."
    if len(tables["salary"]):
        row = tables["salary"].iloc[0]
        notes["salary"] = f"{row['share_disclosed']:.0%} of the postings name pay that can be compared."
    if cells.left_out:
        listed = ", ".join(f"{count} of {what}" for what, count in cells.left_out.items())
        notes["population"] = f"Postings left out of this report: {listed}."
    return notes


def shares_by_group(cells: Cells) -> pd.DataFrame:
    """Shares over the last twelve months by role family, seniority, country and work mode."""
    parts = []
    for stratum in STRATA:
        part = current_shares(cells, by=stratum)
        parts.append(part[part["group"] != "all"].assign(stratum=stratum))
    return pd.concat(parts, ignore_index=True)


def group_trends(cells: Cells) -> pd.DataFrame:
    """The trend tests within each group that is large enough; multiplicity is controlled within the group."""
    parts = []
    counted = cells.counted()
    for stratum in STRATA:
        column = cells.vacancies[stratum]
        sizes = column[counted].value_counts()
        for group in [str(name) for name in sizes[sizes >= MIN_GROUP].index] if (sizes > 0).sum() > 1 else []:
            table = skill_trends(cells.only((column == group).to_numpy()), replicates=GROUP_REPLICATES)
            parts.append(table.assign(group=group, stratum=stratum))
    if not parts:
        return skill_trends(cells).iloc[:0].assign(group="", stratum="")
    table = pd.concat(parts, ignore_index=True)
    return table[["group", *(name for name in table.columns if name != "group")]]


def curriculum(cells: Cells, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One row a skill for teachers: asked, required, of juniors and of seniors, then and now."""
    table = tables["skill_trends"][["skill", "kind", "share_first", "share_last", "trend"]]
    required = tables["required_shares"].set_index("skill")["share"]
    table = table.assign(share_required=table["skill"].map(required))
    level = cells.vacancies["seniority"]
    for name, levels in (("share_junior", ["intern", "entry"]), ("share_senior", ["senior", "staff", "lead"])):
        part = cells.only(level.isin(levels).to_numpy())
        found = current_shares(part) if part.counted().any() else tables["current_shares"].iloc[:0]
        table[name] = table["skill"].map(found.set_index("skill")["share"])
    return table


@contextlib.contextmanager
def _opened(corpus: Corpus | str | Path) -> Iterator[Corpus]:
    if isinstance(corpus, Corpus):
        yield corpus
        return
    with open_corpus(corpus) as opened:
        yield opened
