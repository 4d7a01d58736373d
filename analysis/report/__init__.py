"""The report: layout only. Every number comes ready from `analysis.tables`; see `write.py` for the way in."""
