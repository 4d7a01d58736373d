"""Every error that a user can meet.

MljobsError                 one clear line on stderr, exit status 2, never a traceback
├── InputError              a file, row or option that cannot be read or used
├── DatabaseError           the file cannot be opened, read or written
│   ├── NewerDatabase       written by a later version of mljobs
│   ├── DatabaseBusy        another process holds it
│   └── DatabaseUnwritable  read-only, full disk, missing folder
├── MissingExtra            an optional dependency is not installed
└── CheckFailed             work is done, but a health check failed: exit status 1
"""

from __future__ import annotations


class MljobsError(Exception):
    """An error with a message for a person: what is wrong and what to do about it."""

    exit_code = 2


class InputError(MljobsError):
    """A file, row or option that cannot be read or used."""


class DatabaseError(MljobsError):
    """The database file cannot be opened, read or written."""


class NewerDatabase(DatabaseError):
    """The file was written by a later version of mljobs."""


class DatabaseBusy(DatabaseError):
    """Another process holds the file for longer than we wait."""


class DatabaseUnwritable(DatabaseError):
    """The file is read-only, its disk is full, or its folder is missing."""


class MissingExtra(MljobsError):
    """An optional dependency is not installed; the message names the extra."""


class CheckFailed(MljobsError):
    """The work is done, but a health check failed; the message names it."""

    exit_code = 1
