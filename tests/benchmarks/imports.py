"""A workbook of many people into PostgreSQL and the lists out again, by the services the screens call."""

import os
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂文辉力玲建国华"
LAYERS = ("最高管理者", "中层管理人员", "一线员工", "其他")
PEOPLE_PER_ENTERPRISE = 10
HEADER = ["序号", "企业名称", "统一社会信用代码", "姓名", "手机号", "层级", "部门", "岗位", "标记", "备注"]


@dataclass
class Figures:
    """Seconds by step, and CPU of this process, of ``count`` people; MiB of memory.

    ``copy`` is a bare COPY of the same rows into the same tables, indexes included.
    """

    count: int
    seconds: dict = field(default_factory=dict)
    cpu: dict = field(default_factory=dict)
    copy: float = 0.0
    memory: float = 0.0
    grown: float = 0.0
    faults: list = field(default_factory=list)

    @property
    def end_to_end(self):
        """From the upload to the last row."""
        return sum(self.seconds[step] for step in ("received", "checked", "written"))


def measure(count):
    """Import ``count`` people of a tenth as many enterprises, again, and export them; returns Figures."""
    from accounts.models import User
    from enterprises.models import Appointment, Role

    user = User.objects.create(username="bench-city", phone="19899999999")
    Appointment.objects.create(user=user, role=Role.CITY_ADMIN)
    figures = Figures(count)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        firms, people = _workbooks(folder, count)
        _import(user, "enterprises", firms, Figures(count))
        figures.copy = _bare_copy(count)
        before = _peak(reset=True)
        batch = _import(user, "staff", people, figures)
        figures.memory = _peak()
        figures.grown = figures.memory - before
        if batch.counts["new"] != count:
            figures.faults.append(f"import: {batch.counts} {batch.message}")
        _analyze()
        again = Figures(count)
        batch = _check(user, "staff", people, again)
        figures.seconds["again"] = again.seconds["received"] + again.seconds["checked"]
        if batch.counts["same"] != count:
            figures.faults.append(f"second import: {batch.counts}")
        _export(user, folder, figures)
    return figures


@contextmanager
def _timed(figures, step):
    began, cpu = time.perf_counter(), time.process_time()
    yield
    figures.seconds[step] = time.perf_counter() - began
    figures.cpu[step] = time.process_time() - cpu


def _analyze():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # autovacuum, which would do it, is off in the embedded server


def _code(number):
    from stdnum.cn import uscc

    stem = f"91120111MB{number:07d}"
    return stem + uscc.calc_check_digit(stem + "0")


def _name(number):
    return (
        SURNAMES[number % 20]
        + GIVEN[number // 20 % len(GIVEN)]
        + (GIVEN[number // 600 % len(GIVEN)] if number % 3 else "")
    )


def _person(number):
    """Name, phone, layer, department, post, tags of one of them."""
    return (
        _name(number),
        f"1{3 + number % 7}{number:09d}",
        LAYERS[number % 4],
        f"{number % 30}车间",
        f"{number % 50}号岗位",
        "内审员" if number % 9 == 0 else "",
    )


def _workbooks(folder, count):
    from core.big_sheets import write_sheet

    codes = [_code(number) for number in range(count // PEOPLE_PER_ENTERPRISE)]
    firms, people = folder / "firms.xlsx", folder / "people.xlsx"
    header = ["企业名称", "统一社会信用代码", "区", "行业代码", "从业人员"]
    rows = ([f"测算示例{n}号厂", code, "西青区", "3670", str(n % 300)] for n, code in enumerate(codes))
    write_sheet(firms, "企业", header, rows)

    def people_rows():
        for number in range(count):
            name, phone, layer, department, post, tags = _person(number)
            firm = number // PEOPLE_PER_ENTERPRISE
            yield [number + 1, f"测算示例{firm}号厂", codes[firm], name, phone, layer, department, post, tags, "无"]

    write_sheet(people, "人员", HEADER, people_rows())
    return firms, people


def _check(user, kind, path, figures):
    from django.core.files.uploadedfile import File

    from enterprises.imports import checking, receiving
    from enterprises.models import ImportBatch

    with path.open("rb") as file, _timed(figures, "received"):
        batch = receiving.receive(user, kind, File(file, name=path.name))
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.CHECKING)
    with _timed(figures, "checked"):
        return checking.check(batch.pk)


def _import(user, kind, path, figures):
    from enterprises.imports import writing
    from enterprises.models import ImportBatch

    batch = _check(user, kind, path, figures)
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportBatch.State.WRITING)
    with _timed(figures, "written"):
        batch = writing.write(batch.pk)
    _analyze()
    return batch


def _bare_copy(count):
    """Seconds of two COPY statements with everything already in hand, rolled back."""
    from django.db import connection, transaction

    from core import clock
    from core.pinyin import sort_key
    from enterprises.models import Enterprise

    now, today = clock.now(), clock.today()
    firms = list(Enterprise.objects.filter(code__startswith="91120111MB").order_by("pk").values_list("pk", flat=True))
    people, members = [], []
    for number in range(count):
        name, phone, _layer, department, post, _tags = _person(number)
        people.append((10**9 + number, name, sort_key(name), phone, now))
        firm = firms[number // PEOPLE_PER_ENTERPRISE]
        members.append((10**9 + number, firm, "frontline", department, post, "[]", today, now))
    with transaction.atomic(), connection.cursor() as cursor:
        began = time.perf_counter()
        for table, columns, rows in (
            ("person", "id, name, name_key, phone, created_at", people),
            (
                "membership",
                "person_id, enterprise_id, layer, department, post, tags, started_on, confirmed_at",
                members,
            ),
        ):
            with cursor.copy(f"COPY enterprises_{table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what a COMMIT would check
        took = time.perf_counter() - began
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM enterprises_person, enterprises_membership")
    return took


def _export(user, folder, figures):
    from core import tables
    from core.big_sheets import write_sheet
    from enterprises import exports

    with _timed(figures, "csv"), (folder / "out.csv").open("wb") as file:
        export = exports.prepare(user, "people")
        file.writelines(tables.csv_lines(export.header, export.rows))
    with _timed(figures, "xlsx"):
        export = exports.prepare(user, "people")
        write_sheet(folder / "out.xlsx", export.title, export.header, export.rows)
    with (folder / "out.csv").open(encoding="utf-8-sig") as file:
        lines = sum(1 for _line in file)
    if lines < figures.count:
        figures.faults.append(f"export: {lines} lines")


def _peak(reset=False):
    """MiB of the largest this process was since the last reset (Linux; elsewhere since its start)."""
    import resource

    try:
        if reset:
            Path(f"/proc/{os.getpid()}/clear_refs").write_text("5")
        status = Path("/proc/self/status").read_text()
        return int(status.split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
