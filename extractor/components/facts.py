"""The fact readers as spaCy components: one line each. The readers themselves are pure and know nothing of spaCy.

To add one: write `read_x(page: Page) -> value` in a file of its own, add a line here, a component to `pipeline.cfg`
and an entry to `[project.entry-points.spacy_factories]` in pyproject.toml.
"""

from __future__ import annotations

from extractor.components.degrees import read_degrees
from extractor.components.document import fact
from extractor.components.experience import read_experience

degrees = fact("degrees", read_degrees)
experience = fact("experience", read_experience)
