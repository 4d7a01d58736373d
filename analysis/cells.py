"""The file, or a folder of cells, read once: vacancies, what each asks for, which employer was covered when.

SQL (the `cell_…` views of corpus/cells.sql, which a folder of cells has as tables) does the joining and the counting of
what is only counted; what comes back is numbers, one row a vacancy, and one sparse matrix vacancies x skills. Every
measure takes these `Cells`; none reads the file again, and none ever sees a posting's text, so the cost grows with
vacancies and cells and not with the length of the texts.
"""

from __future__ import annotations

import re
from array import array
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from attrs import evolve, frozen
from scipy import sparse

from analysis.coverage import Boards, Calendar, continued, exposure, read_boards, spoken_for, spread_evenly
from analysis.dates import believed, covered_by_dates
from analysis.facts import Facts, read_facts
from corpus.cells import make_views
from corpus.errors import InputError
from corpus.roles import family_names, ml_families

if TYPE_CHECKING:
    import numpy.typing as npt

    from corpus.db import Corpus

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

REQUIRED = 1
LEVELS = {"required": 1, "preferred": 2, "duty": 3, "other": 4}
STRATA = ("role_family", "seniority", "country", "work_mode")
MIN_FLOW_DAYS = 90
"""Less coverage than this shows no flow: such a file is described by its stock."""


@frozen
class Selection:
    """Which postings a report is about."""

    role: str | None = None
    """A role family's id, `all` (every posting with its text in the file), or None or `ml`: the ML families."""
    since: str | None = None
    """First month, `YYYY-MM`."""
    until: str | None = None
    """Last month, `YYYY-MM`."""
    title: str | None = None
    """A regular expression that the title must hold, ignoring case."""
    country: str | None = None
    """ISO 3166-1 alpha-2."""

    def checked(self) -> Selection:
        """Itself, `ml` said as None; raises `InputError` with one clear line where it makes no sense."""
        if self.role not in (None, "ml", "all", *family_names()):
            raise InputError(f"no role family {self.role!r}: use ml, all, {', '.join(family_names())}")
        for month in (self.since, self.until):
            if month is not None and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
                raise InputError(f"{month!r} is no month: write YYYY-MM")
        if self.since and self.until and self.since > self.until:
            raise InputError(f"--since {self.since} is after --until {self.until}")
        if self.country is not None and not re.fullmatch(r"[A-Za-z]{2}", self.country):
            raise InputError(f"{self.country!r} is no country: write two letters, such as DE")
        if self.title is not None:
            try:
                re.compile(self.title)
            except re.error as error:
                raise InputError(f"--title {self.title!r} is no regular expression: {error}") from error
        return evolve(self, role=None) if self.role == "ml" else self


@frozen
class Cells:
    """What every measure takes. Times are days since 1970-01-01 UTC; months are numbers into `calendar`."""

    selection: Selection
    calendar: Calendar
    boards: Boards
    universe: str
    """`crawled` (dated by visits), `dated` (imported without visits: dated by their own dates) or `forum`."""
    basis: str
    """`flow`: vacancies count in the month in which they opened; `stock`: all that were seen (too few days of
    coverage to see any open), counted in the month in which they were first seen."""
    vacancies: pd.DataFrame
    """One row a vacancy, sorted by `posting_id`: employer, unit, board, seat, month (-1: not in the flow), open_low,
    open_high, last_low, last_high, is_closed, is_followed (its end is known or awaited), is_flow, is_read,
    posting_count, and the strata as categoricals."""
    units: pd.DataFrame
    """Employer x board, the cells whose coverage is known: employer, board, source. Boards of one employer of which
    one took the place of the other are one unit, under the number of the first."""
    exposure: Floats
    """units x months: days on which an opening would have been seen, and counted here: none while the employer's own
    board, of which this one shows copies, is read as well."""
    flow: Floats
    """units x months: vacancies that opened, spread over the days between two visits."""
    all_flow: Floats
    """months: the same, of every vacancy of the covered boards whatever its role: what `per million` divides by."""
    skills: pd.DataFrame
    """The columns of `asks`: skill_id, name, kind."""
    asks: sparse.csr_matrix
    """vacancies x skills, 1 where the vacancy names the skill."""
    requires: sparse.csr_matrix
    """The same, only where the skill is required."""
    facts: Facts
    employer_names: dict[int, str]
    ledger: pd.DataFrame
    """month, source: boards, visits_ok, visits_failed, postings (first seen then), of the whole file."""
    reading: dict[str, float]
    """extractor_versions, short_texts (share), english (share): for the quality checks."""
    left_out: dict[str, int]
    """Why postings of the selection are not counted -> how many."""

    @property
    def months(self) -> list[str]:
        """The months as `YYYY-MM`."""
        return self.calendar.names

    def counted(self) -> npt.NDArray[np.bool_]:
        """Vacancies with a month and a text that was read: the base of every share."""
        return np.asarray((self.vacancies["month"] >= 0) & self.vacancies["is_read"])

    def covered_flow(self) -> Floats:
        """The flow of units in months in which they are covered: what is compared over time."""
        return self.flow * (self.exposure > 0)

    def only(self, rows: npt.NDArray[np.bool_]) -> Cells:
        """The same with some of the vacancies (a stratum, say); coverage stays as it is."""
        kept = self.vacancies[rows].reset_index(drop=True)
        flow = _flow(kept, self.calendar, len(self.units))
        return evolve(self, vacancies=kept, flow=flow, asks=self.asks[rows], requires=self.requires[rows])


def read_cells(corpus: Corpus, selection: Selection) -> Cells:
    """Read what the selection is about. The file must be open; it is not written to (a temporary table aside)."""
    selection = selection.checked()
    make_views(corpus)
    boards = read_boards(corpus)
    rows, left_out = _read_postings(corpus, selection)
    rows["universe"] = boards.table["universe"].reindex(rows["board"]).to_numpy()
    universe, others = _universe(rows)
    left_out |= others
    rows = rows[rows["universe"] == universe].reset_index(drop=True)
    rows["seat"] = continued(rows["employer"], rows["board"], boards)
    vacancies = _vacancies(rows)
    if universe != "crawled":
        source = boards.table["source"].reindex(vacancies["board"]).to_numpy()
        is_forum = universe == "forum"
        vacancies["posted"] = vacancies["open_high"] if is_forum else believed(vacancies, source)
        days = vacancies["posted"].to_numpy(dtype=np.float64)
        boards = covered_by_dates(boards, days, source, whole_months=is_forum)
    basis = "flow" if _covered_days(boards, universe) >= MIN_FLOW_DAYS else "stock"
    calendar = _calendar(boards, universe, vacancies, selection)
    _date(vacancies, boards, universe, basis, calendar)
    units, vacancies["unit"] = _units(vacancies, boards)
    seats = boards.seated(vacancies["board"], vacancies["seat"])
    flow = _flow(vacancies, calendar, len(units))
    skills, asks, requires = _read_skills(corpus, vacancies)
    names = dict(corpus.connection.execute("SELECT employer_id, name FROM cell_employers").fetchall())
    return Cells(
        selection=selection,
        calendar=calendar,
        boards=boards,
        universe=universe,
        basis=basis,
        vacancies=vacancies,
        units=units,
        exposure=np.where(
            spoken_for(rows, units, boards, calendar), 0.0, exposure(seats, units["board"].to_numpy(), calendar)
        ),
        flow=flow,
        all_flow=_all_flow(corpus, boards, universe, calendar),
        skills=skills,
        asks=asks,
        requires=requires,
        facts=read_facts(corpus),
        employer_names={code: names.get(code, "") for code in units["employer"].unique().tolist()},
        ledger=_read_ledger(corpus),
        reading=_read_quality(corpus),
        left_out=left_out,
    )


ROWS = """
SELECT posting_id, vacancy, is_home, employer, board, is_read, open_low, open_high, last_low, last_high, closed_at,
    posted, is_evergreen, repost_count, role_family, seniority, country, work_mode
FROM cell_postings WHERE {where} ORDER BY posting_id
"""
COLUMNS = [
    "posting_id",
    "vacancy",
    "is_home",
    "employer",
    "board",
    "is_read",
    "open_low",
    "open_high",
    "last_low",
    "last_high",
    "closed_at",
    "posted",
    "is_evergreen",
    "repost_count",
]


def _read_postings(corpus: Corpus, selection: Selection) -> tuple[pd.DataFrame, dict[str, int]]:
    """One row a posting of the selection; standing adverts are left out and counted."""
    where, values = _where(corpus, selection)
    numbers: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in COLUMNS}
    codes: dict[str, dict[str | None, int]] = {name: {} for name in STRATA}
    strata: dict[str, list[npt.NDArray[np.int32]]] = {name: [] for name in STRATA}
    cursor = corpus.connection.execute(ROWS.format(where=where), values)
    while batch := cursor.fetchmany(50_000):
        columns = list(zip(*batch, strict=True))
        for name, column in zip(COLUMNS, columns, strict=False):
            numbers[name].append(np.array(column, dtype=np.float64))
        for name, column in zip(STRATA, columns[len(COLUMNS) :], strict=True):
            known = codes[name]
            strata[name].append(np.array([known.setdefault(value, len(known)) for value in column], dtype=np.int32))
    rows = pd.DataFrame({name: np.concatenate(parts) if parts else np.array([]) for name, parts in numbers.items()})
    for name in ("posting_id", "vacancy", "employer", "board", "repost_count"):
        rows[name] = rows[name].astype(np.int64)
    for name in ("is_home", "is_read", "is_evergreen"):
        rows[name] = rows[name].astype(bool)
    for name in STRATA:
        labels = [value for value in codes[name] if value is not None]
        place = {value: i for i, value in enumerate(labels)}
        recode = np.array([place.get(value, -1) if value is not None else -1 for value in codes[name]], dtype=np.int32)
        raw = np.concatenate(strata[name]) if strata[name] else np.array([], dtype=np.int32)
        coded: Any = recode[raw] if len(recode) else raw
        rows[name] = pd.Categorical.from_codes(coded, categories=pd.Index(labels, dtype=object))
    _continue_in_later_episodes(corpus, rows)
    standing = int(rows["is_evergreen"].sum())
    return rows[~rows["is_evergreen"]].reset_index(drop=True), ({"standing adverts": standing} if standing else {})


def _where(corpus: Corpus, selection: Selection) -> tuple[str, list[Any]]:
    """The SQL condition of a selection and its values."""
    conditions = ["1"]
    values: list[Any] = []
    if selection.role == "all":
        conditions.append("(has_text = 1 OR is_read = 1)")
    else:
        families = ml_families() if selection.role is None else (selection.role,)
        conditions.append(f"role_family IN ({', '.join('?' * len(families))})")
        values += families
    if selection.country:
        conditions.append("country = ?")
        values.append(selection.country.upper())
    if selection.title:
        pattern = re.compile(selection.title, re.IGNORECASE)
        corpus.connection.create_function(
            "title_matches", 1, lambda title: bool(pattern.search(title or "")), deterministic=True
        )
        conditions.append("title_matches(title)")
    return " AND ".join(conditions), values


def _continue_in_later_episodes(corpus: Corpus, rows: pd.DataFrame) -> None:
    """A posting that came back lasts until its last episode ends."""
    later = corpus.connection.execute(
        "SELECT posting_id, last_low, last_high, closed_at FROM cell_returns ORDER BY number"
    ).fetchall()
    if not later or rows.empty:
        return
    last = pd.DataFrame([tuple(row) for row in later], columns=["posting_id", "low", "high", "closed"], dtype=float)
    last = last.drop_duplicates("posting_id", keep="last").set_index("posting_id")
    at = rows["posting_id"].isin(last.index)
    found = last.loc[rows.loc[at, "posting_id"]]
    for name, value in (("last_low", "low"), ("last_high", "high"), ("closed_at", "closed")):
        rows.loc[at, name] = found[value].to_numpy()


def _universe(rows: pd.DataFrame) -> tuple[str, dict[str, int]]:
    """Boards that were visited, imports without visits and forums are never mixed: the largest is reported on."""
    counts = rows["universe"].value_counts()
    if counts.empty:
        return "crawled", {}
    best = max(counts.index, key=lambda name: (counts[name], name == "crawled"))
    words = {"crawled": "crawled boards", "dated": "imports without visits", "forum": "forums"}
    return str(best), {words[str(name)]: int(count) for name, count in counts.items() if name != best}


def _vacancies(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a vacancy: its representative posting, which lasts as long as its re-posts in the same seat."""
    home = rows[rows["is_home"]].reset_index(drop=True)
    if len(home) == len(rows):
        home["posting_count"] = 1
    else:
        keys = ["vacancy", "seat"]
        ordered = rows.sort_values([*keys, "last_low"], kind="stable")
        spans = ordered.drop_duplicates(keys, keep="last").set_index(keys)
        home["posting_count"] = rows.groupby("vacancy").size().reindex(home["vacancy"]).to_numpy()
        found = spans.reindex(pd.MultiIndex.from_frame(home[keys]))
        for name in ("last_low", "last_high", "closed_at"):
            home[name] = found[name].to_numpy()
    home["is_closed"] = home["closed_at"].notna()
    # an import that tells only when a posting was published says nothing of how long it stayed; where the visits
    # themselves are told by the day, a posting that was seen once looks the same
    only_date = (home["posted"] == home["open_high"]) & (home["last_low"] == home["open_high"])
    home["is_followed"] = ~only_date | (home["open_low"] % 1 == 0)
    return home.drop(columns=["is_home", "is_evergreen"])


def _covered_days(boards: Boards, universe: str) -> float:
    """Days between the first and the last day on which any board of the universe was covered."""
    chosen = boards.table.index[boards.table["universe"] == universe]
    blocks = boards.blocks[boards.blocks["board_id"].isin(chosen)]
    return 0.0 if blocks.empty else float(blocks["high"].max() - blocks["low"].min())


def _calendar(boards: Boards, universe: str, vacancies: pd.DataFrame, selection: Selection) -> Calendar:
    """From the first to the last month of coverage, cut to what was asked for."""
    chosen = boards.table[boards.table["universe"] == universe]
    low, high = chosen["first_at"].min(), chosen["last_at"].max()
    if not np.isfinite(low):
        low, high = 0.0, 0.0
    calendar = Calendar.between(float(low), float(high))
    keep = [
        i
        for i, month in enumerate(calendar.names)
        if (selection.since or "") <= month and (selection.until is None or month <= selection.until)
    ]
    if not keep or vacancies.empty:
        what = "in these months" if len(vacancies) else "of this role, title and country"
        raise InputError(f"no postings {what}: try --role all, or see `mljobs status` for what the file holds")
    first, last = keep[0], keep[-1]
    return Calendar(calendar.names[first : last + 1], calendar.edges[first : last + 2])


def _date(vacancies: pd.DataFrame, boards: Boards, universe: str, basis: str, calendar: Calendar) -> None:
    """Add `is_flow` (it is known when it opened) and `month`."""
    if universe == "crawled":
        allowed = boards.table["allowed"].reindex(vacancies["board"]).to_numpy()
        gap = vacancies["open_high"] - vacancies["open_low"]
        vacancies["is_flow"] = (gap <= allowed) & (gap >= 0)
        opened = (vacancies["open_low"] + vacancies["open_high"]) / 2
    else:
        opened = vacancies["posted"]
        vacancies["open_low"] = vacancies["open_high"] = opened
        vacancies["is_flow"] = opened.notna()
    if basis == "stock":
        vacancies["is_flow"] = False
        opened = vacancies["open_high"]
    month = calendar.month_of(opened.to_numpy())
    vacancies["month"] = month if basis == "stock" else np.where(vacancies["is_flow"], month, -1)


def _units(vacancies: pd.DataFrame, boards: Boards) -> tuple[pd.DataFrame, Ints]:
    """Employer x board pairs (boards that one moved to count as the one it left) and, for each vacancy, its pair."""
    pairs = vacancies[["employer", "seat"]].rename(columns={"seat": "board"})
    units = pairs.drop_duplicates().sort_values(["employer", "board"]).reset_index(drop=True)
    place = pd.Series(np.arange(len(units)), index=pd.MultiIndex.from_frame(units))
    units["source"] = boards.table["source"].reindex(units["board"]).to_numpy()
    return units, place.reindex(pd.MultiIndex.from_frame(pairs)).to_numpy().astype(np.int64)


def _flow(vacancies: pd.DataFrame, calendar: Calendar, unit_count: int) -> Floats:
    """Units x months: openings, each spread over the days on which it may have been."""
    flow = np.zeros((unit_count, len(calendar)))
    opened = vacancies[vacancies["is_flow"]]
    if len(opened):
        low, high = opened["open_low"].to_numpy(), opened["open_high"].to_numpy()
        rows, months, parts = spread_evenly(low, np.maximum(high, low + 1e-6), calendar.edges)
        np.add.at(flow, (opened["unit"].to_numpy()[rows], months), parts)
    return flow


def _all_flow(corpus: Corpus, boards: Boards, universe: str, calendar: Calendar) -> Floats:
    """months: openings of vacancies of every role on the boards of this universe."""
    sql = (
        "SELECT board_id, low, high, vacancies FROM cell_openings ORDER BY 1, 2, 3"
        if universe == "crawled"
        else "SELECT board_id, day, day, vacancies FROM cell_days ORDER BY 1, 2"
    )
    grouped = corpus.connection.execute(sql).fetchall()
    table = np.array([tuple(row) for row in grouped], dtype=np.float64).reshape(-1, 4)
    known = boards.table.reindex(table[:, 0].astype(np.int64))
    low, high = table[:, 1], table[:, 2]
    usable = high - low <= known["allowed"].to_numpy() if universe == "crawled" else np.isfinite(low)
    usable &= (known["universe"] == universe).to_numpy()
    flow = np.zeros(len(calendar))
    if usable.any():
        low, high = low[usable], np.maximum(high[usable], low[usable] + 1e-6)
        rows, months, parts = spread_evenly(low, high, calendar.edges)
        np.add.at(flow, months, parts * table[usable, 3][rows])
    return flow


def _read_skills(corpus: Corpus, vacancies: pd.DataFrame) -> tuple[pd.DataFrame, sparse.csr_matrix, sparse.csr_matrix]:
    """The skills that are named at all, and the matrices vacancies x skills: named, and named as required."""
    connection = corpus.connection
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS counted (posting_id INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM temp.counted")
    connection.executemany("INSERT INTO temp.counted VALUES (?)", ((i,) for i in vacancies["posting_id"].tolist()))
    connection.commit()
    listed = connection.execute("SELECT skill_id, name, kind FROM cell_skills ORDER BY skill_id").fetchall()
    skills = pd.DataFrame([tuple(row) for row in listed], columns=["skill_id", "name", "kind"])
    code = {
        f"{level[0]}{skill}": 2 * column + (level == "required")
        for column, skill in enumerate(skills["skill_id"])
        for level in LEVELS
    }
    cursor = connection.execute(
        "SELECT t.posting_id, group_concat(substr(a.requirement, 1, 1) || a.skill_id, char(31))"
        " FROM temp.counted t JOIN cell_asks a ON a.posting_id = t.posting_id GROUP BY t.posting_id"
    )
    cursor.row_factory = None
    postings, counts, found = array("q"), array("q"), array("i")
    for posting, names in cursor:
        before = len(found)
        found.extend([code[name] for name in names.split("\x1f") if name in code])
        postings.append(posting)
        counts.append(len(found) - before)
    codes = np.frombuffer(found, dtype=np.int32) if found else np.array([], dtype=np.int32)
    rows = np.searchsorted(vacancies["posting_id"].to_numpy(), np.array(postings, dtype=np.int64))
    lengths = np.zeros(len(vacancies), dtype=np.int64)
    lengths[rows] = np.array(counts, dtype=np.int64)
    pointers = np.concatenate([[0], np.cumsum(lengths)])
    shape = (len(vacancies), len(skills))
    asks = sparse.csr_matrix((np.ones(len(codes), np.float32), codes // 2, pointers), shape=shape)
    requires = sparse.csr_matrix(((codes % 2).astype(np.float32), codes // 2, pointers), shape=shape)
    requires.eliminate_zeros()
    used = np.flatnonzero(asks.getnnz(axis=0))
    return skills.iloc[used].reset_index(drop=True), asks[:, used].tocsr(), requires[:, used].tocsr()


def _read_ledger(corpus: Corpus) -> pd.DataFrame:
    """What was looked at, and what came of it, by month and source."""
    visits = corpus.connection.execute(
        "SELECT month, source, boards, visits_ok, visits_failed FROM cell_looked"
    ).fetchall()
    seen = corpus.connection.execute("SELECT month, source, postings, boards FROM cell_found").fetchall()
    keys = ["month", "source"]
    looked = pd.DataFrame([tuple(row) for row in visits], columns=[*keys, "boards", "visits_ok", "visits_failed"])
    found = pd.DataFrame([tuple(row) for row in seen], columns=[*keys, "postings", "posting_boards"])
    table = looked.merge(found, on=keys, how="outer")
    table["boards"] = table["boards"].fillna(table["posting_boards"])
    numbers = ["boards", "visits_ok", "visits_failed", "postings"]
    table[numbers] = table[numbers].fillna(0).astype(np.int64)
    return table[[*keys, *numbers]].sort_values(keys, ignore_index=True)


def _read_quality(corpus: Corpus) -> dict[str, float]:
    """How well the counted postings were read; from the temporary table `counted`."""
    row = corpus.connection.execute(
        "SELECT count(DISTINCT extractor_version), avg(is_short), avg(is_english)"
        " FROM temp.counted JOIN cell_postings USING (posting_id) WHERE is_read = 1"
    ).fetchone()
    names = ("extractor_versions", "short_texts", "english")
    return {name: float(value or 0) for name, value in zip(names, row, strict=True)}
