"""From HTML to text: what a reader sees, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.prepare import prepare
from corpus.records import Posting
from corpus.text import fingerprint, html_to_text, tidy, without_markup


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


MARKED = (
    "<style>p {}</style><p>We want <strong>Python</strong>, C++ &amp; SQL:</p><ul><li>R&amp;D</li><li>calm</li></ul>"
)


def test_without_markup_the_words_stay():
    assert without_markup(MARKED) == "We want Python , C++ & SQL: R&D calm"
    assert without_markup("1 < 2") == "1 < 2"


@given(st.text())
def test_without_markup_never_raises(source):
    assert "\n" not in without_markup(source)


@pytest.mark.parametrize("keep_text", [True, False])
def test_copies_have_one_content_hash_however_they_are_marked_up_and_whether_their_text_is_kept(keep_text):
    marked = Posting("1", "Data Scientist", description_html=MARKED, location="Lyon")
    plain = Posting("2", "Data Scientist", description_text=html_to_text(MARKED), location="Lyon")
    other = Posting("3", "Data Scientist", description_text="We want Python and calm", location="Lyon")
    hashes = [prepare(p, "Umbra", keep_text=keep_text).row["content_hash"] for p in (marked, plain, other)]
    assert hashes[0] == hashes[1] == prepare(marked, "Umbra", keep_text=not keep_text).row["content_hash"]
    assert hashes[0] != hashes[2]
