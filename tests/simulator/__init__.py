"""Streams of postings with known truth: what our tables say of them is compared with what is so."""
