"""Personal data in short free text: mail addresses, phone numbers, persons named as contact."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

MAIL = re.compile(
    r"(mailto:\s*)?[\w.+%'-]+\s?(@|\(at\)|\[at\]|\{at\}|%40|&#64;)\s?[\w-]+(\s?(\.|\(dot\)|\[dot\])\s?[\w-]+)+",
    re.IGNORECASE,
)
PHONE = re.compile(
    r"(?<![\w/=.-])(\+\d[\d ()./-]{6,}\d|00\d{2}[ /-]\d[\d ()./-]{5,}\d|\(?0\d{1,5}\)?[ /-]{1,3}\d[\d ./-]{4,}\d"
    r"|\(\d{3}\) ?\d{3}[-. ]\d{4}|\d{3}[-. ]\d{3}[-. ]\d{4})(?![\w-])"
)
_WORD = r"[^\W\d_a-z][\w'’-]+"
_NAME = rf"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?{_WORD}(?: [^\W\d_a-z]\.)?(?: (?:van|von|de|der|da|di))* {_WORD}"
PERSON = re.compile(
    r"((?i:\b(?:reports? to|reporting to|assistant to|ask for|posted by|apply (?:to|with)|c/o)) "
    r"|(?i:\b(?:contact|attn\.?|recruiter|hiring manager|e-?mail|name)) ?[:,–-] ?"
    rf"|[,;(–-] ?contact ){_NAME}"
)
HANDLE = re.compile(r"(?<![\w/@.])@[A-Za-z0-9_]{3,}")


def scrub(text: str | None) -> str | None:
    """Take mails, phone numbers, handles and named contact persons out of a short text; None stays None."""
    if text is None:
        return None
    text = MAIL.sub("[mail]", text)
    text = PERSON.sub(r"\1[person]", text)
    text = PHONE.sub("[phone]", text)
    return HANDLE.sub("[handle]", text)


def link(url: str | None) -> str | None:
    """Keep a web address that leads nowhere but to a page: no mail, no phone number, no password; else None."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        is_plain = parts.scheme in ("http", "https") and parts.username is None and parts.password is None
    except ValueError:
        return None
    plain = unquote(url)
    return url if is_plain and not MAIL.search(plain) and not PHONE.search(plain) else None
