"""The least that a crawler which keeps texts has to do for a page, beside fetching it: JSON to objects, HTML to text, and
the rows of our tables with their indexes and the full-text index, a transaction a page. No Scrapy, no hashes, no
language, nothing compared or checked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable
from pathlib import Path

from corpus.db import open_corpus
from corpus.text import html_to_text

AT = "2026-01-05T06:00:00Z"
POSTING = (
    "INSERT INTO postings (posting_id, board_id, external_id, employer_id, title, role_family, location, country, url, "
    "date_posted, date_posted_kind, language, content_hash, source_hash, text_hash, text_length, first_seen_at, "
    "last_seen_at) VALUES (?, ?, ?, 1, ?, 'ml_engineer', ?, 'DE', ?, ?, 'last_publish', 'en', ?, '', ?, ?, ?, ?)"
)
EPISODE = "INSERT INTO episodes (posting_id, number, first_seen_at, last_seen_at) VALUES (?, 1, ?, ?)"
VISIT = "INSERT INTO visits (run_id, board_id, visited_at, outcome, is_complete) VALUES (1, ?, ?, 'ok', 1)"


def seconds_of_pages(pages: Iterable[bytes], path: Path) -> float:
    """Processor seconds for pages of Ashby's API, into a new file at `path`."""
    with open_corpus(path, write=True) as corpus:
        connection = corpus.connection
        connection.execute("INSERT INTO sources (source, kind, name) VALUES ('ashby', 'ats', 'Ashby')")
        connection.execute("INSERT INTO employers (name, name_key) VALUES ('One', 'one')")
        connection.execute("INSERT INTO runs (command, started_at, mljobs_version) VALUES ('crawl', ?, '')", (AT,))
        posting_id = 0
        begun = time.process_time()
        for board_id, page in enumerate(pages, 1):
            rows, texts = [], []
            for job in json.loads(page)["jobs"]:
                posting_id += 1
                text, title = html_to_text(job["descriptionHtml"]), job["title"]
                texts += (posting_id, title, text)
                day, key = job["publishedAt"][:10], f"{posting_id:064x}"
                known = (posting_id, board_id, job["id"], title, job["location"], job["jobUrl"], day)
                rows.append((*known, key, key, len(text), AT, AT))
            with corpus.transaction():
                connection.execute("INSERT INTO boards (source, token) VALUES ('ashby', ?)", (str(board_id),))
                connection.execute(VISIT, (board_id, AT))
                connection.executemany(POSTING, rows)
                places = ", ".join(["(?, ?, ?)"] * len(rows))
                connection.execute(f"INSERT INTO posting_texts (posting_id, title, text) VALUES {places}", texts)
                connection.executemany(EPISODE, [(row[0], AT, AT) for row in rows])
        return time.process_time() - begun
