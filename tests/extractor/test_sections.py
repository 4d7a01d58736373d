"""Sections and requirement levels, on postings that we wrote."""

from __future__ import annotations

import pytest

from extractor.components.page import Page
from extractor.components.sections import heading_section, read_lines


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("requirements", "required"),
        ("minimum qualifications", "required"),
        ("what you'll bring to the table", "required"),
        ("who you are", "required"),
        ("we're looking for someone who", "required"),
        ("your profile", "required"),
        ("skills and experience", "required"),
        ("ideal candidate profile", "required"),
        ("nice-to-haves", "preferred"),
        ("preferred qualifications", "preferred"),
        ("bonus points if you have", "preferred"),
        ("what will make us love you", "preferred"),
        ("experience in the following is a plus", "preferred"),
        ("ideal experience", "preferred"),
        ("responsibilities", "duties"),
        ("what you'll be doing", "duties"),
        ("essential duties and responsibilities", "duties"),
        ("in this role, you will", "duties"),
        ("our tech stack", "duties"),
        ("about us", "company"),
        ("why join us?", "company"),
        ("our culture", "company"),
        ("what we offer", "benefits"),
        ("compensation and benefits", "benefits"),
        ("equal opportunity employer", "equal_opportunity"),
        ("how to apply", "application"),
        ("our interview process", "application"),
        ("what makes you a great fit", "required"),
        ("who we want", "required"),
        ("qualities that will help you here", "required"),
        ("we'd be happy if you have", "required"),
        ("what will give you an edge (preferred qualifications)", "preferred"),
        ("additional or preferred qualifications", "preferred"),
        ("it would be a plus if you also bring", "preferred"),
        ("what we bring", "benefits"),
        ("what fernweh offers", "benefits"),
        ("what qualifications you will bring", "required"),
        ("nice to see", "preferred"),
        ("route planning preferred qualifications", "preferred"),
        ("you're excited about this job because you will", "duties"),
        ("please send us your resume", "application"),
        ("the internship", "duties"),
        ("recruitment fraud notice", "equal_opportunity"),
        ("don't meet every single requirement?", "equal_opportunity"),
        ("preferences", "preferred"),
        ("plusses", "preferred"),
        ("on top of this, we would love it if you know", "preferred"),
        ("additional skills that would help", "preferred"),
        ("additional considerations", "preferred"),
        ("you'll be highly rated if", "preferred"),
        ("the candidate will be responsible for", "duties"),
        ("if you've got it, we want you", "required"),
        ("it would be really nice if you also", "preferred"),
        ("the skills you'll need", "required"),
        ("if you join, you will", "duties"),
        ("about the role you will get to", "duties"),
        ("you are successful if", "duties"),
        ("join us as a tide engineer", "duties"),
        ("you will have a fast start if you have experience", "preferred"),
        ("why it matters", "duties"),
        ("we look for people who", "required"),
        ("who you'll be joining", "company"),
        ("apply now", None),
        ("team leadership and collaboration", None),
        ("team player", None),
        ("preferred locations", None),
        ("security and fraud models", None),
        ("the quick brown fox", None),
    ],
)
def test_headings_are_told_by_their_wording(heading, section):
    assert heading_section(heading) == section


def sections(text):
    return {text[line.start : line.end].strip(): line.section for line in read_lines(Page("", text))}


def test_lines_take_the_section_of_the_heading_above():
    found = sections(
        "About Fernweh\nFernweh maps hiking trails.\n\nWhat you'll do\n- Build models\n\n**Requirements:**\n- Python\n\n"
        "🌟 Nice to have\n- Rust\n\nBenefits\n- 30 days off\n"
    )
    assert found["Fernweh maps hiking trails."] == "company"
    assert found["- Build models"] == "duties"
    assert found["- Python"] == "required"
    assert found["- Rust"] == "preferred"
    assert found["- 30 days off"] == "benefits"


def test_a_text_without_line_breaks_is_cut_at_its_headings():
    filler = "We move parcels through the night and like our work, which is to plan the routes of many vans. " * 3
    found = sections(
        f"{filler}Responsibilities: You plan routes with models. Qualifications: Knowledge of Python and of routing. "
        f"Preferred Qualifications Experience with solvers. Benefits: Free fruit."
    )
    by_section = {section: line for line, section in found.items()}
    assert "plan routes" in by_section["duties"]
    assert "Python" in by_section["required"]
    assert "solvers" in by_section["preferred"]


def test_items_that_lost_what_stood_between_them_are_told_apart():
    filler = "We move parcels through the night and like our work, which is to plan the routes of many vans. " * 4
    found = sections(
        filler + "Requirements: A degree in physics3+ years of routingExperience with solversStrong Python"
    )
    assert {"3+ years of routing", "Experience with solvers", "Strong Python"} <= set(found)
    found = sections(f"{filler}Requirements: Routes in Java or C++Proficiency in SQL or javascriptAt least a degree")
    assert {"Proficiency in SQL or javascript", "At least a degree"} <= set(found)


def test_a_glued_heading_is_read_to_its_last_noun():
    filler = "We move parcels through the night and like our work, which is to plan the routes of many vans. " * 4
    found = sections(
        f"{filler}Required Skills And TraitsCalm under loadOther Desired SkillsKnowledge of Julia and of tides"
        f"Desired Skills & ExperienceAbility to sail"
    )
    assert found["Knowledge of Julia and of tides"] == "preferred"
    assert found["Ability to sail"] == "preferred"


def test_capitalised_words_behind_a_preposition_are_no_heading():
    filler = "We move parcels through the night and like our work, which is to plan the routes of many vans. " * 4
    found = sections(f"{filler}Requirements: Some years of work with Data Technologies: Hive and others.")
    assert found["Requirements: Some years of work with Data Technologies: Hive and others."] == "required"


def test_an_abbreviation_ends_no_line_of_a_flat_text():
    filler = "We move parcels through the night and like our work, which is to plan the routes of many vans. " * 4
    found = sections(f"{filler}Qualifications: A degree (e.g. Physics) · Knowledge of routing · Strong Python")
    assert any(line.endswith("(e.g. Physics)") for line in found)
    assert {"· Knowledge of routing", "· Strong Python"} <= set(found)


def test_a_heading_in_front_of_an_item_counts_for_that_item_only():
    found = sections("- Stack: Python and Go\n- Nice to have: Rust\n- We ship weekly\n")
    assert found["- Nice to have: Rust"] == "preferred"
    assert found["- We ship weekly"] != "preferred"


@pytest.mark.parametrize(
    "line",
    [
        "Experience with solvers is a plus",
        "Master's degree preferred",
        "Identify fraud in claims, and explain it to agencies",
        "Familiarity with privacy policies and GDPR",
        "Work with stakeholders to refine requirements",
        "3+ years of Python required",
    ],
)
def test_a_line_that_asks_or_tells_of_a_task_is_no_heading(line):
    found = sections(f"Requirements\nPython\n{line}\nSQL\n")
    assert found["SQL"] == "required"


def test_a_line_in_lower_case_goes_on_with_the_full_line_above():
    found = sections(
        "What you'll do\nYou plan routes for our vans and write down the\nrequirements of drivers\n\nrequirements\nPython\n"
    )
    assert found["requirements of drivers"] == "duties"
    assert found["Python"] == "required"


def test_a_heading_on_two_lines_is_one():
    found = sections("Requirements:\nTides\n\nPreferred\nQualifications:\nSailing with charts\n")
    assert found["Sailing with charts"] == "preferred"


def test_a_broken_line_is_no_heading():
    found = sections("Nice to have:\nTides\nKnowledge\nof charts\nExperience\nbuilding boats\n")
    assert found["of charts"] == "preferred"
    assert found["building boats"] == "preferred"


def test_a_named_requirement_stays_one_though_its_name_is_a_heading_of_the_work():
    found = sections("Qualifications\nTech stack: Expert in Julia and in charts.\nTides\n")
    assert found["Tides"] == "required"


def test_a_paragraph_behind_the_list_may_speak_of_the_employer_again():
    again = (
        "Fernhill is a young and fast-growing house of forty who draw charts of tides for all the ports of the north."
    )
    people = again.replace("draw", "seek people who draw")
    found = sections(f"Requirements\n- Julia\n\n{again}\n{people}\nTides\n")
    assert found[again] == "company"
    assert found[people] == "required"
    assert found["Tides"] == "required"


def test_tasks_below_a_heading_on_the_employer_are_duties():
    found = sections(
        "About Fernhill\nA house of charts.\n- Designing charts of tides\n- Building models\n  of the sea\n- Coffee\n"
        "\nWhy join Fernhill\n- Build charts\n- Design boats\n"
    )
    assert found["A house of charts."] == "company"
    assert {found[line] for line in ("- Designing charts of tides", "of the sea", "- Coffee")} == {"duties"}
    assert found["- Build charts"] == "company"


def test_a_glued_heading_on_the_employer_ends_the_list():
    filler = "We move parcels through the night and like our work, which is to plan the routes of many vans. " * 4
    found = sections(f"{filler}Nice to Have: Charts of tidesAbout FernhillHere is a house of forty who draw charts")
    assert found["Here is a house of forty who draw charts"] == "company"


def test_words_glued_to_a_bracket_begin_another_line():
    filler = "We move parcels through the night and like our work, which is to plan the routes of many vans. " * 4
    found = sections(
        f"{filler}Requirements: Charts of tides (and of winds)Fernhill, Inc. is an equal opportunity employer"
    )
    assert found["Requirements: Charts of tides (and of winds)"] == "required"


def test_equal_opportunity_is_told_without_a_heading():
    text = "Requirements\n- SQL\nWe consider everybody without regard to race or disability.\n"
    assert sections(text)["We consider everybody without regard to race or disability."] == "equal_opportunity"


def test_a_line_that_looks_for_somebody_is_not_on_the_employer():
    found = sections("Fernweh is a map maker.\nWe're growing our team and are searching for a cartographer\n")
    assert found["Fernweh is a map maker."] == "company"
    assert found["We're growing our team and are searching for a cartographer"] == "other"


def test_a_requirement_under_the_duties_is_one():
    found = sections("Your role\n- Build pipelines\n- 3+ years of experience with Kafka\n- Strong knowledge of SQL\n")
    assert found["- Build pipelines"] == "duties"
    assert found["- 3+ years of experience with Kafka"] == found["- Strong knowledge of SQL"] == "required"


def test_items_between_requirements_ask_too():
    found = sections(
        "Your role\n- Plan routes\n- Strong knowledge of SQL\n- Solvers such as SCIP\n- 3+ years with maps\n- Feed the cat\n"
    )
    assert found["- Solvers such as SCIP"] == "required"
    assert found["- Plan routes"] == found["- Feed the cat"] == "duties"


@pytest.mark.parametrize(
    "line", ["Must have shipped software", "You've built maps", "Exposure to solvers", "Highly proficient in SQL"]
)
def test_lines_that_ask_by_their_first_words(line):
    assert sections(f"Your role\n- Plan routes\n- {line}\n")[f"- {line}"] == "required"


def test_a_person_who_seeks_work_asks_for_nothing():
    text = "Location: Lyon\nRemote: yes\nWilling to relocate: no\nTechnologies: Python, SQL\n"
    assert {line.section for line in read_lines(Page("", text))} == {"seeker"}
