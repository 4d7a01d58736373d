"""Which skills are read, where, and at which level, on sentences that we wrote."""

from __future__ import annotations

import pytest

import extractor

REQUIRED = "Requirements\n- "


@pytest.fixture(scope="module")
def nlp():
    return extractor.build()


def levels(nlp, text, title="Engineer"):
    return {skill.name: skill.requirement for skill in extractor.read(nlp, 1, title, text).skills}


def names(nlp, line):
    return set(levels(nlp, REQUIRED + line))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("PyTorch/TensorFlow/JAX", {"PyTorch", "TensorFlow", "JAX"}),
        ("C++/C#", {"C++", "C#"}),
        ("SQL;Go;Rust", {"SQL", "Go", "Rust"}),
        ("Python (pandas, NumPy)", {"Python", "pandas", "NumPy"}),
        ("scikit learn, Sci-kit learn or sklearn", {"scikit-learn"}),
        ("k8s and Kubernetes", {"Kubernetes"}),
        ("Node.js, .NET and Vue.js", {"Node.js", ".NET", "Vue.js"}),
        ("data ingestion, cleansing and validation", {"data ingestion", "data cleaning", "data validation"}),
        ("supervised and unsupervised learning", {"supervised learning", "unsupervised learning"}),
        ("unit, integration and load testing", {"unit testing", "integration testing", "load testing"}),
        ("Docker containers and CI/CD pipelines", {"Docker", "CI/CD"}),
        ("statistical and machine learning models", {"statistics", "machine learning"}),
        ("sharding, partitioning and replication", {"partitioning", "replication"}),
        ("Fairness, privacy and bias of models", {"fairness", "data privacy"}),
        ("SQL programming", {"SQL"}),
        ("MS Office, that is Excel, Word and such", {"Microsoft Excel", "Microsoft Word"}),
        ("Clouds (AWS, Google)", {"Amazon Web Services", "Google Cloud Platform"}),
        ("SQL, Python and R.", {"R"}),
        ("circuit breakers for high availability", {"circuit breakers", "high availability"}),
        ("writing SQL queries", {"SQL"}),
        ("Oracle or MS SQL Server", {"Microsoft SQL Server"}),
        ("BigQuery, Koalas and Loom", {"Koalas", "Loom"}),
    ],
)
def test_skills_as_they_are_written(nlp, line, expected):
    assert expected <= names(nlp, line)


@pytest.mark.parametrize(
    ("line", "skill", "words"),
    [
        ("Fluent with LLM providers", "large language models", "LLM"),
        ("Work with machine learning libraries", "machine learning", "machine learning"),
        ("Knows cloud platforms", "cloud computing", "cloud platforms"),
        ("Shipped agentic systems", "agentic AI", "agentic systems"),
        ("Runs Docker containers", "Docker", "Docker"),
        ("Won Kaggle competitions", "Kaggle", "Kaggle"),
        ("Runs an ELK stack", "ELK stack", "ELK stack"),
        ("Made open-source contributions", "open source", "open-source contributions"),
        ("Works with ML frameworks", "machine learning frameworks", "ML frameworks"),
    ],
)
def test_general_words_behind_a_name_are_no_part_of_it_unless_it_is_an_adjective(nlp, line, skill, words):
    text = REQUIRED + line
    found = extractor.read(nlp, 1, "Engineer", text).skills
    assert {text[m.start : m.end] for one in found if one.name == skill for m in one.mentions} == {words}


@pytest.mark.parametrize(
    ("line", "absent"),
    [
        ("R&D experience", "R"),
        ("A live Q&A, SQL and Java", "Q"),
        ("Teams (data, Slack and Zoom)", "Microsoft Teams"),
        ("A swift and decisive worker", "Swift"),
        ("Swift, decisive and collaborative, you take the lead", "Swift"),
        ("You are swift, adaptable and kind", "Swift"),
        ("You can go through long reports", "Go"),
        ("Cutting-edge AI work", "edge AI"),
        ("Not prompt engineering", "prompt engineering"),
        ("Apply at https://www.figma.com/careers or write to us@grafana.com", "Figma"),
        ("Apply at https://www.figma.com/careers or write to us@grafana.com", "Grafana"),
        ("Master's degree preferred in Computer Science, Statistics or Physics", "statistics"),
        ("Degree in a related field such as CS, statistics or physics", "statistics"),
        ("Employment authorization is needed", "authorization"),
        ("A record of boosting efficiency", "boosting"),
        ("Strong Python programming", "programming"),
        ("Fluent in programming languages such as Java or Go", "programming"),
        ("Scripting languages such as Perl", "scripting languages"),
        ("Machine learning frameworks like PyTorch", "machine learning frameworks"),
        ("Knows transformer architectures", "software architecture"),
        ("Pay of 90,000 CAD monthly", "computer-aided engineering"),
        ("You value the privacy of others", "data privacy"),
        ("Training of new colleagues", "model training"),
        ("Work beside engineers from Stripe, Snowflake and Databricks", "Databricks"),
        ("Years at companies such as Stripe or Databricks", "Stripe"),
        ("We are backed by Snowflake and Databricks", "Snowflake"),
        ("You think Figma is the company for you? At Figma, we draw.", "Figma"),
        ("Use cloud platforms to build services", "Google Cloud Build"),
        ("PhD in Computer Vision, Statistics or a related field", "computer vision"),
        ("PhD in Computer Vision, Statistics or a related field", "statistics"),
        ("A strong background in Physics, Statistics or a similar field", "statistics"),
        ("A degree, preferably in fields such as Physics, Statistics or Biology", "statistics"),
        ("Product development and marketing", "product marketing"),
        ("You see to machine learning performance", "performance optimization"),
        ("Design and conduct experiments", "experimental design"),
        ("Comfortable with Kubernetes clusters", "cluster computing"),
    ],
)
def test_what_only_looks_like_a_skill(nlp, line, absent):
    assert absent not in names(nlp, line)


@pytest.mark.parametrize(
    ("text", "skill", "level"),
    [
        ("Requirements\n- Python", "Python", "required"),
        ("About us\nOur firm has positions open for Docker developers.", "Docker", "duty"),
        ("About us\nWe are a startup in Leeds. Python/Django Developer at Fernhill.", "Django", "duty"),
        ("Requirements\n- Python; Rust is a plus", "Rust", "preferred"),
        ("Requirements\n- Python; Rust is a plus", "Python", "required"),
        ("Requirements\n- Python (Rust a plus)", "Python", "required"),
        ("Requirements\n- Python (Rust a plus)", "Rust", "preferred"),
        ("Requirements\n- (Optional) Rust", "Rust", "preferred"),
        ("Requirements\n- (bonus) Knowledge of Rust", "Rust", "preferred"),
        ("Requirements\n- Ideally Rust · Python", "Python", "required"),
        ("Requirements\n- Ideally you also know Scala", "Scala", "preferred"),
        ("Requirements\n- Kafka preferred but not required", "Apache Kafka", "preferred"),
        ("Requirements\n- Python. Streaming is a strong plus. (Kafka, Flink)", "Apache Flink", "preferred"),
        ("Your role\n- Knowledgeable in Kotlin and SQL", "Kotlin", "required"),
        ("Nice to have\n- Kafka\n- SQL is a must", "SQL", "required"),
        ("Nice to have\n- Kafka", "Apache Kafka", "preferred"),
        ("Your role\n- Build services in Kotlin", "Kotlin", "duty"),
        ("We are looking for someone who knows PostgreSQL well.", "PostgreSQL", "required"),
        ("Requirements\n- Degree in biology. Desired: two years of Scala", "Scala", "preferred"),
        ("Your role\n- You will have the opportunity to learn Kotlin", "Kotlin", "duty"),
        ("Your role\n- Join backend expertise with Kotlin and SQL", "Kotlin", "duty"),
        ("Your role\n- This role requires Kotlin", "Kotlin", "required"),
        ("Your role\n- Technical mastery of Kotlin", "Kotlin", "required"),
        ("Your role\n- Kotlin experience (4+ years)", "Kotlin", "required"),
        ("Requirements\n- Python (nice to have: Kotlin)", "Kotlin", "preferred"),
        ("Requirements\n- Python\n- Bonus points if you know Kotlin", "Kotlin", "preferred"),
        ("Requirements\n- At least one language, preferably Kotlin or Scala", "Kotlin", "required"),
        ("Requirements\n- Experience with services, preferably in Kotlin", "Kotlin", "preferred"),
        ("Your role\n- Apply your deep knowledge of Kotlin", "Kotlin", "duty"),
        ("Your role\n- Gain hands-on experience with Kotlin", "Kotlin", "duty"),
        ("Your role\n- Turn user requirements into Kotlin services", "Kotlin", "duty"),
        ("Requirements\n- Julia\n- Experience with Kotlin would be very helpful", "Kotlin", "preferred"),
        ("Requirements\n- Julia\n- Experience with Kotlin is a notable benefit", "Kotlin", "preferred"),
        ("Your role\n- Build services in Kotlin\n\nRequirements\n- Kotlin", "Kotlin", "required"),
        ("Preferred qualifications\n- Kotlin\n\nYour role\n- Build services in Kotlin", "Kotlin", "preferred"),
    ],
)
def test_the_sentence_outranks_the_section_and_the_strongest_mention_counts(nlp, text, skill, level):
    assert levels(nlp, text)[skill] == level


def test_a_skill_in_the_title_alone_is_a_duty(nlp):
    assert levels(nlp, "We pay well.", title="Rust developer") == {"Rust": "duty"}


@pytest.mark.parametrize(
    "text",
    [
        "About us\nOur product speaks Python and runs on Kubernetes.",
        "Benefits\n- Python courses, leadership training",
        "How to apply\nSend us your GitHub profile.",
    ],
)
def test_the_employer_s_own_text_asks_for_nothing(nlp, text):
    assert levels(nlp, text) == {}


@pytest.mark.parametrize(
    ("line", "skill", "counts"),
    [
        ("Partner closely with product, data engineering and design to ship models", "data engineering", False),
        ("Join the data science and growth teams", "data science", False),
        ("Do data science for our shops", "data science", True),
        ("Work with Kafka across data centres", "Apache Kafka", True),
    ],
)
def test_trades_of_the_people_one_works_with_are_no_duties(nlp, line, skill, counts):
    assert (skill in levels(nlp, "Your role\n- " + line)) is counts


def test_a_product_that_is_the_employer_counts_only_where_it_is_asked_for(nlp):
    text = "About us\nAt Figma, we draw.\n\nYour role\n- Improve search in Figma\n- Work with Grafana"
    assert "Figma" not in levels(nlp, text)
    assert levels(nlp, text)["Grafana"] == "duty"
    assert levels(nlp, text + "\n\nRequirements\n- You know Figma well")["Figma"] == "required"


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("Your role\n- Improve reliability across our teams", False),
        ("Your role\n- Care for monitoring, reliability and alerting", True),
        ("Requirements\n- A sense for reliability", True),
        ("Requirements\n- Two years in a reliability team", True),
        ("Your role\n- Help our reliability team", False),
    ],
)
def test_what_any_employer_writes_of_its_work_is_a_duty_only_beside_another_skill(nlp, text, counts):
    assert ("reliability" in levels(nlp, text)) is counts


def test_soft_skills_count_as_qualities_of_the_worker(nlp):
    assert "communication" in names(nlp, "Strong communication skills")
    assert "collaboration" not in levels(nlp, "Your role\n- Work in close collaboration with sales")


@pytest.mark.parametrize(
    ("text", "quality"),
    [
        ("Requirements\n- Ability to communicate and collaborate", "collaboration"),
        ("Requirements\n- You are collaborative and kind", "collaboration"),
        ("Requirements\n- Thrives in ambiguous, changing settings", "comfort with ambiguity"),
        ("Requirements\n- Ability to lead complex projects", "project management"),
        ("Requirements\n- Patience and flexibility when trains run late", "flexibility"),
        ("Requirements\n- Passionate about railways", "passion"),
        ("Requirements\n- Communication, presentation and planning", "presentation"),
        ("Requirements\n- Experience in cross-functional teams", "cross-functional collaboration"),
        ("Requirements\n- A creative problem solver", "creativity"),
        ("Requirements\n- A creative problem solver", "problem solving"),
        ("Your role\n- You are a self-starter who sees things through", "self-starter"),
        ("Your role\n- Excellent spoken and written communication skills", "written communication"),
        ("We are seeking a highly motivated, humble data engineer for our van fleet.", "humility"),
        ("The ideal candidate is curious about parcels.", "curiosity"),
        ("Your role\n- Mentorship of two juniors", "mentoring"),
        ("Your role\n- A collaborative colleague with curiosity for old timetables", "curiosity"),
    ],
)
def test_qualities_of_the_worker_count_wherever_they_are_said(nlp, text, quality):
    assert quality in levels(nlp, text)


@pytest.mark.parametrize(
    "text",
    [
        "Requirements\n- Two years in the creative industries and in collaborative filtering",
        "Requirements\n- Reports to senior leadership on organizational goals",
        "Your role\n- Lead engineering teams and share knowledge with them",
        "About us\n- We are creative, humble and curious",
        "Requirements\n- Able to work flexible hours",
    ],
)
def test_words_that_are_no_quality_of_the_worker(nlp, text):
    read = extractor.read(nlp, 1, "Engineer", text)
    assert not [skill.name for skill in read.skills if skill.kind == "soft"]


@pytest.mark.parametrize(
    ("line", "trade"),
    [
        ("Three years in the retail industry", "retail industry"),
        ("Work experiences in payments or lending", "lending"),
        ("Background in the gaming sector", "gaming industry"),
    ],
)
def test_a_trade_counts_where_experience_in_it_is_asked_for(nlp, line, trade):
    assert trade in names(nlp, line)
    assert trade not in levels(nlp, f"About us\n{line}")


def test_a_word_that_is_also_a_trade_needs_what_stands_around_it(nlp):
    assert "retail industry" not in names(nlp, "You know what retail staff say of experience")
    assert "energy industry" not in names(nlp, "Experience of bringing energy to a room")


def test_a_product_s_longer_name_is_its_span(nlp):
    posting = extractor.read(nlp, 1, "Engineer", f"{REQUIRED}MS SQL Server")
    (server,) = [skill for skill in posting.skills if skill.name == "Microsoft SQL Server"]
    assert server.mentions[0].end - server.mentions[0].start == len("MS SQL Server")


def test_a_skill_glued_to_the_next_item_of_a_flat_text_is_read(nlp):
    filler = "We move parcels through the night and like our work, which is to plan the routes of many vans. " * 4
    found = levels(
        nlp, f"{filler}Requirements: Routes planned in Java or C++Proficiency in javascriptExperience in SQL"
    )
    assert {"C++", "JavaScript", "SQL"} <= set(found)


def test_names_that_no_list_holds(nlp):
    found = extractor.read(nlp, 1, "", REQUIRED + "Kafka, Zorbltek, Redis\n- Experience with glacier decoding").skills
    unlisted = {skill.name: (skill.kind, skill.skill_id) for skill in found if not skill.is_listed}
    assert unlisted["Zorbltek"] == ("tool", "~zorbltek")
    assert unlisted["glacier decoding"] == ("concept", "~glacier-decoding")


@pytest.mark.parametrize(
    "line", ["Speech tagging (ZRBL)", "Python (ZRBL) and Redis", "Effectively design routes in Java"]
)
def test_what_is_no_unlisted_name(nlp, line):
    assert all(skill.is_listed for skill in extractor.read(nlp, 1, "", REQUIRED + line).skills)


def test_an_unlisted_name_is_also_a_candidate_term(nlp):
    assert "zorbltek" in extractor.read(nlp, 1, "", "We use Kafka, Zorbltek and Redis.").candidate_terms


def test_each_mention_says_which_rule_decided(nlp):
    (skill,) = extractor.read(nlp, 1, "", "Requirements\n- Ideally Scala").skills
    (mention,) = skill.mentions
    assert (mention.section, mention.requirement) == ("required", "preferred")
    assert "ideally" in mention.rule
