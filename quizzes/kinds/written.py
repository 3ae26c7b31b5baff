"""Free text that a person marks against a rubric: short, case."""

from decimal import Decimal

from django.utils.translation import gettext as _

from .rules import Rules, texts, typed_text, values, whole

LONGEST = {"short": 3000, "part": 1500}
"""Characters an answer may have: a page of writing."""


def case_parts():
    """What a case asks unless its author says otherwise (domain practice of internal-auditor exams)."""
    return [_("是不是不符合，为什么"), _("对应哪一条"), _("证据是什么"), _("有多严重")]


def _check_rubric(answer, rows=None):
    if isinstance(answer, str):
        answer = {"model": answer}
    if not isinstance(answer, dict) or set(answer) - {"model", "rubric"} or not str(answer.get("model") or "").strip():
        raise ValueError(_("要有参考答案 model"))
    count = rows or 1
    even = [100 // count + (n < 100 % count) for n in range(count)]
    rubric = answer.get("rubric") or [{"text": "", "share": share} for share in even]
    if not isinstance(rubric, list | tuple) or not all(
        isinstance(row, dict) and not set(row) - {"text", "share"} and type(row.get("share")) is int for row in rubric
    ):
        raise ValueError(_("评分要点每行要有 text 和整数 share"))
    if any(row["share"] <= 0 for row in rubric) or sum(row["share"] for row in rubric) != 100:
        raise ValueError(_("评分要点的比例加起来要正好是 100"))
    if rows and len(rubric) != rows:
        raise ValueError(_("案例题有 %(n)s 问，评分要点也要 %(n)s 行") % {"n": rows})
    return {
        "model": str(answer["model"]).strip(),
        "rubric": [{"text": str(row.get("text") or "").strip(), "share": row["share"]} for row in rubric],
    }


def _check_short(stem, options, answer):
    return [], _check_rubric(answer)


def _check_case(stem, options, answer):
    parts = texts(options or case_parts())
    return parts, _check_rubric(answer, len(parts))


def _freeze_short(options, answer, rng, shuffle):
    return {"options": []}, answer


def _freeze_case(options, answer, rng, shuffle):
    return {"options": [], "parts": list(options)}, answer


def _clean_short(item, raw):
    text = "".join(typed_text(value, LONGEST["short"]) for value in values(raw, 1))
    return [text] if text else []


def _clean_case(item, raw):
    response = [typed_text(value, LONGEST["part"]) for value in values(raw, len(item["parts"]))]
    response += [""] * (len(item["parts"]) - len(response))
    return response if any(response) else []


def _mark(key, response, points):
    """None: a person marks it. Nothing written earns nothing without anybody's help."""
    return None if any(response) else Decimal(0)


def _words_short(item, response):
    return list(response)


def _words_case(item, response):
    return [f"{part}：{text or '—'}" for part, text in zip(item["parts"], response, strict=False)]


def _key_words(item, answer):
    return [answer["model"], *(_("%(text)s（%(share)s%%）") % row for row in answer["rubric"] if row["text"])]


SHORT = Rules(_check_short, _freeze_short, _clean_short, _mark, _words_short, _key_words, is_manual=True)
CASE = Rules(_check_case, _freeze_case, _clean_case, _mark, _words_case, _key_words, whole, is_manual=True)
