-- group: Trust
-- title: A published number in each vintage
-- description: How a number that the reports published changed from vintage to vintage, and what each was made with.
-- parameter measure: a measure of the table stats (default: any)
-- parameter subject: a skill or group (default: any)
SELECT s.measure, s.subject, s.period, v.published_at, s.value, s.low, s.high, s.sample_count, s.employer_count,
    v.mljobs_version, v.extractor_version, v.method_version
FROM stats AS s
JOIN vintages AS v ON v.vintage_id = s.vintage_id
WHERE (:measure IS NULL OR :measure = '' OR s.measure = :measure) AND (:subject IS NULL OR :subject = '' OR s.subject = :subject)
ORDER BY s.measure, s.subject, s.period, v.published_at
LIMIT 500
