"""`mljobs serve`: Datasette over the file, on this machine only.

Safe by default: the file is opened read-only, a query has a time limit, the database cannot be downloaded, and the
postings' texts read as empty (SQLite's authorizer hides them, whatever the SQL) unless they are asked for.
"""

from __future__ import annotations

import asyncio
import importlib
import sqlite3
from html import escape
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from analysis.canned import read_queries
from corpus.db import open_corpus
from corpus.dictionary import describe
from corpus.docs import datasette_tables
from corpus.errors import InputError, MissingExtra

if TYPE_CHECKING:
    from collections.abc import Sequence

NAME = "mljobs"
"""Name of the database in addresses, whatever the file is called."""
SETTINGS = {
    "sql_time_limit_ms": 3000,
    "facet_time_limit_ms": 500,
    "allow_download": False,
    "max_returned_rows": 1000,
    "truncate_cells_html": 400,
    "suggest_facets": False,
}
TEMPLATES = Path(__file__).parent / "templates" / "datasette"
HIDDEN_TEXTS = {("posting_texts", "text"), ("posting_texts", "html_zlib"), ("rejects", "raw"), ("salaries", "raw")}
FACETS = {
    "postings": ["role_family", "country", "work_mode"],
    "v_postings": ["role", "seniority", "country", "work_mode"],
    "boards": ["source", "health"],
    "visits": ["outcome"],
    "skills": ["kind", "is_listed"],
    "v_pay": ["role", "currency", "unit"],
    "salaries": ["source", "currency", "unit"],
    "stats": ["measure", "period"],
}
LABELS = {"employers": "name", "boards": "token", "sources": "name", "skills": "name", "postings": "title"}
STYLE = """
dl.column-descriptions { max-height: 12em; overflow-y: auto; columns: 28em; border: 1px solid #ccc; padding: .5em 1em }
dl.column-descriptions dt { break-after: avoid } dl.column-descriptions dd { break-before: avoid; color: #444 }
.page-header { border-color: #276890 !important }
.facet-info * { word-break: normal }
td.col-month, td[class$="_at"], td[class$="_date"], td.col-date_posted { white-space: nowrap }
td.type-int, td.type-float { text-align: right }
"""
SEARCHED = ("postings", "v_postings")


def serve(db_path: Path, *, host: str = "127.0.0.1", port: int = 8001, texts: bool = False) -> None:
    """Serve the file until interrupted; `texts` shows the postings' texts too."""
    app = build(db_path, texts=texts)
    check_port(port)
    uvicorn = importlib.import_module("uvicorn")
    uvicorn.run(app.app(), host=host, port=port, log_level="warning", lifespan="on")


def build(db_path: Path, *, texts: bool = False) -> Any:
    """Set Datasette up over the file, ready to be served."""
    try:
        app = importlib.import_module("datasette.app")
        database = importlib.import_module("datasette.database")
        plugins = importlib.import_module("datasette.plugins")
    except ImportError as error:
        raise MissingExtra("mljobs serve needs Datasette: pip install 'mljobs[serve]'") from error
    with open_corpus(db_path) as corpus:
        metadata = build_metadata(corpus.connection)
    if plugins.pm.has_plugin(NAME):
        plugins.pm.unregister(name=NAME)
    plugins.pm.register(_plugin(texts=texts), name=NAME)
    datasette = app.Datasette(metadata=metadata, settings=SETTINGS, template_dir=str(TEMPLATES))
    is_mutable = not _needs_immutable(db_path)
    datasette.add_database(database.Database(datasette, path=str(db_path), is_mutable=is_mutable), name=NAME)
    return datasette


def _needs_immutable(db_path: Path) -> bool:
    """Tell whether the file lies where SQLite cannot keep the side files that reading beside a writer needs."""
    connection = sqlite3.connect(f"{db_path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.OperationalError:
        return True
    finally:
        connection.close()
    return False


def build_metadata(connection: sqlite3.Connection) -> dict[str, Any]:
    """Give Datasette's metadata: sentences of every table and column, facets, search, the named queries."""
    tables = datasette_tables(describe(connection))
    for name, facets in FACETS.items():
        tables[name]["facets"] = facets
    for name, column in LABELS.items():
        tables[name]["label_column"] = column
    for name in SEARCHED:
        tables[name] |= {"fts_table": "posting_search", "fts_pk": "posting_id"}
    tables["v_postings"]["sort_desc"] = "posting_id"
    tables["_sqlite_migrations"] = {"hidden": True}
    queries = {
        query.name: {
            "title": f"{query.group}: {query.title}",
            "description_html": _described(query.description, query.parameters),
            "sql": query.sql,
            "params": list(query.parameters),
            "hide_sql": True,
        }
        for query in read_queries().values()
    }
    return {
        "title": "mljobs",
        "description": "Machine-learning postings, what each asks for, and what was looked at when. "
        "Adverts are not vacancies, and a mention is not a requirement: each table says how to count.",
        "license": "The terms of each source apply",
        "databases": {
            NAME: {
                "description_html": "<p>Start with a query below, or with the views <code>v_…</code>. "
                "A posting's page shows its facts and its skills: follow a <code>posting_id</code>.</p>",
                "tables": tables,
                "queries": queries,
            }
        },
    }


def _described(description: str, parameters: dict[str, str]) -> str:
    listed = "".join(f"<li><code>{escape(name)}</code>: {escape(what)}</li>" for name, what in parameters.items())
    return f"<p>{escape(description)}</p>" + (f"<ul>{listed}</ul>" if listed else "")


def _hide_texts(action: int, table: str | None, column: str | None, *_: Any) -> int:
    """Let SQLite read texts as NULL, whichever view, function or join they are read through."""
    if action == sqlite3.SQLITE_READ and (table, column) in HIDDEN_TEXTS:
        return sqlite3.SQLITE_IGNORE
    return sqlite3.SQLITE_OK


def _plugin(*, texts: bool) -> ModuleType:
    """Make the plugin: hidden texts, links to a posting's page, and that page."""
    hook = importlib.import_module("datasette").hookimpl
    markupsafe = importlib.import_module("markupsafe")

    def prepare_connection(conn: sqlite3.Connection) -> None:
        if not texts:
            conn.set_authorizer(_hide_texts)

    def render_cell(value: Any, column: str, table: str | None) -> Any:
        if column == "posting_id" and isinstance(value, int) and table != "posting_texts":
            return markupsafe.Markup('<a href="/-/posting/{0}">{0}</a>').format(value)
        return None

    def register_routes() -> Sequence[tuple[str, Any]]:
        return [(r"^/-/posting/(?P<posting_id>\d+)$", _posting_page), (r"^/-/mljobs\.css$", _css)]

    def extra_css_urls() -> list[str]:
        return ["/-/mljobs.css"]

    hooks = (prepare_connection, render_cell, register_routes, extra_css_urls)
    plugin = ModuleType(NAME)  # what Datasette expects a plugin to be
    for function in hooks:
        setattr(plugin, function.__name__, hook(function))
    return plugin


async def _css() -> Any:
    response = importlib.import_module("datasette.utils.asgi")
    return response.Response(STYLE, content_type="text/css; charset=utf-8")


async def _posting_page(request: Any, datasette: Any) -> Any:
    """Show one posting: its facts, its skills by level, and its text with each mention marked."""
    response = importlib.import_module("datasette.utils.asgi")
    database = datasette.get_database(NAME)
    number = int(request.url_vars["posting_id"])

    async def rows(sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in (await database.execute(sql, [number])).rows]

    postings, skills, mentions, kept = await asyncio.gather(
        rows("SELECT * FROM v_postings WHERE posting_id = ?"),
        rows("SELECT * FROM v_posting_skills WHERE posting_id = ? ORDER BY requirement DESC, skill"),
        rows("SELECT * FROM v_mentions WHERE posting_id = ? ORDER BY field, start_offset, end_offset DESC"),
        rows("SELECT title, text FROM posting_texts WHERE posting_id = ?"),
    )
    if not postings:
        return response.Response.text(f"no posting {number} in this file", status=404)
    text = kept[0]["text"] if kept else None
    levels: dict[str, list[str]] = {}
    for skill in skills:
        levels.setdefault(skill["requirement"], []).append(skill["skill"])
    page = {
        "posting": postings[0],
        "levels": {level: levels[level] for level in ("required", "preferred", "duty", "other") if level in levels},
        "marked": marked(text, [m for m in mentions if m["field"] == "description"]) if text else None,
        "has_text": bool(kept),
    }
    html = await datasette.render_template("mljobs_posting.html", page, request=request)
    return response.Response.html(html)


def marked(text: str, mentions: Sequence[dict[str, Any]]) -> str:
    """Give the text as HTML with each mention in a `<mark>` that says skill, level and rule; overlaps: the longer."""
    parts, place = [], 0
    for mention in mentions:
        start, end = mention["start_offset"], mention["end_offset"]
        if start < place or end > len(text):
            continue
        note = f"{mention['skill']}: {mention['requirement']} ({mention['section']}; {mention['rule']})"
        parts += [
            escape(text[place:start]),
            f'<mark class="{escape(mention["requirement"])}" title="{escape(note)}">{escape(text[start:end])}</mark>',
        ]
        place = end
    return "".join([*parts, escape(text[place:])])


def check_port(port: int) -> None:
    """Say in one line that a port is taken, instead of the server's traceback."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise InputError(f"port {port} is taken: choose another with --port") from error
