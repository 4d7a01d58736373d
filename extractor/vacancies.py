"""Which postings are one vacancy: one employer, one place, one text, one continuous spell.

Copies on other boards and re-posts within 60 days of the last sighting are the same vacancy; the same text in another
place is a sibling. Never across employers. A forum's threads are months of their own: who posts again next month, asks
again. Only employers with a posting that has no vacancy yet are looked at again.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
from attrs import define, field, frozen

from corpus.records import KIND_ORDER
from extractor.shingles import candidate_pairs, jaccard, numbers

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from corpus.db import Corpus

SPELL_DAYS = 60.0
SAME = 0.70
"""Least Jaccard similarity of two texts of one vacancy."""
SAME_CORE = 0.35
"""The same without what most of the employer's titles say: boilerplate must not make two vacancies one."""
CORE_SHINGLES = 12
"""A core shorter than this says nothing; then the whole texts must agree almost wholly."""
ALMOST_WHOLE = 0.95
WORTH_READING = 0.55
"""Estimated similarity below which two texts are not compared."""
SIBLING = 0.80
OVERLAP_DAYS = 7.0
"""Two different texts open side by side on one board for longer than this are two vacancies."""
BATCH = 2000
NOWHERE = 0
"""Number of the place that is not said."""
KEPT_TEXTS = 20_000
"""Texts of an employer whose shingles stay at hand: 100 MB. One employer may have ten times as many."""

_LEVELS = {"sr": "senior", "jr": "junior", "snr": "senior", "ii": "2", "iii": "3", "iv": "4", "i": "1"}
_LEVEL_WORDS = frozenset(
    "intern internship trainee working student junior graduate entry mid senior staff principal lead head director "
    "manager vp chief 1 2 3 4 5".split()
)
_NOISE = frozenset("m w f d x h all genders gn remote hybrid onsite the a an of in at for and".split())
_TITLE_WORD = re.compile(r"[^\W_]+[+#]*")
_AWAY = re.compile(r"\b(fully|remote|hybrid|on-?site|office|flexible|anywhere)\b")


@frozen
class Advert:
    """What decides whether two postings are one vacancy. Times in days."""

    posting_id: int
    board_id: int
    home_order: tuple[int, bool]
    """Kind of source, and whether the board shows many employers: lower speaks for the vacancy."""
    title: frozenset[str]
    levels: frozenset[str]
    place: str
    content: str
    """Equal for equal texts."""
    first: float
    last: float
    thread: str = ""
    """The month, where a forum's months are apart."""
    is_read: bool = True
    signature: bytes = b""


@define
class Cluster:
    """Adverts of one vacancy so far."""

    adverts: list[Advert]
    places: set[str] = field(factory=set)


@lru_cache(4096)
def title_words(title: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of a title without those that say nothing, and those of them that name a level."""
    words = [_LEVELS.get(word, word) for word in _TITLE_WORD.findall(title.casefold())]
    kept = frozenset(word for word in words if word not in _NOISE and (not word.isdigit() or len(word) == 1))
    return kept, kept & _LEVEL_WORDS


def place_key(location: str | None, country: str | None) -> str:
    """The places of a posting without regions and countries: `Berlin, Germany | Paris` equals `paris; berlin`."""
    parts = re.split(r"[|;]| / ", (location or "").casefold())
    names = {re.split(r"[,(]|\s[-–]\s", _AWAY.sub(" ", part).strip(" -–:,("))[0].strip() for part in parts}
    names.discard("")
    return "|".join(sorted(names)) or ("" if location is None else (country or "").casefold())


def is_same_title(one: Advert, other: Advert) -> bool:
    """Whether two titles may name one vacancy: the same level, and most words in common."""
    if one.levels != other.levels:
        return False
    shared = len(one.title & other.title)
    return shared >= 0.6 * len(one.title | other.title) or shared == min(len(one.title), len(other.title)) > 1


def group(adverts: Sequence[Advert], text_of: Callable[[int], str]) -> list[list[Advert]]:
    """The vacancies among one employer's adverts, each sorted by first sighting. `text_of` gives a posting's text."""
    nodes: dict[tuple[str, str, str, frozenset[str]], list[Advert]] = defaultdict(list)
    for advert in sorted(adverts, key=lambda a: (a.first, a.posting_id)):
        nodes[advert.content, advert.place, advert.thread, advert.levels].append(advert)
    clusters = [Cluster(list(part), {part[0].place} - {""}) for part in nodes.values()]
    leader = list(range(len(clusters)))
    for _, one, other in sorted(_alike(clusters, text_of), key=lambda pair: (-pair[0], pair[1], pair[2])):
        _join(clusters, leader, one, other)
    merged = [clusters[at] for at in range(len(clusters)) if leader[at] == at]
    return [spell for cluster in merged for spell in spells(cluster.adverts)]


def _alike(clusters: Sequence[Cluster], text_of: Callable[[int], str]) -> Iterator[tuple[float, int, int]]:
    """Pairs of clusters with texts near enough, and how near."""
    firsts = [cluster.adverts[0] for cluster in clusters]
    texts = _Texts(firsts, text_of)

    def may_be_one(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.asarray((a == b) | (a == NOWHERE) | (b == NOWHERE))

    for one, other in _near(firsts, WORTH_READING, may_be_one):
        a, b = firsts[one], firsts[other]
        likeness = 1.0 if a.content == b.content else texts.likeness(a, b)
        if likeness:
            yield likeness, one, other


def _near(
    adverts: Sequence[Advert], least: float, places_fit: Callable[[np.ndarray, np.ndarray], np.ndarray], most: int = 50
) -> Iterator[tuple[int, int]]:
    """Pairs of one thread and title whose places fit, and whose texts are equal or seem near (`candidate_pairs`)."""
    numbered: dict[object, int] = {"": NOWHERE}

    def numbers_of(values: Iterable[object]) -> np.ndarray:
        return np.array([numbered.setdefault(value, len(numbered)) for value in values], dtype=np.int64)

    place, kind = numbers_of(a.place for a in adverts), numbers_of((a.thread, a.levels) for a in adverts)

    def may(one: np.ndarray, other: np.ndarray) -> np.ndarray:
        return np.asarray((kind[one] == kind[other]) & places_fit(place[one], place[other]))

    equal = np.array(sorted(_equal_texts(adverts)), dtype=np.int64).reshape(-1, 2)
    equal = equal[may(equal[:, 0], equal[:, 1])]
    near = candidate_pairs([advert.signature for advert in adverts], least, may, most)
    for one, other in chain(near, equal.tolist()):
        if is_same_title(adverts[one], adverts[other]):
            yield one, other


def _equal_texts(firsts: Sequence[Advert]) -> set[tuple[int, int]]:
    """Pairs of one text, of which one may lack its place; texts without a signature have no other way to meet."""
    known: dict[str, list[int]] = defaultdict(list)
    for at, advert in enumerate(firsts):
        known[advert.content].append(at)
    return {(one, other) for rows in known.values() for i, other in enumerate(rows) for one in rows[max(0, i - 20) : i]}


class _Texts:
    """Shingles of an employer's texts, read when they are needed."""

    def __init__(self, adverts: Sequence[Advert], text_of: Callable[[int], str]) -> None:
        self._adverts = adverts
        self._of = lru_cache(KEPT_TEXTS)(lambda posting_id: numbers(text_of(posting_id)))
        self._common: np.ndarray | None = None

    def likeness(self, one: Advert, other: Advert) -> float:
        """Jaccard similarity of two texts, 0 where they are not one vacancy's."""
        a, b = self._of(one.posting_id), self._of(other.posting_id)
        whole = jaccard(a, b)
        if whole < SAME:
            return 0.0
        core_a, core_b = (np.setdiff1d(part, self.common(), assume_unique=True) for part in (a, b))
        if min(len(core_a), len(core_b)) < CORE_SHINGLES:
            return whole if whole >= ALMOST_WHOLE or not len(self.common()) else 0.0
        core = jaccard(core_a, core_b)
        return whole * core if core >= SAME_CORE else 0.0

    def common(self) -> np.ndarray:
        """What at least half of the employer's different titles say, of at most 30 titles; of fewer than 3, nothing."""
        if self._common is None:
            one_each = {advert.title: advert for advert in reversed(self._adverts) if advert.signature}
            chosen = sorted(one_each.values(), key=lambda advert: advert.posting_id)[:30]
            said = [self._of(advert.posting_id) for advert in chosen if len(chosen) >= 3]
            shingle, count = np.unique(np.concatenate([np.empty(0, np.int64), *said]), return_counts=True)
            self._common = shingle[count >= max(2, len(chosen) / 2)]
        return self._common


def _join(clusters: list[Cluster], leader: list[int], one: int, other: int) -> None:
    """Join two clusters unless that would put two places, or two texts open side by side on a board, into one."""
    one, other = _root(leader, one), _root(leader, other)
    if one == other:
        return
    a, b = clusters[one], clusters[other]
    if len(a.places | b.places) > 1 or any(_side_by_side(x, y) for x in a.adverts for y in b.adverts):
        return
    leader[max(one, other)] = min(one, other)
    clusters[min(one, other)] = Cluster(a.adverts + b.adverts, a.places | b.places)


def _root(leader: list[int], at: int) -> int:
    while leader[at] != at:
        at = leader[at]
    return at


def _side_by_side(one: Advert, other: Advert) -> bool:
    return (
        one.board_id == other.board_id
        and one.content != other.content
        and min(one.last, other.last) - max(one.first, other.first) > OVERLAP_DAYS
    )


def spells(adverts: Iterable[Advert]) -> list[list[Advert]]:
    """Cut a cluster where nothing was seen for more than 60 days."""
    found: list[list[Advert]] = []
    until = float("-inf")
    for advert in sorted(adverts, key=lambda a: (a.first, a.posting_id)):
        if not found or advert.first > until + SPELL_DAYS:
            found.append([])
        found[-1].append(advert)
        until = max(until, advert.last)
    return found


def home(adverts: Sequence[Advert]) -> Advert:
    """The advert that stands for the vacancy: the earliest that was read, on the employer's own board if possible."""
    board = min(adverts, key=lambda a: (a.home_order, a.first, a.posting_id)).board_id
    return min((a for a in adverts if a.board_id == board), key=lambda a: (not a.is_read, a.first, a.posting_id))


def siblings(vacancies: Sequence[Sequence[Advert]]) -> dict[int, int]:
    """Number of a vacancy -> the smallest number of its group, for those with the same text in other places."""
    firsts = [adverts[0] for adverts in vacancies]
    leader = list(range(len(firsts)))
    for one, other in _near(firsts, SIBLING, np.not_equal, most=10):
        top, low = _root(leader, one), _root(leader, other)
        leader[max(top, low)] = min(top, low)
    roots = [_root(leader, at) for at in range(len(firsts))]
    sizes = Counter(roots)
    return {at: root for at, root in enumerate(roots) if sizes[root] > 1}


_ROWS = """
SELECT p.posting_id, p.board_id, s.kind, p.title, p.location, p.country, coalesce(p.text_hash, p.content_hash),
    unixepoch(CASE WHEN b.board_id IN (SELECT board_id FROM visits) THEN p.first_seen_at
        ELSE coalesce(p.date_posted, p.first_seen_at) END) / 86400.0,
    unixepoch(p.last_seen_at) / 86400.0,
    CASE WHEN s.kind = 'forum' THEN substr(p.first_seen_at, 1, 7) ELSE '' END,
    x.posting_id IS NOT NULL, x.minhash
FROM postings p JOIN boards b USING (board_id) JOIN sources s USING (source)
LEFT JOIN extractions x USING (posting_id)
WHERE {which}
"""


def update_vacancies(corpus: Corpus) -> int:
    """Give every posting its vacancy; returns how many vacancies the file holds. Safe to stop and start again."""
    todo = corpus.rows(
        "SELECT employer_id, CASE WHEN employer_id IS NULL THEN board_id END, count(*) FROM postings"
        " WHERE vacancy_id IS NULL GROUP BY 1, 2 ORDER BY 1, 2"
    )
    shared = {
        row[0]
        for row in corpus.rows("SELECT board_id FROM postings GROUP BY board_id HAVING count(DISTINCT employer_id) > 1")
    }
    batch: list[tuple[int | None, int | None]] = []
    waiting = 0
    for employer, board, count in todo:
        batch.append((employer, board))
        waiting += count
        if waiting >= BATCH:
            _write(corpus, batch, shared)
            batch, waiting = [], 0
    _write(corpus, batch, shared)
    return int(corpus.value("SELECT count(*) FROM vacancies"))


def _write(corpus: Corpus, batch: Sequence[tuple[int | None, int | None]], shared: set[int]) -> None:
    """Work out the vacancies of some employers anew, in one transaction."""
    if not batch:
        return
    with corpus.transaction() as connection:
        for employer, board in batch:
            which, value = ("p.employer_id = ?", employer) if employer is not None else ("p.board_id = ?", board)
            if employer is None:
                which += " AND p.employer_id IS NULL"
            adverts = [advert_of(row, shared) for row in connection.execute(_ROWS.format(which=which), (value,))]
            found = group(adverts, lambda posting: _text(connection, posting))
            _replace(connection, employer, adverts, found)


def advert_of(row: Sequence[Any], shared: Collection[int]) -> Advert:
    """An advert from a row in the order of `_ROWS`; `shared` are the boards that show several employers."""
    posting, board, kind, title, location, country, content, first, last, thread, is_read, minhash = row
    words, levels = title_words(title)
    first = first or 0.0
    return Advert(
        posting_id=posting,
        board_id=board,
        home_order=(KIND_ORDER[kind], board in shared),
        title=words,
        levels=levels,
        place=place_key(location, country),
        content=content,
        first=first,
        last=max(first, last or first),
        thread=thread,
        is_read=bool(is_read),
        signature=minhash or b"",
    )


def _text(connection: sqlite3.Connection, posting_id: int) -> str:
    row = connection.execute("SELECT text FROM posting_texts WHERE posting_id = ?", (posting_id,)).fetchone()
    return row[0] if row else ""


def rows_of(
    employer: int | None, found: Sequence[Sequence[Advert]]
) -> tuple[list[tuple[int, int | None, int, int, int, int | None]], list[tuple[int, int]]]:
    """An employer's vacancies as rows of `vacancies`, and (vacancy, posting) for each posting.

    Each vacancy is numbered by its smallest posting, so that the numbers stay.
    """
    found = sorted(found, key=lambda part: min(a.posting_id for a in part))
    number = [min(a.posting_id for a in part) for part in found]
    groups = siblings(found)
    rows = []
    for at, part in enumerate(found):
        speaker = home(part)
        again = sum(advert.board_id == speaker.board_id for advert in part) - 1
        group_id = number[groups[at]] if at in groups else None
        rows.append((number[at], employer, speaker.posting_id, len(part), again, group_id))
    return rows, [(number[at], advert.posting_id) for at, part in enumerate(found) for advert in part]


def _replace(
    connection: sqlite3.Connection, employer: int | None, adverts: Sequence[Advert], found: Sequence[Sequence[Advert]]
) -> None:
    """Write an employer's vacancies in the place of those that it had."""
    rows, members = rows_of(employer, found)
    connection.executemany(
        "DELETE FROM vacancies WHERE vacancy_id IN (SELECT vacancy_id FROM postings WHERE posting_id = ?)",
        [(advert.posting_id,) for advert in adverts],
    )
    connection.executemany("INSERT OR REPLACE INTO vacancies VALUES (?, ?, ?, ?, ?, ?)", rows)
    connection.executemany("UPDATE postings SET vacancy_id = ? WHERE posting_id = ?", members)
