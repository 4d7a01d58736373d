"""Make the demo: fictional employers, what they publish over 30 months, and the archive of 30 monthly visits.

    python demo/build.py [--out demo]

Writes `boards.csv` and `demo.warc.gz` beside this file. Everything follows from content.toml and one seed, so the
same builder makes the same archive. It holds what a real crawl meets: vacancies that open, close, come back and are
re-posted, the same role in two cities, an employer that joins late, one that leaves, a board that fails for three
months, one that shows nothing for a month, a truncated answer, and skills that rise, fall, jump or stay.
"""

from __future__ import annotations

import argparse
import datetime as dt
import html
import io
import json
import math
import random
import tomllib
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

HERE = Path(__file__).parent
SEED = 20241
TRUNCATED = ("cairnlight", 7)
GROWTH_OF_ML = 1.6
"""Openings for ML roles at the end, as a multiple of the start; other roles stay level."""


@dataclass
class Vacancy:
    """One opening, from the day it is published to the day it is taken down (and perhaps a second time)."""

    key: str
    title: str
    city: str
    body: str
    published: dt.date
    spells: list[tuple[dt.date, dt.date]]
    pay: tuple[int, int] | None
    is_ml: bool
    department: str
    reposted: bool = False

    def is_live(self, day: dt.date) -> bool:
        return any(start <= day < end for start, end in self.spells)

    def public_id(self, day: dt.date) -> str:
        """A re-poster gives the same advert a new id every month."""
        key = f"{self.key}@{day:%Y-%m}" if self.reposted else self.key
        return str(uuid.uuid5(uuid.NAMESPACE_URL, key))


@dataclass
class Employer:
    """A fictional employer with tastes of its own: how much more or less it asks for each skill."""

    facts: dict
    tastes: dict[str, float]
    founded: int
    size: int
    vacancies: list[Vacancy] = field(default_factory=list)


def months(content: dict) -> list[dt.date]:
    """The days of the visits: the third of each month."""
    first = dt.date.fromisoformat(content["first_visit"])
    return [
        first.replace(year=first.year + (first.month - 1 + m) // 12, month=(first.month - 1 + m) % 12 + 1)
        for m in range(content["months"])
    ]


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def asked_for(skill: dict, month: float, taste: float, last: int) -> float:
    """The chance that a posting of this month and employer names the skill."""
    if "step" in skill:
        level = logit(skill["end"] if month >= skill["step"] else skill["start"])
    else:
        level = logit(skill["start"]) + (logit(skill["end"]) - logit(skill["start"])) * min(max(month / last, 0), 1)
    return 1 / (1 + math.exp(-(level + taste)))


def poisson(rng: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, rng.random()
    while product > limit:
        count += 1
        product *= rng.random()
    return count


def joined(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


class Writer:
    """Writes the text of postings from the sentences in content.toml."""

    def __init__(self, content: dict, rng: random.Random) -> None:
        self.content = content
        self.rng = rng
        self.soft = {"communication skills", "collaboration", "problem solving", "project management"}

    def posting(self, employer: Employer, month: float, level: dict) -> str:
        """The HTML of one ML posting."""
        rng, content = self.rng, self.content
        groups = self.skills(employer, month)
        parts = [f"<p>{self.company(employer)}</p>"]
        duties = [self.line("duty", chunk) for chunk in self.chunks(groups["duty"])]
        duties += rng.sample(content["duties"]["lines"], 3)
        parts.append(self.section("duty", duties))
        asked = [self.line("required", chunk) for chunk in self.chunks(groups["required"])]
        asked += [line for line in (self.experience(level), self.degree(level)) if line]
        asked += [self.rng.choice(content["lines"]["soft"]).format(s).capitalize() for s in groups["soft"]]
        parts.append(self.section("required", asked))
        wished = [self.line("preferred", chunk) for chunk in self.chunks(groups["preferred"])]
        if wished:
            parts.append(self.section("preferred", wished))
        parts.append(f"<p>{rng.choice(content['closing']['benefits'])} {rng.choice(content['closing']['equal'])}</p>")
        return "".join(parts)

    def skills(self, employer: Employer, month: float) -> dict[str, list[str]]:
        groups: dict[str, list[str]] = {"required": [], "preferred": [], "duty": [], "soft": []}
        for skill in self.content["skill"]:
            if self.rng.random() < asked_for(skill, month, employer.tastes[skill["name"]], self.content["months"] - 1):
                group = self.rng.choices(["required", "preferred", "duty"], skill["levels"])[0]
                groups["soft" if skill["name"] in self.soft else group].append(skill["name"])
        for names in groups.values():
            self.rng.shuffle(names)
        return groups

    def chunks(self, names: list[str]) -> list[list[str]]:
        out = []
        names = list(names)
        while names:
            size = self.rng.choice([1, 1, 2, 2, 3])
            out.append(names[:size])
            names = names[size:]
        return out

    def line(self, group: str, names: list[str]) -> str:
        text = self.rng.choice(self.content["lines"][group]).format(joined(names))
        return text[0].upper() + text[1:]

    def section(self, group: str, lines: list[str]) -> str:
        items = "".join(f"<li>{html.escape(line, quote=False)}</li>" for line in lines)
        return f"<h3>{self.rng.choice(self.content['headings'][group])}</h3><ul>{items}</ul>"

    def company(self, employer: Employer) -> str:
        text = self.rng.choice(self.content["company"]["lines"])
        return html.escape(text.format(size=employer.size, founded=employer.founded, **employer.facts), quote=False)

    def experience(self, level: dict) -> str | None:
        low, high = level["years"]
        if low == 0 or self.rng.random() < 0.25:
            return None
        return self.rng.choice([f"{low}+ years of experience", f"{low}-{high} years of industry experience"])

    def degree(self, level: dict) -> str | None:
        point, names = self.rng.random(), {"bachelor": "Bachelor's", "master": "Master's", "phd": "PhD"}
        for key, share in level["degree"].items():
            if point < share:
                subject = self.rng.choice(["computer science", "statistics", "mathematics", "a quantitative field"])
                extra = self.rng.choice(["", "", " or equivalent experience"])
                return f"{names[key]}{' degree' if key != 'phd' else ''} in {subject}{extra}"
            point -= share
        return None


def openings(employer: Employer, content: dict, rng: random.Random, writer: Writer) -> None:
    """Fill `employer.vacancies` with all that opens from four months before the first visit to the last."""
    days = months(content)
    for month in range(-4, len(days)):
        start = days[0] + dt.timedelta(days=round(month * 30.44))
        season = 1 + 0.18 * math.sin(2 * math.pi * (start.timetuple().tm_yday - 40) / 365)
        growth = 1 + (GROWTH_OF_ML - 1) * min(max(month / (len(days) - 1), 0), 1)
        for is_ml, rate in ((True, 0.5 * growth), (False, 0.5)):
            for _ in range(poisson(rng, employer.facts["openings"] * rate * season)):
                employer.vacancies.extend(vacancy(employer, content, rng, writer, start, month, is_ml=is_ml))


def vacancy(
    employer: Employer, content: dict, rng: random.Random, writer: Writer, start: dt.date, month: float, *, is_ml: bool
) -> list[Vacancy]:
    """One opening; now and then the same one in a second city, or one that comes back a month after it closed."""
    opened = start + dt.timedelta(days=rng.randrange(30))
    closed = opened + dt.timedelta(days=max(4, round(rng.weibullvariate(62, 1.3))))
    spells = [(opened, closed)]
    if rng.random() < 0.03:
        again = closed + dt.timedelta(days=rng.randrange(27, 50))
        spells.append((again, again + dt.timedelta(days=35)))
    key = f"{employer.facts['token']}/{len(employer.vacancies)}"
    if is_ml:
        level = rng.choices(content["level"], [row["share"] for row in content["level"]])[0]
        role = rng.choices(content["role"], [row["weight"] for row in content["role"]])[0]
        title = level["prefix"] + rng.choice(role["titles"]).format(topic=rng.choice(content["topics"]["names"]))
        body = writer.posting(employer, month, level)
        low, high = (round(v * employer.facts["pay"] * rng.uniform(0.95, 1.05), -3) for v in level["pay"])
        pay = (int(low), int(high)) if rng.random() < 0.55 else None
    else:
        title = rng.choice(content["others"]["titles"])
        body = f"<p>{html.escape(content['others']['text'].format(title=title, **employer.facts), quote=False)}</p>"
        pay = None
    department = "Machine Learning" if is_ml else "Company"
    reposted = bool(employer.facts.get("reposts")) and is_ml and len(employer.vacancies) % 3 == 0
    first = Vacancy(key, title, employer.facts["city"], body, opened, spells, pay, is_ml, department, reposted)
    if rng.random() < 0.04:
        second = Vacancy(f"{key}b", title, "New York, NY", body, opened, spells, pay, is_ml, department)
        return [first, second]
    return [first]


def ashby(employer: Employer, live: list[Vacancy], day: dt.date) -> object:
    return {"apiVersion": "1", "jobs": [_ashby_job(employer, v, day) for v in live]}


def _ashby_job(employer: Employer, vacancy: Vacancy, day: dt.date) -> dict:
    public_id, token = vacancy.public_id(day), employer.facts["token"]
    remote = vacancy.city.startswith("Remote")
    job = {
        "id": public_id,
        "title": vacancy.title,
        "department": vacancy.department,
        "team": vacancy.department,
        "employmentType": "FullTime",
        "location": vacancy.city,
        "secondaryLocations": [],
        "publishedAt": f"{vacancy.published}T09:00:00.000+00:00",
        "isListed": True,
        "isRemote": remote,
        "workplaceType": "Remote" if remote else "Hybrid",
        "jobUrl": f"https://jobs.ashbyhq.com/{token}/{public_id}",
        "applyUrl": f"https://jobs.ashbyhq.com/{token}/{public_id}/application",
        "descriptionHtml": vacancy.body,
    }
    if vacancy.pay:
        low, high = vacancy.pay
        component = {
            "id": public_id,
            "summary": f"${low // 1000}K – ${high // 1000}K",
            "compensationType": "Salary",
            "interval": "1 YEAR",
            "currencyCode": "USD",
            "minValue": low,
            "maxValue": high,
        }
        job["compensation"] = {
            "compensationTierSummary": component["summary"],
            "compensationTiers": [{"id": public_id, "title": "Base pay", "components": [component]}],
            "summaryComponents": [component],
        }
    return job


def greenhouse(employer: Employer, live: list[Vacancy], day: dt.date) -> object:
    return {"jobs": [_greenhouse_job(employer, v, day) for v in live], "meta": {"total": len(live)}}


def _greenhouse_job(employer: Employer, vacancy: Vacancy, day: dt.date) -> dict:
    number = uuid.UUID(vacancy.public_id(day)).int % 10**10
    pay = [{"min_cents": vacancy.pay[0] * 100, "max_cents": vacancy.pay[1] * 100, "currency_type": "USD",
            "title": "Yearly base pay", "blurb": ""}] if vacancy.pay else []  # fmt: skip
    return {
        "id": number,
        "internal_job_id": uuid.uuid5(uuid.NAMESPACE_URL, vacancy.key).int % 10**9,
        "title": vacancy.title,
        "first_published": f"{vacancy.published}T09:00:00-04:00",
        "updated_at": f"{vacancy.published}T09:00:00-04:00",
        "location": {"name": vacancy.city},
        "absolute_url": f"https://job-boards.greenhouse.io/{employer.facts['token']}/jobs/{number}",
        "content": html.escape(vacancy.body),
        "departments": [{"name": vacancy.department}],
        "offices": [],
        "metadata": [],
        "pay_input_ranges": pay,
    }


def lever(employer: Employer, live: list[Vacancy], day: dt.date) -> object:
    return [_lever_job(employer, v, day) for v in live]


def _lever_job(employer: Employer, vacancy: Vacancy, day: dt.date) -> dict:
    public_id, token = vacancy.public_id(day), employer.facts["token"]
    opening, *lists = vacancy.body.replace("</ul><p>", "</ul><h3></h3><p>").split("<h3>")
    rows = [chunk.split("</h3>", 1) for chunk in lists]
    closing = rows.pop()[1] if rows and not rows[-1][0] else ""
    published = dt.datetime(*vacancy.published.timetuple()[:3], 9, tzinfo=dt.UTC)
    job = {
        "id": public_id,
        "text": vacancy.title,
        "categories": {"location": vacancy.city, "allLocations": [vacancy.city], "commitment": "Full-time",
                       "department": vacancy.department, "team": vacancy.department},
        "createdAt": int(published.timestamp() * 1000),
        "workplaceType": "hybrid",
        "description": opening,
        "lists": [{"text": head, "content": body.removeprefix("<ul>").removesuffix("</ul>")} for head, body in rows],
        "additional": closing,
        "hostedUrl": f"https://jobs.lever.co/{token}/{public_id}",
        "applyUrl": f"https://jobs.lever.co/{token}/{public_id}/apply",
    }  # fmt: skip
    if vacancy.pay:
        job["salaryRange"] = {"currency": "USD", "interval": "per-year-salary", "min": vacancy.pay[0],
                              "max": vacancy.pay[1]}  # fmt: skip
    return job


PLATFORMS = {
    "ashby": (ashby, "https://api.ashbyhq.com/posting-api/job-board/{}?includeCompensation=true"),
    "greenhouse": (
        greenhouse,
        "https://boards-api.greenhouse.io/v1/boards/{}/jobs?content=true&pay_transparency=true",
    ),
    "lever": (lever, "https://api.lever.co/v0/postings/{}?mode=json"),
}


def answer(employer: Employer, month: int, day: dt.date) -> tuple[int, bytes] | None:
    """What the board's API says on this visit: status and body; None where it is not on our list yet."""
    facts = employer.facts
    if month < facts.get("joins_month", 0):
        return None
    if month >= facts.get("leaves_month", 10**6):
        return 404, b'{"error": "not found"}'
    if month in facts.get("fails", ()):
        return 500, b"Internal Server Error"
    live = [v for v in employer.vacancies if v.is_live(day)]
    if month == facts.get("collapses"):
        live = []
    body = json.dumps(PLATFORMS[facts["platform"]][0](employer, live, day), ensure_ascii=False).encode()
    if (facts["token"], month) == TRUNCATED:
        body = body[: len(body) // 2]
    return 200, body


def write_archive(path: Path, employers: list[Employer], content: dict) -> None:
    """One response record a board and visit, in the order of the visits."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=True)
        for month, day in enumerate(months(content)):
            for position, employer in enumerate(employers):
                given = answer(employer, month, day)
                if given is not None:
                    moment = dt.datetime(day.year, day.month, day.day, 6, tzinfo=dt.UTC) + dt.timedelta(
                        seconds=20 * position
                    )
                    _write_record(writer, employer, moment, *given)


def _write_record(writer: WARCWriter, employer: Employer, moment: dt.datetime, status: int, body: bytes) -> None:
    url = PLATFORMS[employer.facts["platform"]][1].format(employer.facts["token"])
    reasons = {200: "200 OK", 404: "404 Not Found", 500: "500 Internal Server Error"}
    kind = "application/json" if status == 200 else "text/plain"
    headers = StatusAndHeaders(
        reasons[status], [("Content-Type", f"{kind}; charset=utf-8"), ("Content-Length", str(len(body)))], "HTTP/1.1"
    )
    stamp = moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    record_id = f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{url} {stamp}')}>"
    writer.write_record(
        writer.create_warc_record(
            url, "response", payload=io.BytesIO(body), length=len(body), http_headers=headers,
            warc_headers_dict={"WARC-Date": stamp, "WARC-Record-ID": record_id},
        )
    )  # fmt: skip


def write_boards(path: Path, content: dict) -> None:
    lines = ["platform,token,employer,region,country,api_base,enabled"]
    lines += [f"{e['platform']},{e['token']},{e['name']},,,,true" for e in content["employer"]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def build(out: Path) -> None:
    """Write boards.csv and demo.warc.gz into `out`."""
    content = tomllib.loads((HERE / "content.toml").read_text(encoding="utf-8"))
    rng = random.Random(SEED)
    writer = Writer(content, rng)
    employers = []
    for facts in content["employer"]:
        tastes = {skill["name"]: rng.gauss(0, skill.get("spread", 0.6)) for skill in content["skill"]}
        employers.append(Employer(facts, tastes, founded=rng.randrange(1998, 2021), size=rng.randrange(18, 900)))
    for employer in employers:
        openings(employer, content, rng, writer)
    write_archive(out / "demo.warc.gz", employers, content)
    write_boards(out / "boards.csv", content)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=HERE)
    build(parser.parse_args().out)
