"""Texts of adverts: an employer's own boilerplate, a paragraph of the vacancy's own, and a list of requirements."""

from __future__ import annotations

import random

NOUNS = (
    "garden river window market bridge harbour station library orchard meadow kitchen village mountain theatre "
    "railway lantern museum bakery island forest canal tower valley square castle corner market hall street "
    "coast island lake hillside workshop archive gallery studio avenue terrace courtyard".split()
)
ADJECTIVES = (
    "quiet bright steady honest patient careful curious friendly lively modest gentle brave generous warm "
    "thoughtful cheerful practical ambitious sincere humble playful rigorous sturdy".split()
)
VERBS = "build shape support improve connect visit open repair describe measure explore renew prepare gather".split()
ENDINGS = (
    "for our neighbours",
    "with people who care",
    "every single week",
    "in a small group",
    "across several cities",
    "without losing sight of the goal",
    "from the first sketch to the last detail",
    "together with our partners",
    "at a pace that suits everyone",
    "for many years to come",
)
LEADS = ("Experience with", "Hands-on experience with", "Solid knowledge of", "Good command of", "Working knowledge of")


def sentence(rng: random.Random) -> str:
    return (
        f"We {rng.choice(VERBS)} the {rng.choice(ADJECTIVES)} {rng.choice(NOUNS)} and the {rng.choice(ADJECTIVES)} "
        f"{rng.choice(NOUNS)} {rng.choice(ENDINGS)}."
    )


def boilerplate(employer: int) -> str:
    rng = random.Random(f"employer {employer}")
    return " ".join(sentence(rng) for _ in range(5))


def advert(
    seed: int,
    vacancy: int,
    employer: int,
    skills: list[str],
    degree: str,
    *,
    is_edited: bool,
    is_template: bool = False,
) -> str:
    """The text of one advert. A copy on another board is edited a little: its first lines and a few words.

    From a template, six of the seven sentences on the role are the employer's own for every role.
    """
    rng = random.Random(f"{seed} vacancy {vacancy}")
    common = random.Random(f"{seed} template {employer}")
    about = [sentence(common if is_template and at else rng) for at in range(7)]
    lines = [f"- {rng.choice(LEADS)} {skill}" for skill in skills]
    if degree == "required":
        lines.append("- Bachelor's degree in Computer Science or a related field is required")
    elif degree == "preferred":
        lines.append("- Bachelor's degree in Computer Science preferred")
    own = boilerplate(employer)
    if is_edited:
        about[rng.randrange(7)] = sentence(rng)
        own = own.rsplit(". ", 1)[0] + "."
    return "\n".join([own, "", "About the role", " ".join(about), "", "Requirements", *lines])
