"""The reader: one spaCy pipeline from `pipeline.cfg`, and `read`, which turns a posting into an `Extraction`."""

from __future__ import annotations

import gc
import hashlib
from functools import cache
from importlib.resources import files

import spacy
from attrs import fields, frozen
from spacy.language import Language

from corpus import roles
from corpus.records import Extraction
from extractor.components import facts, gates, levels, open_skills, skills, tokenizer
from extractor.components.reading import Component, Reading, make_doc, reading_of
from extractor.taxonomy import load

COMPONENTS = (tokenizer, skills, open_skills, gates, levels, facts)
"""Imported here, so that the factories are there even where the package was never installed."""
DERIVED = frozenset({"posting_id"})
"""Fields of an Extraction that are no attribute of the Doc of the same name."""
FACTS = tuple(field.name for field in fields(Extraction) if field.name != "posting_id")


@frozen
class Version:
    """What made an extraction: a posting is read again when either part changes."""

    code: str
    taxonomy: str

    def __str__(self) -> str:
        return f"{self.code}+{self.taxonomy}"


def build() -> Language:
    """The pipeline, ready to read; takes about a second."""
    config = spacy.util.load_config_from_str(files("extractor").joinpath("pipeline.cfg").read_text(encoding="utf-8"))
    nlp = spacy.util.load_model_from_config(config, auto_fill=True)
    nlp.meta.update(name="mljobs", version=str(version()))
    return nlp


def settle() -> None:
    """For a process that reads many postings: the garbage collector passes over what is there to stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@cache
def version() -> Version:
    """The version of this code and of the taxonomy: checksums of the files that decide what is read."""
    digest = hashlib.sha256()
    for folder in ("extractor", "extractor.components", "extractor.taxonomy", "corpus"):
        for path in sorted(files(folder).iterdir(), key=lambda p: p.name):
            if path.name.endswith((".py", ".toml", ".cfg", ".npz")) and _decides(folder, path.name):
                digest.update(path.read_bytes())
    return Version(digest.hexdigest()[:12], load().version)


def _decides(folder: str, name: str) -> bool:
    if folder == "corpus":
        return name in ("records.py", "roles.py", "roles.toml")
    if folder == "extractor.taxonomy":
        return name not in ("ambiguous.toml", "check.py")  # the first is in the taxonomy's version
    return name not in ("cli.py", "run.py", "explain.py", "rereading.py", "vacancies.py")


def read(nlp: Language, posting_id: int | str, title: str, text: str, location: str | None = None) -> Extraction:
    """Everything that one posting asks for.

    A Doc is made only where the pipeline has components of somebody else's; ours need none, and it costs more than
    they do.
    """
    components = [part for _, part in nlp.pipeline if isinstance(part, Component)]
    if len(components) == len(nlp.pipeline):
        reading = Reading(title, text, location)
        for part in components:
            part.read(reading)
    else:
        reading = reading_of(nlp(make_doc(nlp, title, text, location)))
    return extraction(posting_id, reading)


def extraction(posting_id: int | str, reading: Reading) -> Extraction:
    """The typed result of a posting that has been read; facts whose component did not run keep their default."""
    reading.finish()
    values = {name: value for name in FACTS if (value := reading.values.get(name)) is not None}
    family = values.setdefault("role_family", roles.role_family(reading.title))
    values.setdefault("is_ml_role", family in roles.ml_families())
    return Extraction(posting_id, **values)
