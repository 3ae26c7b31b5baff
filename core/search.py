"""Wagtail's database search, made to find Chinese.

The engines do not segment Chinese: a whole clause becomes one token and a two-character word finds nothing. Here every Han
character is indexed as a token of its own, and a run of Han characters in a query becomes a phrase, which finds exactly what a
substring search finds.
"""

import re

from django.conf import settings
from modelsearch.query import And, Phrase, PlainText

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
_HAN = re.compile(f"([{HAN}])")
_RUN = re.compile(f"[{HAN}]+|[^{HAN}\\s，。、；：？！“”（）《》·,.;:?!()\"']+")
_SIGNS = re.compile("[\u2010-\u2027\u2030-\u205e\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65·]")
"""Chinese punctuation and other signs between words: PostgreSQL would glue them to the Latin word before ("PDCA：")."""


def spread(text):
    """'内审：ISO' -> ' 内  审  ISO': each Han character becomes a token, signs between words become spaces."""
    return _HAN.sub(r" \1 ", _SIGNS.sub(" ", text))


def rewrite(query):
    """A typed query as a tree: Han runs as phrases, the rest as plain words, all of them wanted."""
    if not isinstance(query, str):
        return query
    # A run of signs alone (--, =) is no word: PostgreSQL makes no term of it and could not combine it with others.
    runs = [run for run in _RUN.findall(query) if re.search(r"\w", run)]
    parts = [Phrase(spread(run).strip()) if _HAN.match(run) else PlainText(run) for run in runs]
    if not parts:
        return PlainText(query)
    return parts[0] if len(parts) == 1 else And(parts)


class Once:
    """Title, body and completions of an index entry are made of the same fields, each read and taken apart for each of them."""

    def prepare_field(self, obj, field):
        if obj is not self.obj:
            return super().prepare_field(obj, field)
        prepared = self.__dict__.setdefault("prepared", {})
        if field not in prepared:
            prepared[field] = list(super().prepare_field(obj, field))
        return prepared[field]


if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
    from modelsearch.backends.database.postgres import postgres as backend

    class Indexer(Once, backend.ObjectIndexer):
        def as_vector(self, texts, for_autocomplete=False):
            return super().as_vector([(spread(text), weight) for text, weight in texts], for_autocomplete)

    Base = backend.PostgresSearchBackend
else:
    from modelsearch.backends.database.sqlite import sqlite as backend

    class Indexer(Once, backend.ObjectIndexer):
        def prepare_value(self, value):
            return spread(super().prepare_value(value))

    Base = backend.SQLiteSearchBackend

backend.ObjectIndexer = Indexer


class SearchBackend(Base):
    """Named in settings.WAGTAILSEARCH_BACKENDS."""

    def search(self, query, *args, **kwargs):
        return super().search(rewrite(query), *args, **kwargs)

    def autocomplete(self, query, *args, **kwargs):
        return super().autocomplete(rewrite(query), *args, **kwargs)
