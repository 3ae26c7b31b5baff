"""The template workbook: drop-down lists, an example of every kind, and how answers are written."""

from django.utils.translation import gettext as _

from core.spreadsheets import Column, write_form
from enterprises.models import Layer

from . import words
from .sheet_reading import EXAMPLE
from .sheet_writing import DIFFICULTY, LEAST_OPTIONS, WIDTHS, cells, header


def template():
    """The workbook to fill in, as bytes: drop-down lists, a grey example of every kind, and how to write answers."""
    heads = header(LEAST_OPTIONS)
    lists = {
        "题型": list(words.KIND_NAMES.values()),
        "难度": list(DIFFICULTY.values()),
        "层级": [str(label) for label in Layer.labels],
    }
    columns = [
        Column(head, WIDTHS.get(head, 16), "choice" if head in lists else "text", choices=lists.get(head, ()))
        for head in heads
    ]
    usage = [
        (
            _("怎么填"),
            [
                _("题干、答案和知识点必填，其余不知道就空着。示例行不会导入，可以留着。"),
                _("题号用字母、数字、- 和 _。空着会按题目自动编号：同一个文件再导入一次，不会多出题来。"),
                _("分值在试卷的抽题办法里定，不随题目走。图片请在导入以后到题目里上传。"),
            ],
        ),
        (
            _("答案怎么写"),
            [
                _("单选题写字母：B。多选题：ABD。判断题：对 或 错。"),
                _(
                    "填空题：题干用三个下划线 ___ 留空；几个空用分号隔开，一个空有几种写法用竖线隔开：不合格品|坏件；让步接收。"
                ),
                _("数值题：答案写数，误差和单位写在自己的列里；也可以写 12.5±0.1 mm。"),
                _("匹配题：每个选项写成 左边 → 右边；只有右边的（迷惑项）写成 → 右边。答案空着。"),
                _("排序题：选项随便排，答案写正确的先后：CAB；答案空着就是已经排好了。"),
                _(
                    "简答题、案例题：答案写参考答案；评分要点一行一条，写成 说清证据（40%），合起来 100%。案例题的选项是各问的标题。"
                ),
                _("答案里真的要用 | / ; 或 →，前面加一个反斜杠：m\\/s。"),
            ],
        ),
    ]
    return write_form(
        _("试题导入模板"),
        columns,
        blank_rows=200,
        landscape=True,
        usage=usage,
        examples=[cells(item, LEAST_OPTIONS) for item in _examples()],
    )


def _examples():
    base = {
        "explanation": "",
        "difficulty": 1,
        "topic": _("干好每一件"),
        "layer": "frontline",
        "clause": "8.6",
        "lesson": "",
        "source": _("自编"),
    }
    rubric = [{"text": _("先停、先隔离"), "share": 60}, {"text": _("说清往回查到哪一件"), "share": 40}]
    items = [
        (
            "single",
            _("换模以后的第一件，什么时候可以接着干？"),
            [_("量着没问题就干"), _("首检合格、签了字再干"), _("干完一箱再量")],
            [1],
        ),
        ("multiple", _("一条检验记录要有什么？"), [_("时间"), _("量到的数"), _("签名"), _("好看的字")], [0, 1, 2]),
        ("true_false", _("量具摔过，看着没坏就能接着用。"), [], False),
        (
            "fill",
            _("分不清好坏的件，先放到 ___ 区，挂上 ___ 牌。"),
            [],
            [[_("待检"), _("待检验")], [_("待检"), _("黄")]],
        ),
        (
            "numeric",
            _("外圆图纸是 20，公差 ±0.05，最大能做到多少？"),
            [],
            {"value": "20.05", "tolerance": "0", "unit": "mm"},
        ),
        (
            "matching",
            _("牌子和意思配起来。"),
            {"left": [_("红牌"), _("黄牌")], "right": [_("不合格"), _("待检"), _("已报废")]},
            [0, 1],
        ),
        ("ordering", _("发现坏件以后，先后怎么做？"), [_("报告"), _("停下"), _("隔离")], [1, 2, 0]),
        (
            "short",
            _("连着两件超差，您怎么办？"),
            [],
            {"model": _("停机，隔离这两件和之前没检的，报告班长，查清再开。"), "rubric": rubric},
        ),
        (
            "case",
            _("车间一把卡尺的标签上月到期，操作工说看着还准。"),
            [_("是不是不符合"), _("证据是什么")],
            {"model": _("是；标签到期还在用。"), "rubric": rubric},
        ),
    ]
    for number, (kind, stem, options, answer) in enumerate(items, 1):
        yield base | {"key": f"{EXAMPLE}{number}", "kind": kind, "stem": stem, "options": options, "answer": answer}
