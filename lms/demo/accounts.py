"""Demo accounts: one for each role. They work only where settings.DEMO is on (accounts.backends)."""

import io

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.utils.crypto import salted_hmac

from accounts.models import User
from core import clock
from enterprises.models import Appointment, Person, Role

ACCOUNTS = {
    # role: (user name, name shown, [(role, scope column, key of the scope)])
    "city": ("demo-city", "示例市管理员", [(Role.CITY_ADMIN, None, None)]),
    "statistician": ("demo-statistician", "示例统计员", [(Role.STATISTICIAN, None, None)]),
    "auditor": ("demo-auditor", "示例审计员", [(Role.AUDITOR, None, None)]),
    "editor": ("demo-editor", "示例编辑", [(Role.EDITOR, None, None)]),
    "district": ("demo-district", "示例西青区管理员", [(Role.DISTRICT_ADMIN, "district", "120111")]),
    "other_district": ("demo-other-district", "示例武清区管理员", [(Role.DISTRICT_ADMIN, "district", "120114")]),
    "provider": ("demo-provider", "示例机构管理员", [(Role.PROVIDER_ADMIN, "organiser", "天津示例认证有限公司")]),
    "trainer": ("demo-trainer", "示例讲师甲", [(Role.TRAINER, "organiser", "天津示例认证有限公司")]),
    "other_trainer": ("demo-other-trainer", "示例讲师乙", [(Role.TRAINER, "organiser", "渤海示例认证中心")]),
    "contact": ("demo-contact", "示例联络员", [(Role.CONTACT, "enterprise", 0)]),
    "learner": ("demo-learner", "", []),
}
WORDS = {
    "city": "市级管理员：看全市、管授权",
    "statistician": "统计员：看全市数字",
    "auditor": "审计员：只看不改",
    "editor": "编辑：在后台写指南和课程",
    "district": "西青区管理员：只看本区",
    "other_district": "武清区管理员：只看本区",
    "provider": "培训机构管理员：建班、排课",
    "trainer": "讲师：签到、登记成绩、结班",
    "other_trainer": "另一家机构的讲师",
    "contact": "企业联络员",
    "learner": "学员：学课程、报班、领证明",
}


def password_of(username):
    """The demo password of a user name: made from this installation's secret, so that none stands in the source."""
    return "shifan-" + salted_hmac("lms.demo", username).hexdigest()[:8]


def make_accounts(organisers, enterprises, memberships):
    """Make the accounts with their appointments; returns {role: User}."""
    users = {}
    for role, (username, name, _appointments) in ACCOUNTS.items():
        users[role] = User(
            username=username,
            last_name=name,
            is_demo=True,
            password=make_password(password_of(username)),
            is_superuser=False,
        )
    User.objects.bulk_create(users.values())
    scopes = {"organiser": organisers, "enterprise": enterprises}
    for role, (_username, _name, appointments) in ACCOUNTS.items():
        for held, column, key in appointments:
            scope = (
                {}
                if column is None
                else {f"{column}_id": key}
                if column == "district"
                else {column: scopes[column][key]}
            )
            Appointment.objects.create(user=users[role], role=held, **scope)
    for role in ("trainer", "other_trainer"):
        Person.objects.create(name=ACCOUNTS[role][1], user=users[role], created_at=clock.now())
    learner = next(row.person for row in memberships if row.layer == "frontline" and row.person.phone)
    Person.objects.filter(pk=learner.pk).update(user=users["learner"])
    User.objects.filter(pk=users["learner"].pk).update(phone=learner.phone)
    call_command("setup_roles", stdout=io.StringIO())
    return users


def listing():
    """{role: {username, password, words}} of this installation's demo accounts."""
    present = set(User.objects.filter(is_demo=True).values_list("username", flat=True))
    return {
        role: {
            "username": username,
            "password": password_of(username),
            "about": WORDS[role],
            "site": settings.SITE_URL,
        }
        for role, (username, _name, _appointments) in ACCOUNTS.items()
        if username in present
    }
