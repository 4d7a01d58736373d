-- group: Trust
-- title: Gaps in the coverage
-- description: Stretches of more than 35 days between two complete visits of a board, longest first. What opened and closed inside one was never seen.
SELECT source, board, employer, after_at, until_at, round(days, 1) AS days FROM v_coverage_gaps ORDER BY days DESC LIMIT 500
