"""Certificates to test with."""

from datetime import date

import pytest

from certificates import services

ISSUED_ON = date(2026, 11, 2)


@pytest.fixture(scope="session", autouse=True)
def _fonts(fonts):
    """Every test of the room draws."""


@pytest.fixture
def words():
    """``words(name="林例")``: what a round gives for a certificate."""

    def make(**changes):
        return {
            "name": "王小二",
            "enterprise": "示例甲企业有限公司",
            "course_title": "质量管理体系内审员培训（高端装备制造）",
            "round_label": "2026年第12轮",
            "period": "2026年10月19日—2026年10月21日",
            "class_hours": "20",
            "result": "合格",
            "basis": "GB/T 19001—2016／ISO 9001:2015",
            "organiser": "示例培训机构甲",
        } | changes

    return make


@pytest.fixture
def issue(words, world):
    """``issue("registration:1", name=…)``: a certificate of 王小二 in the series TJXW-NSY-2026-012, not rendered."""

    def make(source_key="registration:1", *, holder=None, actor=None, **changes):
        return services.issue(
            source_key=source_key,
            series_key="NSY-2026-012",
            holder=holder or world.wang.person,
            words=words(**changes),
            template_key="round",
            issued_on=ISSUED_ON,
            actor=actor,
        )

    return make
