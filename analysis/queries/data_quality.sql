-- group: Trust
-- title: How much of the file can be used for what
-- description: Counts and shares over the whole file; the report has more checks, with thresholds, in quality_checks.
SELECT measure, postings, of_postings, round(share, 4) AS share FROM v_quality
