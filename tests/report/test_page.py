"""The page as a reader, a screen reader and a colour-blind reader meet it."""

import itertools
import math
import re
import tomllib
from html.parser import HTMLParser
from importlib import resources

import attrs
import pandas as pd
import pytest

from analysis.report.write import DEMO_LINE, write_report
from analysis.svg import COLOURS
from tests.report import world

VOID = {"meta", "link", "input", "br", "hr", "img", "path", "rect", "line"}


class Page(HTMLParser):
    """Elements as (tag, attributes, path of tags) and the text outside of style and script."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.words, self._open = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self._open)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self._open)))

    def handle_endtag(self, tag):
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data):
        if not {"style", "script"} & set(self._open):
            self.words.append(data)

    def all(self, *tags):
        return [(tag, attributes) for tag, attributes, _ in self.elements if tag in tags]

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("report") / "out"
    write_report(world.results(), world.about(), out)
    return out


@pytest.fixture(scope="module")
def html(folder):
    return (folder / "index.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def made(tmp_path, results=None, **about):
    report = write_report(results or world.results(), world.about(**about), tmp_path / "out")
    return report, (tmp_path / "out" / "index.html").read_text(encoding="utf-8")


def test_headlines_name_number_interval_population_and_date(page):
    assert "stood at 173 (156–194) in May 2025" in page.text
    assert "Retrieval-augmented generation: 1.0% in the first year, 16% (14–18%) in July 2024 to June 2025" in page.text
    assert "machine-learning roles" in page.text


def test_titles_state_findings(page):
    assert "Rising fastest: Retrieval-augmented generation, LangChain and Large language models" in page.text
    assert "losing ground: TensorFlow and C++" in page.text or "losing ground: Apache Spark and C++" in page.text
    assert "Half of the postings are gone after 31 days" in page.text


def test_every_number_of_the_tables_can_be_reached_without_scripts(html):
    without = Page(re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL))
    for skill, *_ in world.SKILLS:
        assert skill in without.text


def test_nothing_is_fetched_from_elsewhere(html, page):
    for _, attributes in page.all("link", "img", "script", "iframe", "object", "use", "image"):
        assert "src" not in attributes
        assert "href" not in attributes
    for _, attributes in page.all("a"):
        assert not attributes["href"].startswith(("http:", "https:", "//"))
    assert "default-src 'none'" in html
    assert not re.search(r"@import|url\((?!#)", html)


def test_every_link_leads_somewhere(folder, page):
    ids = {attributes["id"] for _, attributes, _ in page.elements if "id" in attributes}
    links = [attributes["href"] for _, attributes in page.all("a")]
    assert len(links) > 30
    for link in links:
        assert link[1:] in ids if link.startswith("#") else (folder / link).is_file(), link


def test_ids_are_unique(page):
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_headings_go_down_one_step_at_a_time(page):
    levels = [int(tag[1]) for tag, _ in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_each_chart_has_a_name_and_a_text_alternative(page):
    charts = page.all("svg")
    assert len(charts) > 40
    ids = {attributes["id"] for _, attributes, _ in page.elements if "id" in attributes}
    for _, attributes in charts:
        assert attributes["role"] == "img"
        assert set(attributes["aria-labelledby"].split()) <= ids


def test_each_chart_has_its_data_or_the_file_that_holds_it(html):
    for figure in re.findall(r"<figure.*?</figure>", html, flags=re.DOTALL):
        assert "<table" in figure or 'href="tables/' in figure


def test_tables_name_their_columns_and_rows(page):
    assert all(attributes.get("scope") in {"col", "row"} for _, attributes in page.all("th"))
    scrolls = [a for _, a in page.all("div") if a.get("class") == "scroll"]
    assert scrolls
    assert all(a["tabindex"] == "0" and a["aria-label"] for a in scrolls)


def test_the_page_says_its_language_and_lets_readers_skip_and_zoom(page):
    assert page.all("html")[0][1]["lang"] == "en"
    viewport = next(a["content"] for _, a in page.all("meta") if a.get("name") == "viewport")
    assert "maximum-scale" not in viewport
    skip = next(a for _, a in page.all("a"))
    assert skip["href"] == "#content"


def test_names_from_the_data_are_escaped(html, page):
    assert "Healthcare <data> & records" in page.text
    assert "<data>" not in html


def test_marks_take_their_colours_from_the_page(html):
    drawings = "".join(re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL))
    literal = set(re.findall(r'(?:fill|stroke)="([^"]+)"', drawings)) - {"none", "transparent"}
    assert literal
    assert all(colour.startswith("var(--") for colour in literal)


def luminance(colour):
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def themes():
    css = resources.files("analysis").joinpath("templates/style.css").read_text(encoding="utf-8")
    found = []
    for block in re.findall(r":root \{(.*?)\}", css, flags=re.DOTALL):
        colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{3,6})", block))
        found.append({k: v if len(v) == 7 else "#" + "".join(c * 2 for c in v[1:]) for k, v in colours.items()})
    return found


@pytest.mark.parametrize("theme", themes(), ids=["light", "dark", "print"])
def test_text_and_marks_have_contrast_in_every_theme(theme):
    for text in ("ink", "muted", "link", "warn"):
        for ground in ("paper", "raised"):
            assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground)
    for mark in ("blue", "vermillion", "green", "purple", "grey"):
        assert contrast(theme[mark], theme["paper"]) >= 3, mark
    for tone in ("blue", "vermillion", "green", "purple"):  # series names are text in the series' colour, 13 px bold
        assert contrast(theme[tone], theme["paper"]) >= 3, tone


def test_the_charts_colours_are_those_of_the_light_theme():
    light = themes()[0]
    assert {name: light[name] for name in COLOURS} == COLOURS


def test_trends_are_told_by_shape_and_word_and_not_by_colour_alone(page):
    assert "▲ rising, ▼ falling" in page.text
    assert re.search(r"PyTorch ▲ 5\d% in May 2025, rising", page.text)


def test_an_unfinished_period_is_drawn_open_and_never_quoted(page, html):
    assert "in Jun 2025," not in page.text
    panel = html[html.index('id="skill-framework-1-title"') :]
    assert 'fill="var(--paper)" stroke="var(--ink)"' in panel[: panel.index("</svg>")]
    assert "An open circle: the period is not over." in page.text


def test_points_are_said_to_be_of_the_matched_employers(page):
    assert "Points: change at the employers read in both periods" in page.text


def test_the_level_that_nobody_stated_is_named_as_such(page):
    assert "Mid or not stated" in page.text


def test_commands_in_sentences_are_set_as_code(tmp_path):
    quality = world.quality().assign(detail="9.0% of the postings are not read: run `mljobs extract` & wait")
    _, html = made(tmp_path, world.results(quality_checks=quality))
    assert "run <code>mljobs extract</code> &amp; wait" in html
    assert "`" not in Page(html).text


def test_pay_has_its_interval_in_the_headline_and_beside_the_chart(tmp_path):
    pay = world.salary().assign(median_low=171_000.0, median_high=188_000.0, employers=31)
    report, html = made(tmp_path, world.results(salary=pay))
    assert "($171–188k) a year" in " ".join(report.summary.split())
    assert "$171–188k" in Page(html).text


@pytest.mark.parametrize(("rate", "is_compared"), [(600_000.0, False), (900.0, True)])
def test_growth_is_set_beside_the_articles_figure_only_where_boards_were_not_chosen_for_the_role(
    tmp_path, rate, is_compared
):
    growth = pd.DataFrame(
        {
            "year": [2024, 2025],
            "postings": [500, 400],
            "covered": [800, 700],
            "per_million": [rate, rate],
            "low": [rate * 0.9] * 2,
            "high": [rate * 1.1] * 2,
            "growth": [math.nan, 0.0],
            "months": [12, 6],
        }
    )
    _, html = made(tmp_path, world.results(per_million=growth))
    text = Page(html).text
    assert ("350% more than in 2015 (so 40 then)" in text) is is_compared
    assert ("were chosen because they hire for such roles" in text) is not is_compared
    assert "per million new postings of any role on the same 90 boards" in text
    assert "2025 (6 months)" in text


def test_skills_that_the_articles_name_are_answered_even_where_they_are_too_few(page):
    assert "Too few postings to print a share: probability" in page.text


def test_long_names_take_two_lines_instead_of_being_cut(html):
    drawings = "".join(re.findall(r"<svg.*?</svg>", html, flags=re.DOTALL))
    assert "…" not in drawings
    assert "Retrieval-augmented</tspan>" in drawings or ">Retrieval-<" in drawings


def test_tasks_and_industries_have_the_names_that_the_extractor_gives_them():
    taxonomy = resources.files("extractor").joinpath("taxonomy")
    tasks = tomllib.loads(taxonomy.joinpath("tasks.toml").read_text(encoding="utf-8"))["task"]
    industries = tomllib.loads(taxonomy.joinpath("industries.toml").read_text(encoding="utf-8"))["words"]
    names = tomllib.loads(resources.files("analysis").joinpath("topics.toml").read_text(encoding="utf-8"))
    assert names["tasks"] == {task["id"]: task["name"] for task in tasks}
    assert names["industries"].keys() == industries.keys()


def test_the_page_stays_small(folder):
    assert (folder / "index.html").stat().st_size < 3_000_000


def test_the_demo_is_named_in_the_first_line(tmp_path):
    report, html = made(tmp_path, is_demo=True)
    assert Page(html).text.split("This is", 1)[1].startswith(DEMO_LINE.removeprefix("This is"))
    assert report.summary.splitlines()[0] == f"**{DEMO_LINE}**"
    assert html.index(DEMO_LINE) < html.index("<h1>")


def test_a_real_file_is_no_demo(html, folder):
    assert "demo" not in Page(html).text.lower()
    assert "demo" not in (folder / "summary.md").read_text(encoding="utf-8").lower()


def test_a_headline_whose_gate_fails_is_grey_and_says_why(tmp_path):
    checks = pd.DataFrame(
        {
            "headline": ["rising", "volume"],
            "subject": ["Retrieval-augmented generation", "index"],
            "is_passed": [False, True],
            "detail": ["changes its sign without Acme", "moves most without ashby"],
        }
    )
    _, html = made(tmp_path, world.results(headline_checks=checks))
    failing = re.findall(r'<li class="fails">.*?</li>', html, flags=re.DOTALL)
    assert len(failing) == 1
    assert "Retrieval-augmented generation" in failing[0]
    assert "Read with care: changes its sign without Acme" in failing[0]


def test_a_failed_check_is_a_failure_of_the_report_where_the_file_can_be_mended(tmp_path):
    quality = world.quality().assign(is_passed=False)
    report, html = made(tmp_path, world.results(quality_checks=quality))
    assert report.failures == ("visits_failed: 98% of visits read their board in full",)
    assert "✗ fails: visits failed" in html
    assert "▲ caution: largest employer" in html


def test_under_two_years_nothing_is_called_a_trend(tmp_path):
    results = attrs.evolve(world.results(), months=world.MONTHS[-14:])
    _, html = made(tmp_path, results)
    text = Page(html).text
    assert "a change, not yet a trend" in text
    assert "Rising fastest" not in text
    assert "What has changed" in text


def test_a_gap_in_the_data_is_a_gap_in_the_line(tmp_path):
    months = world.shares()
    few = months[~months["month"].isin(["2024-01", "2024-02"])]
    _, whole = made(tmp_path / "a")
    _, gaps = made(tmp_path / "b", world.results(skill_shares=few))

    def pieces(html):
        panel = html[html.index('id="skill-language-1-title"') :]
        drawing = panel[: panel.index("</svg>")]
        return max(path.count("M") for path in re.findall(r' d="(M[^"]*L[^"]*)"', drawing))

    assert pieces(whole) == 1
    assert pieces(gaps) == 2


def test_without_tables_there_is_a_page_that_says_so(tmp_path):
    empty = {name: pd.DataFrame() for name in world.results().tables}
    _, html = made(tmp_path, world.results(**empty))
    assert "Too few postings" in Page(html).text
    assert "Traceback" not in html
    assert "nan" not in Page(html).text.lower().split()


def test_no_cell_says_nan(page):
    assert not re.search(r"\bnan\b", page.text, flags=re.IGNORECASE)


def test_volume_is_drawn_by_role_and_country_but_only_where_the_index_is_known(tmp_path):
    parts = []
    for stratum, group, low, high in (
        ("role_family", "ml_engineer", 120, 150),
        ("role_family", "data_scientist", 60, 90),
        ("role_family", "research_scientist", 20, 400),
        ("country", "US", 90, 130),
        ("country", "DE", 70, 140),
    ):
        facts = {"stratum": stratum, "group": group, "new_postings": 40, "index": (low + high) / 2}
        facts |= {"index_low": low, "index_high": high, "postings": 900, "employers": 30, "is_preliminary": False}
        parts.append(pd.DataFrame({"month": world.MONTHS}).assign(**facts))
    _, html = made(tmp_path, world.results(volume_by_group=pd.concat(parts)))
    text = Page(html).text
    assert "By role, up: Machine-learning engineer; down: Data scientist" in text
    assert "By country, none can be told from where it began" in text
    figure = html[html.index('id="volume-by-role"') : html.index('id="volume-by-country"')]
    assert figure.count('class="panel"') == 2
    assert "Research scientist" not in figure


def test_shares_are_laid_side_by_side_for_each_cut_with_their_intervals(tmp_path):
    rows = [
        {"stratum": stratum, "group": group, "skill": "PyTorch", "kind": "framework", "postings": 400, "share": share}
        | {"share_low": share - 0.04, "share_high": share + 0.04, "postings_with_skill": 99, "employers": 30}
        for stratum, group, share in (
            ("seniority", "senior", 0.62),
            ("seniority", "entry", 0.31),
            ("work_mode", "remote", 0.50),
            ("work_mode", "onsite", 0.52),
        )
    ]
    _, html = made(tmp_path, world.results(shares_by_group=pd.DataFrame(rows)))
    text = Page(html).text
    assert "By level: PyTorch: 62% of postings (Senior), 31% (Entry)" in text
    assert "By work mode, no two groups differ beyond their intervals" in text
    assert "31% (27–35%)" in text
    assert text.index("Entry (400)") < text.index("Senior (400)")


def test_one_look_says_what_is_open_and_how_to_see_what_opens(tmp_path):
    results = attrs.evolve(world.results(), basis="stock", months=world.MONTHS[:1], preliminary=world.MONTHS[:1])
    text = Page(made(tmp_path, results)[1]).text
    assert "what is open is known, what opens is not yet" in text
    assert "is preliminary" not in text
