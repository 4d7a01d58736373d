"""Scrapy's settings: polite by default. Each line says why; tests/crawler/test_politeness.py forbids lower delays."""

from __future__ import annotations

import os
from importlib import metadata

BOT_NAME = "mljobs"
MLJOBS_CONTACT = os.environ.get("MLJOBS_CONTACT", "")
"""A page or an e-mail address at which a site's operator reaches whoever runs this crawl."""
USER_AGENT = f"mljobs/{metadata.version('mljobs')} (collects job postings for labour-market statistics" + (
    f"; {MLJOBS_CONTACT})" if MLJOBS_CONTACT else ")"
)

# Asking less
ROBOTSTXT_OBEY = True  # Scrapy's library default is to ignore it
DOWNLOAD_DELAY = 1.0  # seconds between two requests to a provider
DOWNLOAD_DELAY_JITTER = 0.3  # not in lockstep with other crawlers
CONCURRENT_REQUESTS_PER_DOMAIN = 4  # at a time at one provider
CONCURRENT_REQUESTS = 32
LEAST_DELAY = 0.5
"""No setting, option or spider goes below this for a host that is not on loopback."""

# Stopping when asked to
RETRY_ENABLED = False  # ours knows Retry-After, Scrapy's does not
POLITE_RETRIES = 3  # of one request
POLITE_BACKOFF = 5.0  # seconds before the first retry; then three, six and twelve times as many
POLITE_LONGEST_PAUSE = 300.0  # a provider that asks for more gets the rest of its boards next time
POLITE_FAILURES = 8  # in a row, over all boards, before the provider is left alone for a while
POLITE_PROBES = 5  # failed probes in a row before it is left alone for the rest of the run

# Bounds
DOWNLOAD_TIMEOUT = 60  # seconds for the whole answer, so slow bodies end
DOWNLOAD_MAXSIZE = 64 * 1024 * 1024  # the largest boards known take 20 MB
DOWNLOAD_WARNSIZE = 0
REDIRECT_MAX_TIMES = 5
COOKIES_ENABLED = False  # boards are public; a session would only identify us

# No doors into the process
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False  # Scrapy 2.19 turns this on: a local server that runs Python
HTTPCACHE_ENABLED = False

DOWNLOADER_MIDDLEWARES = {
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "crawler.politeness.RobotsMiddleware": 100,
    "crawler.politeness.PauseMiddleware": 555,
}
EXTENSIONS = {
    "scrapy.extensions.telnet.TelnetConsole": None,
    "scrapy.extensions.memusage.MemoryUsage": None,
    "scrapy.extensions.logstats.LogStats": None,
}
LOG_LEVEL = "CRITICAL"  # outcomes are in the ledger; `--verbose` shows Scrapy's own log
DEFAULT_REQUEST_HEADERS = {"Accept": "application/json, text/html;q=0.9, */*;q=0.8", "Accept-Language": "en"}
