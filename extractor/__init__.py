"""Reads out of a posting's text what it asks for: skills with their level, degrees, years, pay, and more.

import extractor

nlp = extractor.build()
extractor.read(nlp, 1, "ML engineer", "Requirements:\\n- Python and PyTorch").skills
"""

from extractor.pipeline import build, read, version

__all__ = ["build", "read", "version"]
