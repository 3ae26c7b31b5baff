"""One option out of several, or several: single, multiple, true_false.

An option is named by its place on the paper: the number in the bank would give away habits of whoever wrote the key.
"""

from decimal import Decimal

from django.utils.translation import gettext as _

from core.exceptions import DomainError

from .rules import Rules, lettered, numbers, part_of, place, texts, values

MOST = 50
"""More values than any question has options: such a body is refused before it is looked at."""


def true_false():
    """The two options of a true/false question, always in this order."""
    return [_("对"), _("错")]


def _check_multiple(stem, options, answer):
    options = texts(options)
    answer = numbers(answer, len(options))
    if len(set(answer)) != len(answer):
        raise ValueError(_("答案里同一个选项写了两次"))
    return options, sorted(answer)


def _check_single(stem, options, answer):
    options, answer = _check_multiple(stem, options, answer)
    if len(answer) != 1:
        raise ValueError(_("单选题只能有一个答案"))
    return options, answer


def _check_true_false(stem, options, answer):
    if not isinstance(answer, bool):
        raise ValueError(_("判断题的答案要是 true 或 false"))
    return [], answer


def _freeze(options, answer, rng, shuffle):
    shown = list(enumerate(options))
    if shuffle:
        rng.shuffle(shown)
    return {"options": [list(one) for one in shown]}, [p for p, (number, _text) in enumerate(shown) if number in answer]


def _freeze_true_false(options, answer, rng, shuffle):
    return _freeze(true_false(), [0 if answer else 1], rng, False)


def _clean(item, raw):
    places = [place(value, len(item["options"])) for value in values(raw, MOST)]
    if None in places:
        raise DomainError("answer.option", _("这道题没有这个选项，请刷新页面重新选。"))
    if len(set(places)) != len(places):
        raise DomainError("answer.duplicate", _("同一个选项送来了两次，请刷新页面重新选。"))
    return sorted(places)


def _clean_one(item, raw):
    places = _clean(item, raw)
    if len(places) > 1:
        raise DomainError("answer.one_only", _("这道题只能选一项，请只留一个选项。"))
    return places


def _mark(key, response, points):
    """Full points for exactly the right options. With part marks too few of them earn their share, a wrong one nothing."""
    right, chosen = set(key["answer"]), set(response)
    if chosen == right:
        return points
    if key.get("part") and chosen and chosen < right:
        return part_of(points, len(chosen), len(right))
    return Decimal(0)


def _words(item, response):
    return [lettered(item, chosen) for chosen in response]


def _words_true_false(item, response):
    return [item["options"][chosen][1] for chosen in response]


SINGLE = Rules(_check_single, _freeze, _clean_one, _mark, _words, _words)
MULTIPLE = Rules(_check_multiple, _freeze, _clean, _mark, _words, _words)
TRUE_FALSE = Rules(_check_true_false, _freeze_true_false, _clean_one, _mark, _words_true_false, _words_true_false)
