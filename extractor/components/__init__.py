"""The parts of the reader, one subject a file. Each is a pure function with a thin spaCy component around it.

**Facts** (degrees, years, pay, role, …) are `read_x(page: Page) -> value`. `facts.py` makes a component of each:

    degrees = fact("degrees", read_degrees)                     # one field of `Extraction`
    topics = fact(("tasks", "industries"), read_topics)         # several: a tuple in this order

`fact` registers the spaCy factory `mljobs_<first field>` and the attribute `doc._.<field>`; a field that a reader
leaves None keeps the default of `Extraction`. `page.py` says what a `Page` offers: title, text, location, and `lines`
(offsets, section, heading, default level) from `sections.py`. Offsets that a fact gives are characters into the
description, never into the Doc.

**The Doc** of a posting is its title, a line break, and its text; `document.py` makes it and knows where the text
starts. In a pipeline of somebody else's a Doc has no title, and its text is the description.
"""
