"""Everything that brings postings in: spiders, archives, imports, and the ledger of what was looked at when."""
