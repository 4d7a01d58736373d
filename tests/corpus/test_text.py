"""From HTML to text: what a reader sees, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.text import fingerprint, html_to_text, tidy


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("plain words", "plain words"),
        ("<p>One</p><p>Two</p>", "One\n\nTwo"),
        ("<ul><li>Python</li><li>SQL</li></ul><p>End</p>", "- Python\n- SQL\n\nEnd"),
        ("<ul>\n<li><p>Python</p></li>\n<li><p>SQL</p></li>\n</ul>", "- Python\n- SQL"),
        ("<h3>You bring</h3><ul><li>C++ &amp; Rust</li></ul>", "You bring\n\n- C++ & Rust"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<p>kept<script>var lost = 1</script> and kept</p><style>p {}</style>", "kept and kept"),
        ("<p>a&nbsp;b\u00adc</p>", "a bc"),
        ("<p>line\nbreak in source</p>", "line break in source"),
        ("<table><tr><td>Pay</td><td>90k</td></tr></table>", "Pay 90k"),
        ("<!-- hidden -->seen<!-- hidden -->", "seen"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<b>Re</b>act", "React"),
        ("", ""),
    ],
)
def test_reads_what_is_seen(source, text):
    assert html_to_text(source) == text


@given(st.text())
def test_never_raises_and_is_tidy(source):
    text = html_to_text(source)
    assert "\n\n\n" not in text
    assert all(line == line.strip() for line in text.split("\n"))


@given(st.lists(st.text(alphabet=st.characters(categories=["L", "N"]), min_size=1), min_size=1))
def test_every_word_survives_in_order(words):
    markup = "".join(f"<li><b>{word}</b></li>" for word in words)
    assert html_to_text(f"<ul>{markup}</ul>") == "\n".join(f"- {word}" for word in words)


def test_deep_nesting_is_no_trouble():
    assert "deep" in html_to_text("<div>" * 3000 + "deep" + "</div>" * 3000)


def test_tidying_twice_changes_nothing():
    text = tidy("- \n\n Python \n\n\n\n- SQL\r\n  end")
    assert tidy(text) == text


def test_fingerprint_ignores_case_and_space_only():
    assert fingerprint("ML  Engineer", None) == fingerprint("ml engineer", "")
    assert fingerprint("a", "b") != fingerprint("ab", "")
