"""How near our tables come to the truth of a world: the measures of the acceptance table, one dict a world."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.simulator.world import LIFE_MEDIAN, World

TARGETS: dict[str, tuple[str, float]] = {
    "flat_called": ("<=", 0.03),
    "rare_called": ("<=", 0.03),
    "confounded_called": ("<=", 0.05),
    "seasonal_called": ("<=", 0.06),
    "false_discovery": ("<=", 0.08),
    "wrong_sign": ("<=", 0.002),
    "power_main": (">=", 0.95),
    "power_slow": (">=", 0.80),
    "top_five": (">=", 0.95),
    "odds_covered_low": (">=", 0.92),
    "odds_covered_high": ("<=", 0.97),
    "share_covered": (">=", 0.88),
    "volume_error": ("<=", 0.05),
    "volume_end_bias": ("abs<=", 0.03),
    "steps_found": (">=", 0.90),
    "false_steps": ("<=", 0.05),
    "lifetime_error": ("abs<=", 1.5),
    "premium_rmse": ("<=", 0.02),
    "pair_precision": (">=", 0.99),
    "pair_recall": (">=", 0.97),
    "within_error_pp": ("abs<=", 0.5),
}
FLAT = ("flat", "rare", "confounded", "seasonal", "between")


def score(world: World, tables: dict[str, pd.DataFrame], pairs: tuple[float, float] | None = None) -> dict[str, float]:
    """Every measure that this world allows."""
    truth = world.skills.assign(market=world.market_share).set_index("name")
    found = tables["skill_trends"].drop(columns="kind").set_index("skill")
    truth = truth.rename(columns={"log_odds_change": "log_odds_change_true"})
    table = truth.join(found, how="left")
    table["called"] = table["trend"].isin(["rising", "falling"])
    got = _calls(table) | _steps(world, table, tables["change_points"]) | _volume(world, tables["volume"])
    rank = tables["skill_rank"]
    top = rank["skill"].head(5)
    got["top_five"] = float((table.loc[top, "change"] > 0).mean()) if len(top) else np.nan
    clean = table["kind"].isin(["rising", "falling", "slow", "step", "flat", "rare"])
    odds = table[clean & table["log_odds_low"].notna() & table["log_odds_change_true"].notna()]
    inside = (odds["log_odds_low"] <= odds["log_odds_change_true"]) & (
        odds["log_odds_change_true"] <= odds["log_odds_high"]
    )
    if len(odds):
        got["odds_covered_low"] = got["odds_covered_high"] = float(inside.mean())
    shares = table[clean & table["share_last_low"].notna() & ~table.index.isin(["C++", "CUDA"])]
    inside = (shares["share_last_low"] <= shares["market"]) & (shares["market"] <= shares["share_last_high"])
    got["share_covered"] = float(inside.mean())
    parts = tables["decomposition"].set_index("skill")
    if "Scala" in parts.index:
        got["within_error_pp"] = float(parts.loc["Scala", "within_pp"])
    life = tables["lifetimes"]
    if len(life):
        got["lifetime_error"] = float(life.loc[life["group"] == "all", "median_days"].iloc[0] - LIFE_MEDIAN)
    premium = tables["salary_premium"].set_index("skill").join(truth["premium"], how="inner")
    premium = premium[premium["n"] >= 300]
    if len(premium):
        got["premium_rmse"] = float(np.sqrt(((premium["premium_log_points"] - premium["premium"]) ** 2).mean()))
    if pairs is not None:
        got["pair_precision"], got["pair_recall"] = pairs
    return got


def _calls(table: pd.DataFrame) -> dict[str, float]:
    def rate(kind: str) -> float:
        return float(table.loc[table["kind"] == kind, "called"].mean())

    true = table["change"] != 0
    called = table["called"]
    sign = np.where(table["trend"] == "rising", 1, -1)
    main = table["kind"].isin(["rising", "falling"])
    slow = table["kind"] == "slow"
    right = called & (sign == np.sign(table["change"]))
    return {
        "flat_called": rate("flat"),
        "rare_called": rate("rare"),
        "confounded_called": rate("confounded"),
        "seasonal_called": rate("seasonal"),
        "false_discovery": float((called & ~true).sum() / max(called.sum(), 1)),
        "wrong_sign": float((called & true & ~right).mean()),
        "power_main": float(right[main].mean()),
        "power_slow": float(right[slow].mean()),
    }


def _steps(world: World, table: pd.DataFrame, found: pd.DataFrame) -> dict[str, float]:
    first = pd.Period(world.options.first_month, "M")
    month = found.assign(number=[(pd.Period(m, "M") - first).n for m in found["month"]])
    steps = table[table["kind"] == "step"]
    hits = [
        (np.abs(month.loc[month["skill"] == name, "number"] - row["step_month"]) <= 2).any()
        for name, row in steps.iterrows()
    ]
    flat = table.index[table["kind"].isin(["flat", "rare", "confounded"])]
    false = month["skill"].isin(flat).sum() / len(flat)
    return {"steps_found": float(np.mean(hits)), "false_steps": float(false)}


def _volume(world: World, volume: pd.DataFrame) -> dict[str, float]:
    truth = 100 * world.level / world.level[:12].mean()
    months = pd.period_range(world.options.first_month, periods=len(truth), freq="M").astype(str)
    index = volume.set_index("month")["index"].reindex(months).to_numpy(dtype=float)
    if len(index) < 24 or not np.isfinite(index[12:]).any():
        return {}
    late = slice(12, None)
    month = world.vacancies["month"].to_numpy()
    every = np.bincount(month[month >= 0], minlength=len(truth)) / np.diff(world.starts)
    every *= 100 / every[:12].mean()
    return {
        "volume_floor": float(np.mean(np.abs(every[late] / truth[late] - 1))),
        "volume_error": float(np.nanmean(np.abs(index[late] / truth[late] - 1))),
        "volume_end_bias": float(np.nanmean(index[-6:]) / truth[-6:].mean() - 1),
    }


def pair_scores(world: World, vacancy_of: dict[str, int]) -> tuple[float, float]:
    """Precision and recall of pairs of adverts that are said to be one vacancy; `vacancy_of` goes by external id."""
    table = pd.DataFrame({"true": world.adverts["vacancy"], "said": world.adverts["external_id"].map(vacancy_of)})

    def pairs(keys: list[str]) -> float:
        size = table.groupby(keys).size()
        return float((size * (size - 1) / 2).sum())

    both = pairs(["true", "said"])
    return both / max(pairs(["said"]), 1), both / max(pairs(["true"]), 1)


def summary(rows: pd.DataFrame) -> pd.DataFrame:
    """Means over worlds with their 95 % intervals, beside the targets.

    `volume_floor` is the error that the count of every true vacancy has, seen or not: no estimator can beat it by much.
    """
    out: list[tuple[object, ...]] = []
    for name, (sign, target) in {**TARGETS, "volume_floor": ("", np.nan)}.items():
        if name not in rows or not rows[name].notna().any():
            continue
        values = rows[name].dropna()
        mean = float(values.mean())
        half = 1.96 * float(values.std(ddof=1)) / np.sqrt(len(values)) if len(values) > 1 else np.nan
        size = abs(mean) if sign == "abs<=" else mean
        met = size >= target if sign == ">=" else size <= target
        verdict = "" if np.isnan(target) else "met" if met else "NOT MET"
        aim = f"{sign} {target:g}" if sign else "for comparison"
        out.append((name, mean, mean - half, mean + half, aim, verdict, len(values)))
    return pd.DataFrame(out, columns=["measure", "mean", "low", "high", "target", "verdict", "worlds"])
