"""Things brought together or into order: matching, ordering. Always shuffled: unshuffled they would show the answer."""

from decimal import Decimal

from django.utils.translation import gettext as _

from core.exceptions import DomainError

from .rules import Rules, lettered, numbers, part_of, place, texts, values, whole


def _unless_empty(response):
    return [] if all(one is None for one in response) else response


# matching -----------------------------------------------------------------------------------------------------------


def _check_matching(stem, options, answer):
    if not isinstance(options, dict) or set(options) != {"left", "right"}:
        raise ValueError(_("匹配题要有左边 left 和右边 right 两列"))
    left, right = texts(options["left"]), texts(options["right"])
    answer = numbers(answer, len(right))
    if len(answer) != len(left):
        raise ValueError(_("左边每一项都要配一个右边的序号"))
    return {"left": left, "right": right}, answer


def _freeze_matching(options, answer, rng, shuffle):
    right = list(enumerate(options["right"]))
    rng.shuffle(right)
    left = list(enumerate(options["left"]))
    if shuffle:
        rng.shuffle(left)
    place_of = {number: where for where, (number, _text) in enumerate(right)}
    paper = {"options": [list(one) for one in right], "left": [list(one) for one in left]}
    return paper, [place_of[answer[number]] for number, _text in left]


def _clean_matching(item, raw):
    response = []
    for value in values(raw, len(item["left"])):
        chosen = place(value, len(item["options"]))
        if chosen is None and value not in ("", None):
            raise DomainError("answer.option", _("这道题没有这个选项，请刷新页面重新选。"))
        response.append(chosen)
    response += [None] * (len(item["left"]) - len(response))
    return _unless_empty(response)


def _mark_matching(key, response, points):
    right = sum(chosen == wanted for chosen, wanted in zip(response, key["answer"], strict=True))
    if right == len(key["answer"]):
        return points
    return part_of(points, right, len(key["answer"])) if key.get("part") else Decimal(0)


def _words_matching(item, response):
    return [
        f"{text} → {'—' if chosen is None else lettered(item, chosen)}"
        for (_number, text), chosen in zip(item["left"], response, strict=False)
    ]


# ordering -----------------------------------------------------------------------------------------------------------


def _check_ordering(stem, options, answer):
    options = texts(options)
    answer = numbers(answer, len(options))
    if sorted(answer) != list(range(len(options))):
        raise ValueError(_("排序题的答案要把每个选项的序号写一次，按正确的先后"))
    return options, answer


def _freeze_ordering(options, answer, rng, shuffle):
    shown = list(enumerate(options))
    rng.shuffle(shown)
    if [number for number, _text in shown] == answer:
        shown = shown[1:] + shown[:1]
    rank_of = {number: rank for rank, number in enumerate(answer, start=1)}
    return {"options": [list(one) for one in shown]}, [rank_of[number] for number, _text in shown]


def _clean_ordering(item, raw):
    count = len(item["options"])
    response = []
    for value in values(raw, count):
        rank = place(value, count + 1)
        if not rank and value not in ("", None):
            raise DomainError("answer.option", _("先后要填 1 到 %(n)s，请重新填。") % {"n": count})
        response.append(rank)
    response += [None] * (count - len(response))
    return _unless_empty(response)


def _mark_ordering(key, response, points):
    """With part marks: the share of neighbours that stand one behind the other as they should."""
    answer = key["answer"]
    if response == answer:
        return points
    if not key.get("part"):
        return Decimal(0)
    given = dict(zip(answer, response, strict=True))
    neighbours = range(1, len(answer))
    right = sum(None not in (given[n], given[n + 1]) and given[n + 1] == given[n] + 1 for n in neighbours)
    return part_of(points, right, len(neighbours))


def _words_ordering(item, response):
    ranked = sorted((rank, text) for (_number, text), rank in zip(item["options"], response, strict=True) if rank)
    return [f"{rank}. {text}" for rank, text in ranked]


MATCHING = Rules(
    _check_matching, _freeze_matching, _clean_matching, _mark_matching, _words_matching, _words_matching, whole
)
ORDERING = Rules(
    _check_ordering, _freeze_ordering, _clean_ordering, _mark_ordering, _words_ordering, _words_ordering, whole
)
