-- group: Trust
-- title: What was looked at, by month and source
-- description: Boards tried and seen completely, visits that failed, postings that were new.
SELECT * FROM v_coverage ORDER BY month DESC, source
