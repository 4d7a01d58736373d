-- group: Skills
-- title: How a skill is worded
-- description: Mentions of a skill with their section, level and rule: to see whether the reading is right. The words are shown with `mljobs serve --texts`.
-- parameter skill: name of the skill (default Go)
SELECT m.posting_id, m.words, m.field, m.section, m.requirement, m.rule
FROM v_mentions AS m
WHERE m.skill_id IN (SELECT skill_id FROM skills WHERE name = coalesce(nullif(:skill, ''), 'Go') COLLATE NOCASE)
    AND m.posting_id IN (
        SELECT posting_id FROM posting_skills
        WHERE skill_id IN (SELECT skill_id FROM skills WHERE name = coalesce(nullif(:skill, ''), 'Go') COLLATE NOCASE)
        ORDER BY posting_id DESC LIMIT 200)
LIMIT 500
