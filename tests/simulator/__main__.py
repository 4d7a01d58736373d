"""`python -m tests.simulator --seeds 20`: the acceptance table over simulated worlds.

By default each world goes straight into the tables with its true skills and vacancies, which tests the statistics;
`--end-to-end` writes the import files instead and runs `mljobs import`, `extract` and the tables of the report.
`--rough all` gives a row for each rougher kind of world.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import pandas as pd
from attrs import evolve

from tests.simulator.run import ROUGH, run_world
from tests.simulator.score import summary
from tests.simulator.world import Options, smaller


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=20, help="number of worlds")
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--scale", type=float, default=1.0, help="size of the worlds; 1 is 76,000 vacancies")
    parser.add_argument("--months", type=int, default=36)
    parser.add_argument("--clean", action="store_true", help="without confounders")
    parser.add_argument("--rough", choices=[*ROUGH, "all"], help="a rougher kind of world")
    parser.add_argument("--end-to-end", action="store_true")
    parser.add_argument("--csv", type=Path, help="write the score of each world there")
    chosen = parser.parse_args()
    base = evolve(smaller(Options(), chosen.scale), months=chosen.months, is_clean=chosen.clean)
    if chosen.rough != "all":
        print(as_text(summary(_worlds(evolve(base, **ROUGH.get(chosen.rough, {})), chosen, chosen.csv))))
        return
    rows = []
    for kind, options in ROUGH.items():
        scores = _worlds(evolve(base, **options), chosen, None)
        rows.append({"world": kind} | scores.drop(columns="seed").mean().to_dict())
        if chosen.csv:
            pd.DataFrame(rows).to_csv(chosen.csv, index=False)
    print(as_text(pd.DataFrame(rows)))


def _worlds(base: Options, chosen: argparse.Namespace, csv: Path | None) -> pd.DataFrame:
    """The scores of one kind of world, a row a seed."""
    rows = []
    for seed in range(chosen.first_seed, chosen.first_seed + chosen.seeds):
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            rows.append(run_world(evolve(base, seed=seed), Path(folder), end_to_end=chosen.end_to_end))
        print(f"world {seed}: {time.monotonic() - started:.0f} s", flush=True)
        if csv:
            pd.DataFrame(rows).to_csv(csv, index=False)
    return pd.DataFrame(rows)


def as_text(table: pd.DataFrame) -> str:
    """The table with four decimals."""
    return table.to_string(index=False, float_format=lambda value: f"{value:.4f}")


if __name__ == "__main__":
    main()
