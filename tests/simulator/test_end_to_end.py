"""One small world the whole way: files, `mljobs import`, `mljobs extract`, and what the tables then say."""

from __future__ import annotations

from attrs import evolve

from analysis.tables import compute
from corpus.db import open_corpus
from tests.simulator.run import through_the_command_line
from tests.simulator.score import pair_scores, score, summary
from tests.simulator.world import Options, make_world


def test_a_world_through_the_command_line(tmp_path):
    world = make_world(Options(seed=5, employers=24, vacancies=500, months=5))
    path = tmp_path / "world.db"
    through_the_command_line(world, tmp_path, path)
    with open_corpus(path) as corpus:
        vacancy_of = dict(corpus.connection.execute("SELECT external_id, vacancy_id FROM postings").fetchall())
        asked = corpus.connection.execute(
            "SELECT p.external_id, s.name FROM posting_skills JOIN postings p USING (posting_id)"
            " JOIN skills s USING (skill_id)"
        ).fetchall()
        unknown = corpus.value("SELECT count(*) FROM episodes WHERE previous_visit_at IS NULL")
        open_still = corpus.value("SELECT count(*) FROM episodes WHERE closed_at IS NULL")
    assert len(vacancy_of) == len(world.adverts)
    precision, recall = pair_scores(world, vacancy_of)
    assert precision >= 0.99
    assert recall >= 0.97
    names = world.skills["name"].to_numpy()
    true = {(row.external_id, name) for row in world.adverts.itertuples() for name in names[world.asks[row.vacancy]]}
    found = {(external, name) for external, name in asked if name in set(names)}
    assert len(true & found) / len(true) > 0.99
    assert len(true & found) / len(found) > 0.99
    assert unknown == world.adverts["previous"].isna().sum()
    assert abs(open_still - world.adverts["closed"].isna().sum()) <= 0.02 * len(world.adverts)
    results = compute(path)
    assert results.universe == "crawled"
    volume = results.tables["volume"]
    assert volume["new_postings"].sum() > 0.8 * len(set(vacancy_of.values())) - unknown
    assert not results.tables["skill_trends"]["trend"].isin(["rising", "falling"]).any()


def test_worlds_repeat_and_differ_by_seed():
    small = Options(employers=20, vacancies=300, months=24)
    one, again, other = make_world(small), make_world(small), make_world(evolve(small, seed=1))
    assert one.adverts.equals(again.adverts)
    assert (one.asks == again.asks).all()
    assert not one.adverts.equals(other.adverts)


def test_scores_know_a_liar():
    """A tracker that calls everything rising is found out."""
    import pandas as pd

    world = make_world(Options(employers=30, vacancies=2000))
    skills = world.skills
    table = pd.DataFrame({"skill": skills["name"], "kind": "tool", "trend": "rising"})
    for name in ("log_odds_low", "share_last_low"):
        table[name] = 5.0
    for name in ("log_odds_high", "share_last_high", "log_odds_change"):
        table[name] = 6.0
    months = pd.period_range("2022-01", periods=36, freq="M").astype(str)
    tables = {
        "skill_trends": table,
        "change_points": pd.DataFrame({"skill": skills["name"], "month": "2022-01"}),
        "volume": pd.DataFrame({"month": months, "index": 100.0}),
        "skill_rank": pd.DataFrame({"skill": skills["name"][::-1]}),
        "decomposition": pd.DataFrame({"skill": ["Scala"], "within_pp": [4.0]}),
        "lifetimes": pd.DataFrame({"group": ["all"], "median_days": [60.0]}),
        "salary_premium": pd.DataFrame({"skill": ["Python"], "n": [900], "premium_log_points": [9.0]}),
    }
    got = summary(pd.DataFrame([score(world, tables, (0.5, 0.5))])).set_index("measure")["verdict"]
    lies = ["flat_called", "false_discovery", "wrong_sign", "odds_covered_low", "share_covered", "volume_error",
            "false_steps", "lifetime_error", "premium_rmse", "pair_precision", "within_error_pp", "top_five"]  # fmt: skip
    assert (got[lies] == "NOT MET").all()
