"""The computed results as the chapters ask for them: tables by name, and the words for population, place and period."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import pandas as pd
from attrs import frozen

from analysis import narrative as say
from corpus.roles import family_names

if TYPE_CHECKING:
    from analysis.about import About
    from analysis.tables import Results

LONG = 24
"""Months from which a change may be called a trend."""
MOST_MONTHS = 60
"""More months than this are drawn by quarter."""
ML_ROLES = "machine-learning roles"


@lru_cache(maxsize=1)
def topics() -> dict[str, str]:
    """Names of tasks and industries by id: topics.toml."""
    text = resources.files("analysis").joinpath("topics.toml").read_text(encoding="utf-8")
    return {ident: name for part in tomllib.loads(text).values() for ident, name in part.items()}


@frozen
class Series:
    """Shares of skills through time, by the unit that the file is large enough for."""

    name: str
    """The published table."""
    unit: str
    """`month` or `quarter`."""
    frame: pd.DataFrame
    """The table with `name`, the period as published, and `month`, at which it is drawn."""
    months: list[str]
    """Where every period of the data is drawn, also those too small to print."""
    unfinished: tuple[str, ...] = ()
    """Names of the periods at either end that the data covers in part only."""

    def of(self, skill: str) -> pd.DataFrame:
        """One skill's rows."""
        return self.frame[self.frame["skill"] == skill] if len(self.frame) else self.frame

    def settled(self, skill: str) -> tuple[dict[str, Any], str]:
        """The last finished period of a skill, with words where only unfinished ones are printed."""
        rows = [{str(k): v for k, v in row.items()} for row in self.of(skill).to_dict("records")]
        whole = [row for row in rows if row["name"] not in self.unfinished]
        return (whole or rows)[-1], "" if whole else " (unfinished)"

    @property
    def ends_unfinished(self) -> bool:
        """Whether the last period that is printed is not over."""
        return bool(len(self.frame)) and self.frame["name"].max() in self.unfinished

    def drawn(self, skill: str) -> pd.DataFrame:
        """One skill's rows for a chart, with a row of nothing for each period that is too small to print."""
        mine = self.of(skill)
        tips = [
            f"{say.label(r['skill'], r['kind'])}, {say.month(r['name'])}: {say.share_of(r)}, "
            f"{say.number(r['postings_with_skill'])} of {say.number(r['postings'])} postings"
            f"{', unfinished' if r['name'] in self.unfinished else ''}"
            for r in ({str(k): v for k, v in row.items()} for row in mine.to_dict("records"))
        ]
        rows = mine.assign(tip=tips).rename(columns={"share": "value", "share_low": "low", "share_high": "high"})
        whole = rows.set_index("month")[["value", "low", "high", "tip"]].reindex(self.months)
        return whole.assign(series=skill, tip=whole["tip"].fillna("")).reset_index(names="month")


class Source:
    """A reader's view of the results; `results` is None where the file holds nothing to report on."""

    def __init__(self, results: Results | None, about: About) -> None:
        self.results = results
        self.about = about
        self.months: list[str] = list(results.months) if results else []
        self.preliminary: list[str] = list(results.preliminary) if results else []

    def table(self, name: str) -> pd.DataFrame:
        """The published table, or an empty frame."""
        return self.results.tables.get(name, pd.DataFrame()) if self.results else pd.DataFrame()

    def note(self, name: str) -> str | None:
        """Why a table is empty or what limits it."""
        return self.results.notes.get(name) if self.results else None

    @property
    def names(self) -> list[str]:
        """Names of all published tables, in their order."""
        return list(self.results.tables) if self.results else []

    def trends(self) -> pd.DataFrame:
        """skill_trends with decomposition joined, rising fastest first, falling fastest last."""
        frame = self.table("skill_trends")
        if frame.empty:
            return frame
        parts = self.table("decomposition")
        missing = [c for c in ("change_pp", "within_pp", "between_pp") if c in parts and c not in frame]
        if missing:
            frame = frame.merge(parts[["skill", *missing]], on="skill", how="left")
        ranked = self.table("skill_rank")
        order = {skill: i for i, skill in enumerate(ranked["skill"])} if "skill" in ranked else {}
        key = frame["skill"].map(order).fillna(len(order))
        return (
            frame.assign(_key=key)
            .sort_values(["_key", "skill"], kind="stable")
            .drop(columns="_key")
            .reset_index(drop=True)
        )

    def current(self) -> pd.DataFrame:
        """Shares of the last year, most asked for first, with the share that requires the skill and its trend."""
        frame = self.table("current_shares")
        if frame.empty:
            return frame
        frame = frame[frame["group"] == "all"]
        required = self.table("required_shares")
        if len(required):
            wanted = required.loc[required["group"] == "all", ["skill", "share"]]
            frame = frame.merge(wanted.rename(columns={"share": "share_required"}), on="skill", how="left")
        trends = self.trends()
        if len(trends):
            frame = frame.merge(trends[["skill", "share_first", "trend"]], on="skill", how="left")
            frame["trend"] = frame["trend"].fillna("too_few")
        levels = self.table("curriculum")
        known = [name for name in ("share_junior", "share_senior") if name in levels]
        if known:
            frame = frame.merge(levels[["skill", *known]], on="skill", how="left")
        return frame.sort_values("share", ascending=False, kind="stable")

    def series(self) -> Series:
        """Shares by month, or by quarter where many months are too small to print, or there are too many to see."""
        monthly, quarterly = self.table("skill_shares"), self.table("skill_shares_quarterly")
        printed = monthly["month"].nunique() if len(monthly) else 0
        is_readable = printed >= 0.75 * len(self.months) and len(self.months) <= MOST_MONTHS
        if is_readable or quarterly.empty:
            frame = monthly.assign(name=monthly["month"]) if len(monthly) else monthly
            return Series("skill_shares", "month", frame, self.months, tuple(self.preliminary))
        firsts = {f"{m[:4]}-Q{(int(m[5:7]) + 2) // 3}": m for m in reversed(self.months)}
        frame = quarterly.assign(name=quarterly["quarter"], month=quarterly["quarter"].map(firsts))
        return Series("skill_shares_quarterly", "quarter", frame, sorted(firsts.values()), self._part_quarters())

    def _part_quarters(self) -> tuple[str, ...]:
        """Quarters with fewer than three months of data, or with a month that is not over."""
        whole: dict[str, int] = {}
        for month in self.months:
            quarter = f"{month[:4]}-Q{(int(month[5:7]) + 2) // 3}"
            whole[quarter] = whole.get(quarter, 0) + (month not in self.preliminary)
        return tuple(quarter for quarter, count in whole.items() if count < 3)

    @property
    def is_stock(self) -> bool:
        """Whether the boards were watched too briefly to see any posting open."""
        return self.results is not None and self.results.basis == "stock"

    @property
    def is_crawled(self) -> bool:
        """Whether visits date the postings, so that the same employers are seen again and again."""
        return self.results is not None and self.results.universe == "crawled"

    @property
    def is_long(self) -> bool:
        """Whether there are months enough to speak of trends."""
        return len(self.months) >= LONG

    @property
    def role(self) -> str:
        """Who is meant: `machine-learning roles`, `data engineer roles`, `all roles`."""
        selection = self.results.selection if self.results else None
        if selection is None or selection.role is None:
            return ML_ROLES
        return "all roles" if selection.role == "all" else f"{family_names()[selection.role].lower()} roles"

    @property
    def population(self) -> str:
        """Whose postings: role and, where narrowed, title and country."""
        selection = self.results.selection if self.results else None
        parts = [self.role]
        if selection and selection.title:
            parts.append(f"titles with “{selection.title}”")
        if selection and selection.country:
            parts.append(selection.country.upper())
        return ", ".join(parts)

    @property
    def period(self) -> str:
        """The months covered, in words."""
        return say.months(self.months[0], self.months[-1]) if self.months else "no months"

    @property
    def last_period(self) -> str:
        """The months of the shares of the last year, in words."""
        if self.results is not None and self.results.recent is not None:
            return say.months(*self.results.recent)
        return say.months(self.months[-12:][0], self.months[-1]) if self.months else "no months"

    @property
    def base(self) -> str:
        """The base period of the index, in words."""
        known = self.table("volume").dropna(subset=["index"])
        return say.months(known["month"].iloc[0], known["month"].iloc[:12].iloc[-1]) if len(known) else self.period

    def credit(self, text: str) -> str:
        """The line under a chart."""
        listed = say.listing(self.about.sources[:4]) or "the database"
        more = " and others" if len(self.about.sources) > 4 else ""
        return f"Source: mljobs from {listed}{more}, to {say.day(self.about.data_until)}. {text}"

    def group(self, name: object) -> str:
        """A group's name for a reader: `senior` -> `Senior`, `seniority:senior` -> `Senior`, `US` as it is."""
        text = str(name)
        if ":" in text:
            return ", ".join(self.group(part) for part in text.rsplit(":", maxsplit=1)[-1].split("/"))
        known = say.SENIORITY | say.WORK_MODES | topics() | family_names() | {"other": "Other roles"} | say.COUNTRIES
        return known.get(text, text.replace("_", " "))

    def too_little(self, name: str) -> str:
        """Why a chapter is empty."""
        return self.note(name) or (
            "Too few postings for this chapter: a share is printed from 100 postings, 10 "
            "of them with the skill, of 5 employers."
        )
