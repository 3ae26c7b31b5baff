"""Which enterprise a row is about: known by its credit code, and inside the scope of who sent the file."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from ..models import Enterprise as Firm
from ..models import FormerIdentity
from . import columns
from .columns import Field

CODE = Field(
    "code",
    lazy("统一社会信用代码"),
    columns.code,
    ("信用代码", "社会信用代码", "企业代码", "企业统一社会信用代码", "单位统一社会信用代码", "税号"),
    required=True,
    example="91120112MA0TE5T087",
    width=22,
    hint=lazy("所在企业营业执照上的 18 位代码；企业要先登记过"),
)


def enterprises_of(rows, scope, seen):
    """{row number: enterprise key}; rows whose enterprise is unknown or outside the scope are refused, with the same words."""
    if scope.enterprise is not None:
        for row in rows:
            if "code" in row.values and row.values["code"][0] != scope.enterprise.code:
                row.refuse(CODE.label, _("这是别的企业的代码，这里只导入本企业的人员，请删掉这一行。"))
        return dict.fromkeys((row.number for row in rows), scope.enterprise.pk)
    known = seen.known.setdefault("enterprises", {})
    fresh = {row.values["code"][0] for row in rows} - known.keys()
    if fresh:
        known |= dict.fromkeys(fresh)
        columns_ = ("code", "pk", "district_id", "merged_into_id", "merged_into__district_id")
        found = {code: rest for code, *rest in Firm.objects.filter(code__among=fresh).values_list(*columns_)}
        missing = fresh - found.keys()
        former = FormerIdentity.objects.filter(code__among=missing).values_list(
            "code", *(f"enterprise__{c}" for c in columns_[1:])
        )
        found |= {code: rest for code, *rest in former}
        for code, (key, district, into, into_district) in found.items():
            known[code] = (into, into_district) if into else (key, district)
    answer = {}
    for row in rows:
        code, wrong = row.values["code"]
        place = known[code]
        if place and scope.covers(*place):
            answer[row.number] = place[0]
        else:
            row.refuse(
                CODE.label, wrong or _("没有登记过这家企业，或它不在您管的范围里。请先导入企业，或核对代码和所在区。")
            )
    return answer
