"""From a file to an answer that can be trusted, in six steps: `python docs/tutorial.py jobs.db`.

Open it in an editor or a notebook and run it piece by piece; the tests run it whole. The file comes from
`mljobs crawl` (or `mljobs import`) and `mljobs extract`.
"""

import sys

import corpus
from analysis.cells import Selection, read_cells
from analysis.measures.trends import skill_trends
from corpus.db import open_corpus

path = sys.argv[1] if len(sys.argv) > 1 else "jobs.db"

# %% 1. What is in the file? Read this first: how much has a text, was read, and has a known opening.
jobs = corpus.open(path)
print(jobs.sql("SELECT measure, postings, of_postings, round(share, 3) AS share FROM v_quality").to_string(index=False))

# %% 2. Vacancies of ML roles, one row each (an advert that was published three times is one vacancy).
postings = jobs.postings()
print(f"\n{len(postings):,} ML vacancies of {postings.employer.nunique():,} employers")
print(f"opened {postings.month.min()} to {postings.month.max()}")
print(f"their month is known from: {postings.month_basis.value_counts().to_dict()}")

# %% 3. The most named skills and the share that requires them. Shares, not counts: counts follow the boards.
read = postings[postings.is_read]
skills = jobs.skills()
skills = skills[skills.posting_id.isin(read.posting_id)]
top = skills.groupby("skill").agg(
    share=("posting_id", lambda ids: ids.nunique() / len(read)),
    required=("requirement", lambda levels: (levels == "required").sum() / len(read)),
    employers=("employer", "nunique"),
)
top = top.sort_values("share", ascending=False).head(10)
print(f"\n{top.round(3).to_string()}")

# %% 4. One posting as the reader saw it: each mention with its section, level and the rule that decided.
example = int(read[read.skill_count > 0].posting_id.iloc[0])
print(f"\n{jobs.mentions(example)[['words', 'skill', 'requirement', 'section', 'rule']].to_string(index=False)}")

# %% 5. How demand changed, with intervals that know that postings of one employer are alike (the report's own measure).
with open_corpus(path) as file:
    cells = read_cells(file, Selection())
trends = skill_trends(cells)
change = trends[["skill", "employers", "log_odds_change", "log_odds_low", "log_odds_high"]]
print(f"\n{change.head(10).to_string(index=False)}")

# %% 6. Is it a trend? Tested with employers as the unit, corrected for the number of skills; `too_few` is an answer.
verdict = trends[["skill", "share_first", "share_last", "q_value", "trend"]]
print(f"\n{verdict.head(10).to_string(index=False)}")
print(f"\ntrends: {trends.trend.value_counts().to_dict()}")

jobs.close()
