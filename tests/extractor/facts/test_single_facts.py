import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.components.employment_type import read_employment_type
from extractor.components.role import read_role
from extractor.components.seniority import read_seniority
from extractor.components.topics import read_industries, read_mentions, read_tasks
from extractor.components.visa import read_clearance, read_visa_sponsorship
from extractor.components.work_mode import read_work_mode
from tests.extractor.facts.pages import page


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Machine Learning Engineer", "mid"),
        ("Sr. Data Scientist", "senior"),
        ("Senior Staff Engineer", "staff"),
        ("Principal AI Engineer", "staff"),
        ("Data Scientist I", "entry"),
        ("Data Scientist II", "mid"),
        ("Data Scientist III", "senior"),
        ("Engineer, L5", "senior"),
        ("Lead Data Scientist", "lead"),
        ("Head of Machine Learning", "manager"),
        ("VP, Engineering", "manager"),
        ("Engineering Manager, ML", "manager"),
        ("Product Manager, AI", "mid"),
        ("Member of Technical Staff", "mid"),
        ("Research Intern", "intern"),
        ("Internal Tools Engineer", "mid"),
        ("Junior ML Engineer", "entry"),
        ("New Grad Software Engineer", "entry"),
        ("Associate Data Scientist", "entry"),
    ],
)
def test_seniority_of_titles(title, expected):
    assert read_seniority(page("We build things.", title=title)) == expected


def test_seniority_of_the_text_where_the_title_is_silent():
    assert (
        read_seniority(page("We are looking for a senior software engineer to join us.", title="Software Engineers"))
        == "senior"
    )
    assert read_seniority(page("You work with senior engineers every day.", title="Software Engineer")) == "mid"
    assert read_seniority(page("The Principal Engineer is a key post here.", title="Software Engineer")) == "staff"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("This is a fully remote role.", "remote"),
        ("Location: Remote (US)", "remote"),
        ("Acme | ML Engineer | REMOTE | Full-time", "remote"),
        ("Work from our office or remote, as you like", "remote"),
        ("We have a hybrid work schedule.", "hybrid"),
        ("The role asks for partial on-site presence at our headquarters.", "hybrid"),
        ("Home office: yes", "remote"),
        ("Benefits: dental, work from home flexibility, snacks", None),
        ("We enjoy the office and the flexibility to work from home when needed.", None),
        ("Able to work in remote or hybrid environments", None),
        ("Retrieval: vector/hybrid search and rerankers", None),
        ("We don't offer part-time or remote internships. We are an in-person team.", "onsite"),
        ("You work primarily from our Leeds office.", "onsite"),
        ("You come to the office three days a week.", "hybrid"),
        ("At least 2 days a week in the office", "hybrid"),
        ("Acme | Engineer | Berlin | ONSITE", "onsite"),
        ("Five days a week in the office", "onsite"),
        ("This is an in-person role in New York.", "onsite"),
        ("Experience with hybrid search and remote sensing", None),
        ("On-site gym and massages", None),
        ("Our head office is in Paris.", None),
        ("Hybrid cloud technologies", None),
        ("Remote work stipend of 500 dollars", None),
        ("Work Model\n\nHybrid\n\nThe team", "hybrid"),
        ("Location: Porto, Portugal. Hybrid.", "hybrid"),
        ("You spend at least half of your time in the office.", "hybrid"),
        ("Our people are in-office Tuesday and Thursday.", "hybrid"),
        ("Mondays and Wednesdays are our anchor days.", "hybrid"),
        ("In-person 3 days a week", "hybrid"),
        ("You build hybrid search over text and vectors.", None),
        ("On-site perks: lunches four times a week", None),
        ("Snacks in the office every Tuesday", None),
        ("Acme | Data Scientist | Leeds | Full-time, Onsite", "onsite"),
        ("The post must be performed on-site? It is required to be performed on-site.", "onsite"),
        ("Onsite gym and cafeteria", None),
        ("We are an office-first company.", "onsite"),
        ("Candidates meet the team in person or by video.", None),
        ("This role is categorized as remote.", "remote"),
        ("Work at any of our offices or remotely from Spain.", "remote"),
        ("Work from wherever you are happiest.", "remote"),
        ("Algorithms for remote sensing", None),
        ("Acme | Porto, Hybrid  | Engineer", "hybrid"),
        ("Be in-office at least 3 days/week", "hybrid"),
        ("Location: Leeds / Onsite", "onsite"),
        ("Data engineer\nLeeds -- Onsite", "onsite"),
        ("This position is currently onsite.", "onsite"),
        ("Remote:\nNo", "onsite"),
        ("We're an in-person team.", "onsite"),
        ("You do this role remotely; the position remotely serves Spain", "remote"),
        ("We meet at an in-person event once a year", None),
        ("For this first post remote is not possible.", "onsite"),
        ("This is a full-time, non-remote job in Leeds.", "onsite"),
        ("This is an in-person, full-time position.", "onsite"),
        ("Work is typically based in a quiet office.", "onsite"),
        ("Remote work is fine (2 days)", "hybrid"),
        ("Our people spend some of their time in the office and some with clients.", "hybrid"),
        ("We work three or more days in our harbour office.", "hybrid"),
        ("Open to remote for the right person", "remote"),
    ],
)
def test_work_mode_of_texts(text, expected):
    assert read_work_mode(page(text, location="London")) == expected


def test_title_and_place_outrank_the_text():
    assert read_work_mode(page("Our hybrid work model", title="Engineer (Remote)")) == "remote"
    assert read_work_mode(page("Our hybrid work model", location="Remote - Canada")) == "remote"


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("Job Type: Full-time", "Engineer", "full_time"),
        ("This is a full-time position.", "Engineer", "full_time"),
        ("Acme | Engineer | Full Time | NYC", "Engineer", "full_time"),
        ("Full-time employees enjoy great benefits.", "Engineer", None),
        ("For US-based full-time roles we offer insurance.", "Engineer", None),
        ("As a full-time employee of ours, you will be eligible for dental care.", "Engineer", "full_time"),
        ("The base salary range for this full-time position is $150,000 - $180,000.", "Engineer", "full_time"),
        ("This permanent position is based in Leeds.", "Engineer", "full_time"),
        ("At least four years of full-time work as an engineer", "Engineer", None),
        ("Job type: Contract", "Engineer", "contract"),
        ("This is a 6-month contract.", "Engineer", "contract"),
        ("Contract to hire", "Contract Data Scientist", "contract"),
        ("You negotiate contracts with vendors.", "Engineer", None),
        ("Build things with us.", "ML Intern", "internship"),
        ("Employment type: Part-time", "Engineer", "part_time"),
        ("You will work in a small team.", "Engineer", None),
        ("Employment type\n\nRegular - Full Time\n\nID\n\n17", "Engineer", "full_time"),
        ("We're looking for a full time data scientist.", "Engineer", "full_time"),
        ("Acme | Leeds | 6mo full-time contract", "Engineer", "contract"),
        ("Temporary\n\nAcme sells boots.", "Engineer", "contract"),
        ("We are not currently able to work with C2C.", "Engineer", None),
    ],
)
def test_employment_type(text, title, expected):
    assert read_employment_type(page(text, "other", title=title)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We sponsor visas for strong candidates.", True),
        ("Visa sponsorship available", True),
        ("Acme | Engineer | Berlin | ONSITE | VISA", True),
        ("We offer relocation and immigration support.", True),
        ("We are unable to provide visa sponsorship.", False),
        ("No visa sponsorship.", False),
        ("Must be authorized to work in the US without sponsorship.", False),
        ("We will not sponsor applicants for work visas.", False),
        ("Sponsorship is not available for this position.", False),
        ("Sponsorships are not available.", False),
        ("We are not able to process H1B transfers.", False),
        ("We do not sponsor visa's for people outside the EU.", False),
        ("Visa's mission is to support payments; at Visa we help people pay.", None),
        ("Will you now or in the future require sponsorship?", None),
        ("Company-sponsored events every month", None),
        ("You present to executive sponsors.", None),
        ("Our clients are Mastercard, Visa, and others.", None),
        ("We build great software.", None),
        ("We don't shy away from sponsoring US visas.", True),
        ("We help you with your work permit.", True),
        ("We can transfer existing visas.", True),
        ("We are not able to work with C2C, H1 or OPT.", False),
        ("Acme | Engineer | Leeds | H1B", True),
    ],
)
def test_visa(text, expected):
    assert read_visa_sponsorship(page(text, "other")) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Active Top Secret clearance with SCI access", True),
        ("Must be able to obtain a security clearance", True),
        ("No security clearance required", False),
        ("Great snacks", False),
    ],
)
def test_clearance(text, expected):
    assert read_clearance(page(text, "other")) is expected


@pytest.mark.parametrize(
    ("title", "family", "is_ml"),
    [
        ("Machine Learning Engineer (LLM)", "ml_engineer", True),
        ("AI/ML Engineer", "ml_engineer", True),
        ("Applied Scientist, NLP", "research_scientist", True),
        ("MLOps Engineer", "mlops_engineer", True),
        ("AI Engineer", "ai_engineer", True),
        ("Senior Generative AI (Gen AI) Engineer", "ai_engineer", True),
        ("Software Engineer (AI Agents)", "ai_engineer", True),
        ("Senior Data Engineer - ML", "data_engineer", False),
        ("Data Analyst", "analyst", False),
        ("AI Product Manager", "other", False),
        ("Recruiter, Machine Learning", "other", False),
        ("Front End Engineer (AI)", "other", False),
        ("Data Science Instructor", "other", False),
        ("Software Engineer", "other", False),
        ("Accountant", "other", False),
        ("Senior DevOps Engineer, AI", "mlops_engineer", False),
        ("Forward Deployed AI Engineer", "ai_engineer", False),
        ("AI-First Software Engineer", "ai_engineer", False),
        ("Staff Software Engineer - Rivulet AI", "ai_engineer", False),
        ("Applied AI Scientist, Biologics", "research_scientist", False),
        ("Deep Learning Compiler Engineer", "mlops_engineer", True),
        ("AI Engineer (Full Stack)", "ai_engineer", True),
        ("Machine Learning Manager", "ml_engineer", True),
        ("GenAI Platform Engineer", "mlops_engineer", True),
        ("AI Platform Dev Ops Engineer", "mlops_engineer", False),
        ("Full Stack / Applied AI Engineer", "ai_engineer", True),
    ],
)
def test_role_of_titles(title, family, is_ml):
    assert read_role(page("We work on many things.", title=title)) == (is_ml, family)


def test_a_data_scientist_who_builds_models_and_one_who_reports():
    builds = (
        "Train and deploy deep learning models in PyTorch. You own model training, inference and predictive algorithms. "
        * 4
    )
    reports = (
        "Build dashboards and reports on business metrics, run A/B tests and present insights to stakeholders. " * 8
    )
    assert read_role(page(builds, title="Data Scientist")) == (True, "data_scientist")
    assert read_role(page(reports, title="Data Scientist")) == (False, "data_scientist")


def test_a_short_text_needs_fewer_words_of_modelling():
    text = "You build predictive models and deploy them. We care for plain words, short meetings and long walks. " * 2
    text += "We sell boots for walkers and tell them which pair lasts. " * 16
    assert read_role(page(text, title="Data Scientist")) == (True, "data_scientist")


_FILLING = "Our boats carry grain and our crews sail from four harbours in the north. " * 15


@pytest.mark.parametrize(
    ("title", "text", "is_ml"),
    [
        ("Data Scientist", "You develop forecasting models for the tides with regression and time series.", True),
        ("Data Scientist", "You report on sailings in dashboards and explain trends to the harbours.", False),
        ("Data Scientist", "You design data models for the warehouse and business models with finance.", False),
        ("Data Scientist", "You craft algorithms for berths and know machine learning and Bayesian methods.", True),
        ("Data Scientist, Product Analytics", "You develop statistical models of use, and report metrics.", False),
        ("Software Engineer, Gen AI", "You write the booking pages in TypeScript.", False),
        ("AI Integration Engineer", "You build AI agents with LLMs, prompts, RAG and embeddings for our clerks.", True),
        ("Software Engineer - AI", "You ship AI agents: LLM prompts, RAG, embeddings and AI evaluation.", True),
        ("Software Engineer - AI", "You ship the booking pages and their tests.", False),
        ("AI Integration Engineer", "You connect the booking system and the ledger.", False),
    ],
)
def test_what_the_work_is_made_of_decides(title, text, is_ml):
    assert read_role(page(text + "\n" + _FILLING, title=title))[0] is is_ml


def test_a_data_scientist_of_whom_little_is_said_builds_models():
    assert read_role(page("We chart the sea bed and look for a data scientist.", title="Data Scientist"))[0] is True


def test_a_bare_title_is_read_from_the_text():
    text = "Machine learning is all we do: machine learning for images, deep learning for speech, neural networks. LLM work."
    assert read_role(page(text, title="Engineer")) == (True, "ml_engineer")


def test_an_engineer_of_ai_by_title_and_text():
    text = (
        "You build agents: LLM prompts, embeddings and agents that plan routes. Our vans are blue and our maps are old."
    )
    assert read_role(page(text, title="AI Integrations Staff Engineer")) == (True, "ai_engineer")
    assert read_role(page("Our vans are blue. " * 40, title="AI Integrations Staff Engineer")) == (False, "other")


def test_a_full_stack_engineer_whose_text_is_full_of_ai():
    text = "You build agents with LLM prompts, embeddings, fine-tuning and inference for generative models. " * 3
    assert read_role(page(text, title="Full-Stack Engineer (AI)")) == (True, "ai_engineer")
    assert read_role(page("Our vans are blue. " * 40, title="Full-Stack Engineer (AI)")) == (False, "other")


def test_mentions():
    text = "Publications at NeurIPS are a plus. A portfolio of personal projects, a bootcamp or an internship count."
    assert read_mentions(page(text)) == (True, True, True, True)
    assert read_mentions(page("We support portfolio companies.", "company")) == (False, False, False, False)


def test_tasks_and_industries():
    posting = page("Fine-tune language models and deploy models to production. Experience in the banking industry.")
    assert {"fine_tune_models", "deploy_models"} <= set(read_tasks(posting))
    assert read_industries(posting) == ("finance",)
    assert read_tasks(page("We deploy models to production.", "company")) == ()
    assert read_industries(page("We are a bank.", "company")) == ()


READERS = [
    read_seniority,
    read_work_mode,
    read_employment_type,
    read_visa_sponsorship,
    read_clearance,
    read_role,
    read_mentions,
    read_tasks,
    read_industries,
]


@given(st.text(max_size=200), st.text(max_size=40), st.text(max_size=20))
def test_no_reader_ever_raises(text, title, location):
    for read in READERS:
        assert read(page(text, title=title, location=location)) == read(page(text, title=title, location=location))
