"""The fact readers as spaCy components: one line each. The readers themselves are pure and know nothing of spaCy.

To add one: write `read_x(page: Page) -> value` in a file of its own, add a line here, a component to `pipeline.cfg`
and an entry to `[project.entry-points.spacy_factories]` in pyproject.toml.
"""

from __future__ import annotations

from extractor.components.degrees import read_degrees
from extractor.components.employment_type import read_employment_type
from extractor.components.experience import read_experience
from extractor.components.reading import component
from extractor.components.role import read_role
from extractor.components.salary import read_salaries
from extractor.components.seniority import read_seniority
from extractor.components.topics import read_industries, read_mentions, read_tasks
from extractor.components.visa import read_clearance, read_visa_sponsorship
from extractor.components.work_mode import read_work_mode

sections = component("sections", lambda reading: reading.lines, "lines")
degrees = component("degrees", read_degrees)
experience = component("experience", read_experience)
salaries = component("salaries", read_salaries)
seniority = component("seniority", read_seniority)
employment_type = component("employment_type", read_employment_type)
work_mode = component("work_mode", read_work_mode)
visa_sponsorship = component("visa_sponsorship", read_visa_sponsorship)
clearance = component("clearance", read_clearance)
role = component("role", read_role, "is_ml_role", "role_family")
said = ("mentions_bootcamp", "mentions_internship", "mentions_portfolio", "mentions_publications")
mentions = component("mentions", read_mentions, *said)
tasks = component("tasks", read_tasks)
industries = component("industries", read_industries)
