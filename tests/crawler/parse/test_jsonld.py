from __future__ import annotations

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.records import Board
from crawler.parse.jsonld import job_postings, loads
from crawler.rows import Unusable
from crawler.schema_org import posting_of

NODE = {
    "@context": "https://schema.org/", "@type": "JobPosting", "title": "Machine Learning Engineer", "description": "<p>Cast &amp; polish.</p>",
    "identifier": {"@type": "PropertyValue", "value": "R-7"}, "datePosted": "2026-02-14", "hiringOrganization": {"@type": "Organization", "name": "Example Foundry"},
    "jobLocation": {"@type": "Place", "address": {"@type": "PostalAddress", "addressLocality": "Linz", "addressCountry": "AT"}},
}  # fmt: skip
TEXT = json.dumps(NODE)


def page(script: str, kind: str = "application/ld+json") -> str:
    return f"<!doctype html><html><head><script type='{kind}'>{script}</script></head><body><h1>x</h1></body></html>"


@pytest.mark.parametrize(
    "source",
    [
        page(TEXT),
        page(TEXT, "application/ld&#x2B;json"),
        page(TEXT, "Application/LD+JSON; charset=utf-8"),
        page(f"<!--\n{TEXT}\n-->"),
        page(f"//<![CDATA[\n{TEXT}\n//]]>"),
        page(f"/*<![CDATA[*/[{TEXT}]/*]]>*/"),
        page(html.escape(TEXT)),
        page(TEXT.replace("Cast &amp;", "Cast\n\tand")),
        page(TEXT[:-1] + ",}"),
        page(json.dumps(NODE, indent=1).replace('"2026-02-14",\n', '"2026-02-14"\n')),
        page(f"window.posting = {TEXT};"),
        page(json.dumps([{"@type": "WebSite"}, NODE])),
        page(json.dumps({"@context": "https://schema.org", "@graph": [{"@type": "BreadcrumbList"}, {**NODE, "@type": ["JobPosting", "Thing"]}]})),
        page(json.dumps({"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": NODE}]})),
        page(json.dumps({"@graph": [{"@id": "#org", "name": "Example Foundry"}, {**NODE, "hiringOrganization": {"@id": "#org"}}]})),
        page(json.dumps({(key[:1].upper() + key[1:] if key[0] != "@" else key): value for key, value in NODE.items()})),
        page(TEXT.replace('"JobPosting"', '"http://schema.org/JobPosting"')),
        page(TEXT) + page(TEXT),
        "<?xml version='1.0' encoding='utf-8'?>" + page(TEXT),
    ], ids=repr)  # fmt: skip
def test_the_repair_ladder(source: str) -> None:
    found = job_postings(source)
    assert (len(found.postings), found.unparseable) == (1, 0)
    posting = posting_of(Board("career_site", "x"), found.postings[0], "https://x.example/1")
    assert (posting.title, posting.employer, posting.country) == ("Machine Learning Engineer", "Example Foundry", "AT")
    assert (posting.external_id, posting.date_posted) == ("R-7", "2026-02-14")


@pytest.mark.parametrize(
    "source",
    [
        "",
        "<p>",
        "{",
        page(""),
        page('{"@type": "Organization"}'),
        "<div itemscope itemtype='https://schema.org/Product'><span itemprop=name>x</span></div>",
    ],
    ids=repr,
)
def test_pages_without_postings(source: str) -> None:
    assert job_postings(source) == ((), 0)


@pytest.mark.parametrize("broken", ['{"@type": "JobPosting", "title": ', "not json at all", "{]"], ids=repr)
def test_what_no_repair_reads_is_counted(broken: str) -> None:
    found = job_postings(page(broken))
    assert found.postings == ()
    assert found.unparseable == 1


def test_a_literal_null_is_not_a_posting() -> None:
    assert loads("null") is None


MICRODATA = """<div itemscope itemtype="http://schema.org/JobPosting"><h2 itemprop="title">Bell <b>Founder</b></h2>
<span itemprop="hiringOrganization" itemscope itemtype="http://schema.org/Organization"><span itemprop="name">Example Foundry</span></span>
<span itemprop="jobLocation" itemscope itemtype="http://schema.org/Place"><span itemprop="address" itemscope><meta itemprop="addressLocality" content="Linz"><meta itemprop="addressCountry" content="AT"></span></span>
<meta itemprop="datePosted" content="Fri Aug 14 02:00:00 UTC 2026"><time itemprop="validThrough" datetime="2026-10-01">soon</time>
<span itemprop="salaryCurrency">EUR</span><span itemprop="baseSalary">52000</span><div itemprop="description"><p>Cast &amp; polish.</p></div></div>"""


@pytest.mark.parametrize(
    "source",
    [
        MICRODATA,
        MICRODATA.replace("itemprop=", "property=").replace("itemscope itemtype", "typeof").replace("itemscope", 'typeof="PostalAddress"').replace("http://schema.org/", "schema:"),
        MICRODATA.replace("<h2", "</div><h2", 1),
    ],
    ids=["microdata", "rdfa", "loose itemprops"],
)  # fmt: skip
def test_attributes(source: str) -> None:
    found = job_postings(source)
    assert len(found.postings) == 1
    posting = posting_of(Board("career_site", "x"), found.postings[0], "https://x.example/1")
    assert (posting.title, posting.employer, posting.location, posting.country) == (
        "Bell Founder",
        "Example Foundry",
        "Linz, AT",
        "AT",
    )
    assert (posting.date_posted, posting.valid_through) == ("2026-08-14", "2026-10-01")
    assert posting.description_html == "<p>Cast &amp; polish.</p>"
    assert (posting.salaries[0].min, posting.salaries[0].currency) == (52000, "EUR")


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({"title": None, "name": "Caster"}, {"title": "Caster"}),
        ({"identifier": "R-9"}, {"external_id": "R-9"}),
        ({"identifier": None}, {"external_id": "https://x.example/1"}),
        ({"hiringOrganization": "Foundry"}, {"employer": "Foundry"}),
        ({"hiringOrganization": [{"name": ["Foundry"]}]}, {"employer": "Foundry"}),
        ({"jobLocationType": "TELECOMMUTE", "jobLocation": None, "applicantLocationRequirements": {"@type": "Country", "name": "USA"}}, {"work_mode": "remote", "country": "US", "location": "USA"}),
        ({"jobLocation": [{"name": n, "address": {"addressLocality": "Linz", "addressCountry": {"name": ["AUT", "AUT"]}}} for n in ("Linz", "Steyr")]}, {"location": "Linz | Steyr", "country": "AT"}),
        ({"jobLocation": {"address": "Linz, Austria"}}, {"location": "Linz, Austria", "country": "AT"}),
        ({"datePosted": "14.08.2026"}, {"date_posted": "2026-08-14", "date_posted_kind": "stated"}),
        ({"validThrough": "2035-01-01T00:00"}, {"valid_through": "2035-01-01"}),
        ({"employmentType": ["FULL_TIME", "CONTRACTOR"]}, {"employment_type": "full_time"}),
        ({"description": "&lt;p&gt;x&lt;/p&gt;"}, {"description_html": "<p>x</p>"}),
        ({"qualifications": "<p>Bronze.</p>"}, {"description_html": "<p>Cast &amp; polish.</p>\n<h3>Qualifications</h3>\n<p>Bronze.</p>"}),
    ], ids=repr)  # fmt: skip
def test_shapes_of_fields(changes: dict, wanted: dict) -> None:
    posting = posting_of(Board("career_site", "x"), NODE | changes, "https://x.example/1")
    assert {name: getattr(posting, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    "pay",
    [
        {"currency": "USD", "value": {"minValue": 45, "maxValue": "60.50", "unitText": "HOUR"}},
        {"currency": "USD", "unitText": "HOUR", "minValue": "45", "maxValue": "60.50"},
        {"value": {"currency": "USD", "minValue": 45, "maxValue": 60.5, "unitText": "hour"}},
        [{"currency": "USD", "unitText": "HOUR", "value": [{"minValue": 45, "maxValue": 60.5}]}],
    ],
    ids=repr,
)
def test_shapes_of_pay(pay: object) -> None:
    found = posting_of(Board("career_site", "x"), NODE | {"baseSalary": pay}, "u").salaries[0]
    assert (found.min, found.max, found.currency, found.unit, found.source) == (45, 60.5, "USD", "hour", "jsonld")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["name", "value", "address", "addressCountry", "@id", "@type", "unitText", "minValue", "currency"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(
    st.dictionaries(
        st.sampled_from(
            [*NODE, "baseSalary", "salaryCurrency", "employmentType", "validThrough", "inLanguage", "url", "industry"]
        ),
        VALUES,
        max_size=8,
    )
)
def test_nodes_of_any_shape_never_raise(node: dict) -> None:
    found = job_postings(page(json.dumps({"@type": "JobPosting", **node})))
    for one in found.postings:
        try:
            posting_of(Board("career_site", "x"), one, "https://x.example/1")
        except Unusable:
            assert not isinstance(one.get("title"), str) or not one["title"].strip()


@given(
    st.text(max_size=300)
    | st.from_regex(r"(<[a-z!/ ='\"]{0,12}>|\{|\}|&[a-z#0-9]{0,5};|[\x00-\x20]){0,20}", fullmatch=True)
)
def test_pages_of_any_shape_never_raise(source: str) -> None:
    job_postings(source)
    job_postings(page(source))
    loads(source)
