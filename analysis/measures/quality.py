"""Checks of the data behind the numbers: each with its value, its threshold, and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from analysis.cells import Cells

    Check = tuple[str, bool, float, float, str]
COLUMNS = ["name", "is_passed", "value", "threshold", "detail"]
GATES = frozenset(
    {"postings_counted", "visits_failed", "days_missed", "unread", "extractor_versions", "dates_in_order"}
)
"""Checks that a healthy file passes: `mljobs report` ends with status 1 where one fails. The others are cautions for
the reader (one large employer, a short history), which no repair of the file would change."""
DATED = {"crawled": "by visits to their boards", "dated": "by their own dates", "forum": "by the month of their thread"}
"""What dates the postings, by universe."""
MANY_ON_ONE_DAY = 3.0
"""Openings first seen on one day, as a multiple of an even spread over the days of visits, that need explaining."""


def quality_checks(cells: Cells, tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """quality_checks: what a careful reader would ask of the file first."""
    rows = [*_coverage(cells), *_population(cells), *_reading(cells, tables), *_dates(cells), *_index(cells, tables)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _at_least(name: str, value: float, threshold: float, detail: str) -> Check:
    return name, bool(value >= threshold), value, threshold, detail


def _at_most(name: str, value: float, threshold: float, detail: str) -> Check:
    return name, bool(value <= threshold), value, threshold, detail


def _many(count: float, noun: str, plural: str | None = None) -> str:
    """`1 month`, `2,713 vacancies`."""
    return f"{count:,.0f} {noun if round(count) == 1 else plural or noun + 's'}"


def _coverage(cells: Cells) -> Iterator[Check]:
    months = len(cells.months)
    yield _at_least("months_of_coverage", months, 24, f"{_many(months, 'month')}; trends need 24")
    visits = cells.ledger[["visits_ok", "visits_failed"]].sum()
    tried = visits.sum()
    if tried:
        failed = visits["visits_failed"] / tried
        yield _at_most(
            "visits_failed",
            failed,
            0.1,
            f"{visits['visits_failed']:,} of {_many(tried, 'visit')} did not read the whole board",
        )
    chosen = cells.boards.table.index[cells.boards.table["universe"] == cells.universe]
    outages = cells.boards.outages[cells.boards.outages["board_id"].isin(chosen)]
    covered = cells.boards.blocks.loc[cells.boards.blocks["board_id"].isin(chosen)]
    missed = (outages["high"] - outages["low"]).sum()
    days = (covered["high"] - covered["low"]).sum() + missed
    if days and cells.universe == "crawled":
        detail = (
            f"{missed:,.0f} of {days:,.0f} days on which boards were followed fall into {_many(len(outages), 'gap')}"
            " between visits: not counted as covered, and nothing is closed in them"
        )
        yield _at_most("days_missed", missed / days, 0.1, detail)
    others = sum(count for what, count in cells.left_out.items() if what != "standing adverts")
    detail = "; ".join(f"{_many(count, 'posting')} left out: {what}" for what, count in cells.left_out.items())
    share = others / max(others + len(cells.vacancies), 1)
    yield _at_most("one_universe", share, 0.1, detail or f"all postings are dated alike: {DATED[cells.universe]}")


def _population(cells: Cells) -> Iterator[Check]:
    rows = cells.vacancies[cells.counted()]
    sizes = rows["employer"].value_counts()
    if not len(sizes):
        yield _at_least("postings_counted", 0, 100, "no posting with a text that was read and a month")
        return
    yield _at_least(
        "postings_counted", len(rows), 100, f"{_many(len(rows), 'posting')} of {_many(len(sizes), 'employer')}"
    )
    weight = sizes / sizes.sum()
    top = cells.employer_names.get(int(sizes.index[0])) or "one employer"
    yield _at_most("largest_employer", float(weight.iloc[0]), 0.15, f"{top} has {weight.iloc[0]:.1%} of the postings")
    heard = float(1 / (weight**2).sum())
    yield _at_least("effective_employers", heard, 20, f"as much is heard as from {heard:.1f} employers of one size")
    if cells.basis == "flow" and cells.universe == "crawled":
        stock = float((~cells.vacancies["is_flow"]).mean())
        detail = f"{stock:.1%} were open at the first visit or after a gap: counted as open, not as new"
        yield _at_most("first_crawl_stock", stock, 0.5, detail)
    copies = float(cells.vacancies["posting_count"].sum() / len(cells.vacancies) - 1)
    yield _at_most("copies", copies, 1.0, f"{copies:.2f} copies and re-posts of each posting on average, counted once")


def _reading(cells: Cells, tables: Mapping[str, pd.DataFrame]) -> Iterator[Check]:
    placed = cells.vacancies["month"] >= 0
    unread = float((~cells.vacancies.loc[placed, "is_read"]).mean()) if placed.any() else 0.0
    yield _at_most(
        "unread", unread, 0.05, f"{unread:.1%} of the postings are not read{': run `mljobs extract`' if unread else ''}"
    )
    used = cells.counted()
    silent = float((cells.asks.getnnz(axis=1)[used] == 0).mean()) if used.any() else 0.0
    yield _at_most("without_a_skill", silent, 0.15, f"{silent:.1%} of the read postings name no known skill")
    versions = cells.reading["extractor_versions"]
    yield _at_most("extractor_versions", versions, 1, f"read by {_many(versions, 'version')} of the extractor")
    empty = cells.reading["short_texts"]
    yield _at_most("short_texts", empty, 0.05, f"{empty:.1%} of the read texts have fewer than 300 characters")
    english = cells.reading["english"]
    yield _at_least("english", english, 0.8, f"{english:.1%} of the texts are English, the language that is read best")
    pay = cells.facts.salaries
    if len(pay):
        told = pay["posting_id"].nunique()
        detail = f"{_many(told, 'posting names', 'postings name')} pay"
        usable = len(tables["pay_of_vacancies"]) / told
        yield _at_least("usable_pay", usable, 0.8, f"{detail}, {usable:.1%} of them in a form that can be compared")


def _dates(cells: Cells) -> Iterator[Check]:
    rows = cells.vacancies
    wrong = int((rows["last_low"] < rows["open_high"]).sum()) if cells.universe == "crawled" else 0
    yield _at_most("dates_in_order", wrong, 0, f"{_many(wrong, 'posting')} last seen before first seen")
    if cells.basis == "flow":
        day = np.floor(rows.loc[rows["is_flow"], "open_high"])
        heap = float(day.value_counts(normalize=True).iloc[0]) if len(day) else 0.0
        even = MANY_ON_ONE_DAY / max(day.nunique(), 1)
        yield _at_most("heaping", heap, max(0.05, even), f"{heap:.1%} of the openings were first seen on one day")


def _index(cells: Cells, tables: Mapping[str, pd.DataFrame]) -> Iterator[Check]:
    known = tables["volume"].dropna(subset=["index", "index_raw"])
    if cells.basis == "flow" and len(known) > 12:
        late = known.tail(6)
        gap = float(late["index_raw"].mean() / late["index"].mean() - 1)
        moved = ": coverage changed, read the index" if abs(gap) > 0.15 else ""
        side = "above" if gap > 0 else "below"
        detail = f"the raw count ends {abs(gap):.0%} {side} the matched index{moved}"
        yield "raw_against_matched", abs(gap) <= 0.15, abs(gap), 0.15, detail
