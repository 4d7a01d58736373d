"""`mljobs db check` finds each kind of damage that is planted here, names the row and says what to do."""

import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from corpus import check as module
from corpus.cli import cli
from corpus.errors import CheckFailed, DatabaseError
from tests.corpus.synthetic import build

FTS_GONE = "INSERT INTO posting_search (posting_search, rowid, title, text) SELECT 'delete', posting_id, title, text FROM posting_texts WHERE posting_id = 5"
PLANTED = {
    # rule that must find it: (what is broken, words that the finding must contain)
    "posting_without_episode": ("DELETE FROM episodes WHERE posting_id = 7", "posting 7"),
    "episode_order": (
        "UPDATE episodes SET previous_visit_at = '2027-01-01T00:00:00Z' WHERE posting_id = 7",
        "episode 1 of posting 7",
    ),
    "episode_overlap": (
        "INSERT INTO episodes (posting_id, number, first_seen_at, last_seen_at) SELECT posting_id, 2, first_seen_at, last_seen_at FROM episodes WHERE posting_id = 7",
        "episode 2 of posting 7",
    ),
    "episode_numbers": ("UPDATE episodes SET number = 3 WHERE posting_id = 7", "posting 7"),
    "posting_against_episodes": (
        "UPDATE postings SET closed_at = '2026-06-09T00:00:00Z' WHERE posting_id = 7",
        "posting 7",
    ),
    "first_seen_after_last_seen": (
        "UPDATE postings SET first_seen_at = '2026-06-20T00:00:00Z', last_seen_at = '2026-06-10T00:00:00Z' WHERE posting_id = 7",
        "posting 7",
    ),
    "observed_in_the_future": (
        "UPDATE visits SET visited_at = '2199-01-01T00:00:00Z' WHERE visit_id = 9",
        "visit 9 at 2199",
    ),
    "impossible_date": ("UPDATE postings SET date_posted = '2025-02-30' WHERE posting_id = 7", "posting 7: 2025-02-30"),
    "date_without_kind": ("UPDATE postings SET date_posted_kind = NULL WHERE posting_id = 7", "posting 7"),
    "visit_completeness": ("UPDATE visits SET outcome = 'throttled' WHERE visit_id = 9", "visit 9: throttled"),
    "visit_counts": ("UPDATE visits SET new_count = 99 WHERE visit_id = 9", "visit 9"),
    "run_never_ended": ("UPDATE runs SET status = 'running', finished_at = NULL", "run 1 (crawl)"),
    "run_times": ("UPDATE runs SET finished_at = '2020-01-01T00:00:00Z'", "run 1"),
    "text_missing": ("DELETE FROM posting_texts WHERE posting_id = 5", "posting 5"),
    "text_unannounced": ("UPDATE postings SET text_hash = NULL WHERE posting_id = 5", "posting 5"),
    "text_length": ("UPDATE postings SET text_length = 3 WHERE posting_id = 5", "posting 5"),
    "text_hash": ("UPDATE posting_texts SET text = 'X' || substr(text, 2) WHERE posting_id = 5", "posting 5"),
    "html": ("UPDATE posting_texts SET html_zlib = x'0011' WHERE posting_id = 5", "posting 5"),
    "reading_of_an_older_text": ("UPDATE extractions SET text_hash = 'old' WHERE posting_id = 5", "mljobs extract"),
    "reading_by_an_older_extractor": (
        "INSERT INTO extractor_versions VALUES ('new', 'c', 't', '2026-06-01T00:00:00Z', NULL)",
        "1a2b+3c4d",
    ),
    "skills_without_reading": ("DELETE FROM extractions WHERE posting_id = 5", "posting 5"),
    "skill_count": ("UPDATE extractions SET skill_count = 44 WHERE posting_id = 5", "posting 5"),
    "mention_offsets": ("UPDATE mentions SET end_offset = 99999 WHERE rowid_of(posting_id)", "posting 5"),
    "mentions_against_skills": ("UPDATE posting_skills SET mention_count = 4 WHERE posting_id = 5", "posting 5"),
    "skill_before_its_time": ("UPDATE skills SET first_year = 2040 WHERE skill_id = 'python'", "python"),
    "broader_skill_missing": ("UPDATE skills SET broader_id = 'nothing' WHERE skill_id = 'jax'", "jax below nothing"),
    "vacancy_count": ("UPDATE vacancies SET posting_count = 8 WHERE vacancy_id = 5", "vacancy 5"),
    "vacancy_representative": ("UPDATE vacancies SET posting_id = 6 WHERE vacancy_id = 5", "vacancy 5"),
    "vacancy_of_two_employers": (
        "UPDATE postings SET employer_id = 1 + employer_id % 2 WHERE posting_id = 20",
        "vacancy 19",
    ),
    "pay_range": ("UPDATE salaries SET min_amount = -5 WHERE salary_id = 1", "posting "),
    "codes": ("UPDATE postings SET country = 'Germany' WHERE posting_id = 7", "country Germany"),
    "unknown_role": ("UPDATE postings SET role_family = 'wizard' WHERE posting_id = 7", "wizard"),
    "empty_name": ("UPDATE postings SET title = ' ' WHERE posting_id = 7", "posting 7"),
    "broken_json": ("UPDATE degrees SET fields = '[oops' WHERE posting_id = 5", "degree of posting 5"),
    "published_interval": ("UPDATE stats SET value = 0.9", "vintage 1"),
    "years_of_experience": ("UPDATE experience SET min_years = 80 WHERE posting_id = 5", "posting 5"),
    "foreign_keys": ("UPDATE postings SET board_id = 4040 WHERE posting_id = 7", "postings row 7 → boards"),
    "instants": ("UPDATE runs SET started_at = 'last Tuesday'", "runs.started_at 'last Tuesday'"),
    "schema": ("DROP INDEX postings_by_role", "index postings_by_role is missing"),
    "full_text_rows": ("DELETE FROM posting_search_docsize WHERE id = 5", "posting 5"),
    "full_text_index": (FTS_GONE, "mljobs db vacuum"),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = build(tmp_path_factory.mktemp("sound") / "sound.db", postings=60)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return path


@pytest.fixture
def copy(sound, tmp_path):
    return shutil.copy(sound, tmp_path / "copy.db")


def plant(path, sql):
    sql = sql.replace("rowid_of(posting_id)", "posting_id = 5")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    for statement in sql.split("; "):
        assert connection.execute(statement).rowcount != 0, "nothing was planted"
    connection.close()


def test_nothing_is_found_in_a_sound_file(sound):
    findings, rules = module.check(sound)
    assert findings == []
    assert rules >= 40


def test_every_rule_has_its_plant():
    rules = {rule["name"] for rule in module._rules()} | set(module.WORDS)
    assert rules - {"integrity"} == set(PLANTED)


@pytest.mark.parametrize("rule", PLANTED)
def test_planted_damage_is_found(copy, rule):
    sql, words = PLANTED[rule]
    plant(copy, sql)
    findings = {finding.rule: str(finding) for finding in module.check(copy)[0]}
    assert rule in findings
    assert words in findings[rule]
    assert findings[rule].endswith(".")


def test_a_torn_page_is_found(copy):
    with Path(copy).open("r+b") as file:
        file.seek(4096 * 20)
        file.write(b"\xff" * 4096 * 3)
    try:
        findings = [str(finding) for finding in module.check(copy)[0]]
    except DatabaseError as error:
        findings = [str(error)]
    assert "recover" in findings[0] or "damaged" in findings[0]


def test_not_a_database(tmp_path):
    (tmp_path / "a.db").write_text("these are not the rows you are looking for" * 99)
    with pytest.raises(DatabaseError, match="not a database"):
        module.check(tmp_path / "a.db")


def test_command_says_what_to_do_and_fails(copy):
    plant(copy, PLANTED["skill_count"][0])
    result = CliRunner().invoke(cli, ["db", "check", "--db", str(copy)])
    assert "run `mljobs extract`" in result.output
    assert isinstance(result.exception, CheckFailed)
    assert result.exception.exit_code == 1


def test_command_on_a_sound_file(sound):
    result = CliRunner().invoke(cli, ["db", "check", "--db", str(sound)])
    assert result.exit_code == 0
    assert "nothing wrong" in result.output


def test_check_changes_nothing(copy):
    before = Path(copy).read_bytes()
    module.check(copy)
    assert Path(copy).read_bytes() == before


def test_stats_command(sound):
    import json

    result = CliRunner().invoke(cli, ["db", "stats", "--json", "--db", str(sound)])
    numbers = json.loads(result.output)
    assert numbers["rows"]["postings"] == 60
    assert numbers["quality"]["postings with a text"]["postings"] == numbers["rows"]["posting_texts"]
    lines = CliRunner().invoke(cli, ["db", "stats", "--db", str(sound)]).output.splitlines()
    assert lines[-1].startswith(f"{sound}: 60 postings")


def test_migrate_makes_views_anew(copy):
    plant(copy, "DROP VIEW v_pay")
    assert CliRunner().invoke(cli, ["db", "migrate", "--db", str(copy)]).exit_code == 0
    connection = sqlite3.connect(copy)
    connection.execute("SELECT * FROM v_pay")
    connection.close()


def test_a_fault_of_each_kind_can_be_shown(tmp_path, capsys):
    """The table of all planted faults beside what is said of them, as `python -m tests.corpus.test_check` prints it."""
    show(tmp_path)
    rows = capsys.readouterr().out.splitlines()[2:]
    assert len(rows) == len(PLANTED)
    assert all(row.count(" | ") >= 2 and "NOT FOUND" not in row for row in rows)


def show(folder):
    sound = build(Path(folder) / "sound.db", postings=60)
    print("| rule | planted | `mljobs db check` says |\n|---|---|---|")
    for rule, (sql, _) in PLANTED.items():
        damaged = shutil.copy(sound, Path(folder) / "damaged.db")
        plant(damaged, sql)
        said = [str(finding) for finding in module.check(damaged)[0] if finding.rule == rule]
        print(f"| {rule} | `{sql}` | {said[0] if said else 'NOT FOUND'} |")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        show(name)
