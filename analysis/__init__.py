"""From the file to statistics, tables and the report. Reads only; imports neither crawler nor extractor."""
