"""The parts of the reader, one subject a file: pure functions, of which `reading.component` makes spaCy components.

**Facts** (degrees, years, pay, role, …) are `read_x(page: Page) -> value`. `facts.py` makes a component of each:

    degrees = component("degrees", read_degrees)                              # one field of `Extraction`
    topics = component("topics", read_topics, "tasks", "industries")          # several: a tuple in this order

`component` registers the spaCy factory `mljobs_<name>` and the attribute `doc._.<field>`; a field that a reader
leaves None keeps the default of `Extraction`. `page.py` says what a `Page` offers: title, text, location, and `lines`
(offsets, section, heading, default level) from `sections.py`. Offsets are characters into the description.

**Skills** pass through four readers: `skills` (what the taxonomy names), `open_skills` (what it does not), `gates`
(which mentions ask for something) and `levels` (how much).
"""
