"""The vocabulary of skills: data files, and the code that reads and checks them.

from extractor import taxonomy

skills = taxonomy.load()
skills.forms["k8s"]                  # "kubernetes": folded form -> skill id
skills.exact["RAG"]                  # "retrieval-augmented-generation": exact case only
skills.ambiguous["go"].skill         # "go": a form that is also a word; ask context_allows
"""

from extractor.taxonomy.context import Rule, context_allows
from extractor.taxonomy.forms import fold, spell
from extractor.taxonomy.model import Alias, Skill, Taxonomy, load

__all__ = ["Alias", "Rule", "Skill", "Taxonomy", "context_allows", "fold", "load", "spell"]
