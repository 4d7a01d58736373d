"""Postings that somebody already has: readers of files, and maps of known data sets."""
