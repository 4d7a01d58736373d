-- group: Skills
-- title: Is this trend carried by one employer?
-- description: Share of a skill in the last twelve months less the twelve before, over all employers and with each employer left out. A change that disappears without one employer is that employer's.
-- parameter skill: name of the skill (default JAX)
WITH newest AS (
    SELECT max(month) AS month FROM v_postings WHERE is_read AND is_representative AND is_ml
), base AS MATERIALIZED (
    SELECT posting_id, employer, month > strftime('%Y-%m', (SELECT month FROM newest) || '-01', '-12 months') AS is_late
    FROM v_postings
    WHERE is_read AND is_representative AND is_ml
        AND month > strftime('%Y-%m', (SELECT month FROM newest) || '-01', '-24 months')
), asking AS (
    SELECT ps.posting_id FROM skills AS s JOIN posting_skills AS ps ON ps.skill_id = s.skill_id
    WHERE s.name = coalesce(nullif(:skill, ''), 'JAX') COLLATE NOCASE
), counted AS MATERIALIZED (
    SELECT employer, sum(is_late) AS n1, sum(NOT is_late) AS n0,
        sum(is_late AND posting_id IN asking) AS k1, sum(NOT is_late AND posting_id IN asking) AS k0
    FROM base GROUP BY employer
), total AS (
    SELECT sum(n1) AS n1, sum(n0) AS n0, sum(k1) AS k1, sum(k0) AS k0 FROM counted
)
SELECT '(all employers)' AS left_out, total.n1 AS vacancies, total.k1 AS with_skill,
    round(1.0 * k0 / n0, 4) AS share_before, round(1.0 * k1 / n1, 4) AS share_now,
    round(1.0 * k1 / n1 - 1.0 * k0 / n0, 4) AS change, NULL AS moves_the_change_by
FROM total
UNION ALL
SELECT * FROM (
    SELECT c.employer, c.n1, c.k1,
        round(1.0 * (t.k0 - c.k0) / nullif(t.n0 - c.n0, 0), 4), round(1.0 * (t.k1 - c.k1) / nullif(t.n1 - c.n1, 0), 4),
        round(1.0 * (t.k1 - c.k1) / nullif(t.n1 - c.n1, 0) - 1.0 * (t.k0 - c.k0) / nullif(t.n0 - c.n0, 0), 4),
        round(1.0 * (t.k1 - c.k1) / nullif(t.n1 - c.n1, 0) - 1.0 * (t.k0 - c.k0) / nullif(t.n0 - c.n0, 0)
            - (1.0 * t.k1 / t.n1 - 1.0 * t.k0 / t.n0), 4) AS moved
    FROM counted AS c, total AS t
    ORDER BY abs(moved) DESC LIMIT 50)
