"""Which language a text is in: the glance and the classifier agree, and what is not English never passes the glance."""

import pytest

from corpus import language
from corpus.language import is_plainly_english, language_of

TEXTS = {
    "en": "You will own the models that read our documents, work with product managers and improve what we ship.",
    "de": "Du entwickelst Modelle, die unsere Dokumente lesen, und arbeitest eng mit dem Team for AI in Berlin zusammen.",
    "fr": "Vous développez les modèles qui lisent nos documents et travaillez avec une équipe de chercheurs à Paris.",
    "es": "Desarrollarás los modelos que leen nuestros documentos y trabajarás con el equipo de datos en Madrid.",
    "nl": "Je ontwikkelt de modellen die onze documenten lezen en werkt samen met het team van AI is in Utrecht.",
    "da": "Du udvikler modeller, der læser vores dokumenter, og arbejder sammen med et team for data i København.",
    "pt": "Você vai desenvolver os modelos que leem os nossos documentos e trabalhar com a equipe de dados no Brasil.",
    "it": "Svilupperai i modelli che leggono i nostri documenti e lavorerai con il gruppo di ricerca a Milano per noi.",
    "pl": "Będziesz tworzyć modele, które czytają nasze dokumenty, i pracować z zespołem do spraw danych w Warszawie.",
    "ja": "機械学習エンジニアとして、文書を読み取るモデルの開発と運用を担当していただきます。" * 3,
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_the_language_of_an_advert(code, text):
    assert language_of(text) == code
    assert is_plainly_english(text) == (code == "en")


def test_half_a_text_in_another_language_is_left_to_the_classifier():
    assert not is_plainly_english(TEXTS["en"] + " " + TEXTS["de"])


def test_lists_of_names_and_short_texts_are_not_guessed_at_a_glance():
    assert not is_plainly_english(
        "Python, PyTorch, Kubernetes, Terraform, Spark, Airflow, Kafka, dbt, Snowflake, Go" * 2
    )
    assert language_of("We train models.") is None


def test_plain_english_does_not_ask_the_classifier(monkeypatch):
    monkeypatch.setattr(language, "_classifier", lambda: pytest.fail("asked"))
    assert language_of(TEXTS["en"] * 4) == "en"
