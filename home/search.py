"""Searching the way people ask: a clause number, a tool's code or its initials, a word, or a whole question in everyday words.

The index (``core.search``) says which pages hold the words; which of them comes first is decided here, the same on every database.
"""

import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import cache

from django.utils.html import escape
from django.utils.safestring import mark_safe

from core.search import HAN
from guide.models.base import LAYER_WORDS

from .corpus import KINDS, corpus, matching

MOST = 30
_NUMBER = re.compile(r"(?<![\d.])(\d{1,2}(?:\.\d{1,2}){0,3})(?![\d.])")
_CODE = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,2}\d{1,2})(?!\d)")
_LATIN = re.compile(r"[a-z]{2,12}")
_RUN = re.compile(f"[{HAN}]+|[A-Za-z0-9]+")
_ASKING = re.compile(
    "怎么办|怎么做|怎么弄|怎么填|怎么写|怎么管|怎么|怎样|如何|为什么|为啥|什么是|是什么|什么|多久|多少|几次|哪些|哪里|哪儿|哪个|能不能|要不要|"
    "该不该|是不是|有没有|可以|需要|一下|请问|应该|会问|我们|咱们|没有|这个|那个|一个|谁来|谁|吗|呢|啊|的|了|是|要|会|说|和|与"
)
# What the question says about the kind of page that answers it.
_HINTS = {
    "tool": re.compile("表|单|卡|记录|模板|清单|台账|下载|报告|计划|问卷|名录"),
    "chain": re.compile("产业链|图谱|链"),
    "case": re.compile("案例|例子|别人|同行"),
    "lesson": re.compile("课|学习|培训"),
    "course": re.compile("课程|培训"),
}
LIFT = 0.5
_ENDS = "。？！；"
_KIND_WEIGHT = {"clause": 1.0, "tool": 0.96, "lesson": 0.8, "case": 0.8, "chain": 0.75, "topic": 0.9, "course": 0.85}
_NOTHING_SAID = {"iso", "iso9001", "9001", "gb", "gbt", "19001", "质量", "体系", "质量管理", "管理体系", "标准", "条款"}


@dataclass
class Result:
    """One page found: ``document`` (home.corpus), ``score``, and ``extract``, safe HTML with <mark>."""

    document: object
    score: float
    extract: str = ""


@dataclass
class Results:
    """What was found: ``rows`` best first, at most MOST; ``total``; ``facets``: name -> [(value, label, count)]."""

    rows: list
    total: int
    facets: dict


@cache
def _simplifier():
    from opencc import OpenCC  # its dictionaries are 4 MB

    return OpenCC("t2s")


def simplified(text):
    """Half width, simplified characters: what the pages are written in."""
    return _simplifier().convert(unicodedata.normalize("NFKC", text))


def find(typed, *, kind="", layer="", pilot=""):
    """Results for what was typed (its first 100 characters), narrowed to a kind, layer and pilot; empty when nothing fits."""
    typed = simplified(typed.strip()[:100].replace("\x00", ""))
    library = corpus()
    if not _RUN.search(typed):
        return Results([], 0, {})
    question = _Question(typed, library)
    scores = question.scores()
    found = [Result(library.documents[pk], score) for pk, score in scores.items() if score > 0]
    chosen = {"kind": kind, "layer": layer, "pilot": pilot}
    facets = _facets(found, chosen, library)
    rows = [result for result in found if _fits(result.document, chosen)]
    rows.sort(key=lambda result: (-result.score, result.document.title))
    for result in rows[:MOST]:
        document = result.document
        told = document.text if document.text.startswith(document.question) else f"{document.question} {document.text}"
        result.extract = extract(told, question.marks)
    return Results(rows[:MOST], len(rows), facets)


def _fits(document, chosen, but=""):
    return (
        (but == "kind" or not chosen["kind"] or document.kind == chosen["kind"])
        and (but == "layer" or not chosen["layer"] or chosen["layer"] in document.layers)
        and (but == "pilot" or not chosen["pilot"] or document.pilot == chosen["pilot"])
    )


def _facets(found, chosen, library):
    """How many there would be with each value of a facet, the other facets staying as they are."""
    facets = {}
    for name, labels in (("kind", KINDS), ("layer", LAYER_WORDS), ("pilot", library.pilots)):
        counts = Counter()
        for result in found:
            document = result.document
            if _fits(document, chosen, but=name):
                values = document.layers if name == "layer" else [getattr(document, name)]
                counts.update(value for value in values if value)
        facets[name] = [(value, label, counts[value]) for value, label in labels.items() if counts[value]]
    return facets


class _Question:
    """What was typed, taken apart: numbers and codes, words with their synonyms, what is left of the sentence."""

    def __init__(self, typed, library):
        self.typed = typed
        self.library = library
        self.numbers = set(_NUMBER.findall(typed)) | {code.upper() for code in _CODE.findall(typed)}
        latin = typed.lower().replace(" ", "")
        self.letters = latin if _LATIN.fullmatch(latin) else ""
        self.concepts = []
        """Lists of words that mean the same; the first is the one that was typed."""
        rest = typed
        # The longest first: 内审员 is not 内审.
        members = sorted(
            ((word, group) for group in library.synonyms for word in group), key=lambda pair: -len(pair[0])
        )
        for word, group in members:
            if word in rest:
                rest = rest.replace(word, " ")
                self.concepts.append([word, *(other for other in group if other != word)])
        self.rest = rest
        """What the glossary does not know."""
        runs = _RUN.findall(_ASKING.sub(" ", rest))
        self.words = [run for run in runs if len(run) > 1 and not _NUMBER.fullmatch(run)]
        self.hints = [run for run in runs if len(run) == 1]
        """Single characters left over: too little to search for, enough to tell two pages apart."""
        if not self.words and not self.concepts:
            self.words = [run for run in _RUN.findall(rest) if len(run) > 1 or rest == run]
        telling = [word for word in self.words if word.lower() not in _NOTHING_SAID]
        if telling or self.concepts or self.numbers:
            self.words = telling
        typed_words = [*self.words, *(concept[0] for concept in self.concepts)]
        self.pairs = list(dict.fromkeys(pair for word in typed_words for pair in _pairs(word)))
        self.marks = [word for concept in self.concepts for word in concept] + self.words + sorted(self.numbers)

    def candidates(self):
        """Keys of the pages worth a look: those with all that was asked, else with a good part of it."""
        named = {
            pk
            for pk, document in self.library.documents.items()
            if self.numbers.intersection(document.numbers) or (self.letters and self.letters in document.initials)
        }
        wanted = [*self.concepts, *([word] for word in self.words)]
        if not wanted:
            return named
        found = matching(wanted)
        if self.concepts and self.words:
            # The thing itself matters more than what is asked about it.
            found |= matching(self.concepts)
        if len(found) < 3:
            loose = [word for words in wanted for word in words] + self.pairs
            found |= matching([loose])
        return (named | found) & self.library.documents.keys()

    def scores(self):
        """{key: score}. A page that holds less than a third of what was asked does not count as found."""
        documents = {pk: self.library.documents[pk] for pk in self.candidates()}
        rarity = self._rarity(documents.values())
        hints = {kind for kind, hint in _HINTS.items() if hint.search(self.rest)}
        scores = {}
        for pk, document in documents.items():
            score = self._score(document, rarity)
            if score:
                weight = _KIND_WEIGHT[document.kind] * (1.25 if document.kind in hints else 1)
                scores[pk] = score * weight
        return self._with_what_is_below(scores)

    def _with_what_is_below(self, scores):
        """A clause is about what its sub-clauses are about: 8.4 stands beside 8.4.3, whichever of them has the word in its name."""
        numbered = {
            document.numbers[0]: pk
            for pk in scores
            if (document := self.library.documents[pk]).kind == "clause" and document.numbers
        }
        lifted = dict(scores)
        for number, pk in numbered.items():
            above = number.rpartition(".")[0]
            if "." in above and above in numbered:
                place = numbered[above]
                lifted[place] = max(lifted[place], scores[place] + LIFT * scores[pk])
        return lifted

    def _rarity(self, documents):
        """How telling each pair of characters is: those that stand in few of the pages weigh more."""
        total = len(documents) or 1
        rarity = {}
        for pair in self.pairs:
            holding = sum(pair in document.text or pair in document.name for document in documents)
            rarity[pair] = 0.3 + math.log(1 + total / (1 + holding))
        return rarity

    def _score(self, document, rarity):
        score = 40.0 * len(self.numbers.intersection(document.numbers))
        if self.letters and document.initials:
            place = document.initials.find(self.letters)
            score += 0 if place < 0 else 30.0 if place == 0 else 20.0
        held = asked = 0.0
        for concept in self.concepts:
            best = max(_place(document, word) * (1 if number == 0 else 0.8) for number, word in enumerate(concept))
            # A page that keeps speaking of it, by whichever name, is about it.
            often = min(sum(document.text.count(word) for word in concept), 12)
            score += 2.2 * best + 0.4 * often
            held += 2 * bool(best)
            asked += 2
        for word in self.words:
            score += 2.0 * _place(document, word)
            asked += 1
            pairs = _pairs(word)
            share = sum(pair in document.text or pair in document.name for pair in pairs) / len(pairs)
            held += share
        score += sum(4.0 for hint in self.hints if hint in document.name and score)
        for pair in self.pairs:
            worth = _place(document, pair)
            score += 0.5 * rarity[pair] * worth
        named = self.numbers.intersection(document.numbers) or (self.letters and self.letters in document.initials)
        return score if named or held >= asked / 3 else 0.0


def _pairs(word):
    """['卡尺', '尺校'] of 卡尺校; a Latin word stays whole."""
    return [word[i : i + 2] for i in range(len(word) - 1)] if re.match(f"[{HAN}]", word) else [word]


def _place(document, word):
    """What it is worth that ``word`` stands where it stands: in the name more than in the question, there more than in the text."""
    worth = 0.0
    if word in document.name:
        worth += 6.0 + 4.0 * len(word) / max(len(document.name), 1)
    if word in document.question:
        worth += 3.0
    times = document.text.count(word)
    return worth + (1.0 + 0.25 * min(times, 6) if times else 0.0)


def extract(text, words, width=72):
    """About ``width`` characters of ``text`` where most of ``words`` stand together, the words marked; safe HTML.

    Begins with a sentence where one begins near. A word that does not stand in the text as a whole is looked for by its
    pairs of characters.
    """
    text = re.sub(r"\s+", " ", text).strip()
    marks = [word for word in words if word in text]
    if not marks:
        marks = [pair for word in words for pair in (word[i : i + 2] for i in range(len(word) - 1)) if pair in text]
    start = _beginning(text, _densest(text, marks, width // 2), width // 2)
    cut = start and text[start - 1] not in _ENDS
    piece = text[start : start + width]
    piece = ("…" if cut else "") + piece.strip() + ("…" if start + width < len(text) else "")
    if not marks:
        return mark_safe(escape(piece))  # noqa: S308 - escaped
    pattern = re.compile("|".join(re.escape(escape(mark)) for mark in sorted(set(marks), key=len, reverse=True)))
    return mark_safe(pattern.sub(r"<mark>\g<0></mark>", escape(piece)))  # noqa: S308 - escaped before marking


def _densest(text, marks, width):
    """The first place from which ``width`` characters hold the most of the marks; 0 without any."""
    places = sorted(found.start() for mark in set(marks) for found in re.finditer(re.escape(mark), text))
    return max(places, key=lambda place: sum(mark in text[place : place + width] for mark in set(marks)), default=0)


def _beginning(text, place, most):
    """Where the sentence around ``place`` begins, at most ``most`` characters before it; else a third of that before."""
    before = text[max(0, place - most) : place]
    ends = [number for number, character in enumerate(before) if character in _ENDS]
    if ends:
        return place - len(before) + ends[-1] + 1
    return 0 if place <= most else place - most // 3
