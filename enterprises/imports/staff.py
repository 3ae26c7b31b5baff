"""People: the same phone is the same person, the same name is not; a membership is dated, never overwritten."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from core import bulk, clock
from core.pinyin import sort_key
from core.text import mask_phone

from ..assigning import FIELDS as ASSIGNED
from ..assigning import decide, last_day
from ..models import Layer, Membership, Person
from . import columns
from .columns import Field
from .places import CODE, enterprises_of

LABEL = lazy("人员")

FIELDS = (
    Field(
        "name",
        lazy("姓名"),
        columns.person_name,
        ("人员姓名", "学员姓名", "员工姓名", "参训人员", "名字"),
        required=True,
        example="示例·张三（填前请删掉这一行）",
        width=20,
        hint=lazy("证明上要印，最多 50 个字；间隔号统一成“·”"),
        note=columns.dots_note,
    ),
    Field(
        "phone",
        lazy("手机号"),
        columns.phone,
        ("手机", "手机号码", "联系电话", "电话", "移动电话", "联系方式", "本人手机"),
        example="19900000000",
        hint=lazy("同一个手机号就是同一个人；没有手机号可以空着"),
    ),
    CODE,
    Field(
        "layer",
        lazy("层级"),
        columns.layer,
        ("人员层级", "类别", "人员类别", "职务层级", "岗位层级"),
        required=True,
        choices=tuple(Layer.labels),
        example="一线员工",
    ),
    Field("department", lazy("部门"), columns.text_of(40), ("所在部门", "科室", "车间"), example="装配车间"),
    Field("post", lazy("岗位"), columns.text_of(40), ("职务", "职位", "工种", "岗位名称", "部门岗位"), example="班长"),
    Field(
        "tags",
        lazy("标记"),
        columns.tags,
        ("是否内审员", "身份标记", "备注标记", "标签"),
        example="内审员",
        width=18,
        hint=lazy("质量负责人、内审员、文件编写，几个之间用顿号"),
    ),
)


def fields_for(enterprise):
    """The columns asked for: inside one enterprise nobody types its code."""
    if enterprise is None:
        return FIELDS
    return tuple(replace(field, required=False, in_template=False) if field is CODE else field for field in FIELDS)


def compare(rows, scope, seen):
    """Find who is meant and what a row changes; ``todo`` is ``(person key or None, enterprise key, verb, fields, row)``."""
    firms = enterprises_of(rows, scope, seen)
    rows = [row for row in rows if not row.errors]
    people, nameless = _people(rows, firms)
    open_rows = _memberships([key for key, _name in people.values()] + list(nameless.values()))
    today, now = clock.today(), clock.now()
    names = seen.known.setdefault("names", {})
    for row in rows:
        values = row.values
        firm, number, name = firms[row.number], values.get("phone"), values["name"]
        who = number or ("", name)
        person, known_as = people.get(number, (None, None)) if number else (nameless.get((name, firm)), None)
        known_as = known_as or names.get(number)
        if number and known_as is not None and known_as != name:
            row.refuse(
                _("手机号"),
                _("%(phone)s 已登记为另一位姓名不同的人，请核对姓名或手机号。") % {"phone": mask_phone(number)},
            )
            continue
        before = seen.keys.setdefault((who, firm), row.number)
        if before != row.number:
            row.refuse(
                _("手机号") if number else _("姓名"),
                _("与第 %(row)s 行是同一个人，请删掉其中一行。") % {"row": before}
                if number
                else _("与第 %(row)s 行同名，又都没有手机号，分不清是不是同一个人。请补上手机号。") % {"row": before},
            )
            continue
        if number:
            names[number] = name
        current = open_rows.get((person, firm)) if person else None
        wanted = {key: values[key] for key in ASSIGNED if key in values}
        wanted["confirmed_at"] = (current and current["confirmed_at"]) or now
        verb, fields = decide(current, wanted, today=today)
        row.outcome = {"begin": "new", "keep": "same"}.get(verb, "changed")
        row.todo = None if verb == "keep" else (person, firm, verb, fields, current)


def _people(rows, firms):
    """``({phone: (key, name)}, {(name, enterprise): key of who has no phone})``."""
    numbers = {row.values["phone"] for row in rows if row.values.get("phone")}
    people = {}
    if numbers:
        found = Person.objects.filter(phone__among=numbers)
        names = ("phone", "pk", "name", "merged_into_id", "merged_into__name")
        for number, key, name, into, into_name in found.values_list(*names):
            people[number] = (into, into_name) if into else (key, name)
    without = [row for row in rows if not row.values.get("phone")]
    nameless = {}
    if without:
        found = Person.objects.listed().filter(
            phone=None,
            name__in={row.values["name"] for row in without},
            memberships__enterprise__in={firms[row.number] for row in without},
        )
        for key, name, firm in found.order_by("-pk").values_list("pk", "name", "memberships__enterprise"):
            nameless[name, firm] = key
    return people, nameless


def _memberships(people):
    """{(person, enterprise): the open membership} as dictionaries."""
    if not people:
        return {}
    names = ("pk", "person_id", "enterprise_id", "started_on", "confirmed_at", *ASSIGNED)
    found = Membership.objects.filter(person__pk__among=people, ended_on=None).values(*names)
    return {(row["person_id"], row["enterprise_id"]): row for row in found}


def write(rows, scope, log):
    """Write the todos: people who are new, then what begins, ends and changes."""
    todos = [row for row in rows if row.todo]
    made = _make_people(todos, log)
    today = clock.today()
    begin, ended, updated = [], [], []
    for row in todos:
        person, firm, verb, fields, current = row.todo
        person = person or made[_who(row)]
        if verb == "update":
            updated.append((current, fields))
            continue
        if verb == "replace":
            ended.append(current)
        begin.append((person, firm, *(fields[name] for name in ASSIGNED), today, fields["confirmed_at"]))
    if ended:
        Membership.objects.filter(pk__among=[row["pk"] for row in ended]).update(ended_on=last_day(today))
        for row in ended:
            log.changed(Membership, row["pk"], {"ended_on": None}, {"ended_on": last_day(today)})
    for names in {tuple(fields) for _row, fields in updated}:
        these = [(row, fields) for row, fields in updated if tuple(fields) == names]
        bulk.update(Membership, names, [(row["pk"], *fields.values()) for row, fields in these])
        for row, fields in these:
            log.changed(Membership, row["pk"], {name: row[name] for name in names}, fields)
    names = ("person", "enterprise", *ASSIGNED, "started_on", "confirmed_at")
    keys = bulk.insert(Membership, names, begin)
    log.made(Membership, (*ASSIGNED, "ended_on"), keys, [(*values[2:6], None) for values in begin])


def _who(row):
    return row.values.get("phone") or (row.number,)


def _make_people(todos, log):
    """{phone or (row number,): key} of the people who do not exist yet."""
    now = clock.now()
    fresh = {}
    for row in todos:
        if row.todo[0] is None:
            fresh.setdefault(_who(row), row.values["name"])
    wanted = [(name, sort_key(name), who if isinstance(who, str) else None, now) for who, name in fresh.items()]
    keys = bulk.insert(Person, ("name", "name_key", "phone", "created_at"), wanted)
    log.made(Person, ("name", "phone", "user_id"), keys, [(name, phone, None) for name, _key, phone, _now in wanted])
    return dict(zip(fresh, keys, strict=True))
