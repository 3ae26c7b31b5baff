"""The world: a few people with fixed meanings, so that a test about who may do what reads like a sentence.

Two districts, two organisers, two enterprises; each person below can do exactly what their line says. A test that needs more
rows makes them itself.
"""

from dataclasses import dataclass
from functools import cache

from accounts.models import User
from enterprises.models import Appointment, District, Enterprise, Layer, Membership, Organiser, Person, Role

PASSWORD = "xuetang-2026"
"""Everyone's password."""

XIQING, WUQING, DONGLI = "120111", "120114", "120110"
"""GB/T 2260 codes of 西青区, 武清区 and 东丽区."""

CODES = {
    "alpha": "91120112MA0TE5T087",
    "beta": "91120114MA0TE5T084",
    "spare": ("91120116MA0TE5T081", "91120113MA0TE5T08M"),
}
"""Fabricated credit codes with valid check characters; the two spare ones belong to nobody yet."""


@dataclass
class World:
    """Users unless said otherwise. ``person`` of each is named like the user in Chinese."""

    city: User
    """市级管理员: sees and changes everything."""
    statistician: User
    """统计员: sees everything, freezes returns."""
    auditor: User
    """审计员: sees everything, changes nothing."""
    editor: User
    """编辑: writes content, sees no person."""
    xiqing: User
    """区级管理员 of 西青区, where enterprise alpha is."""
    wuqing: User
    """区级管理员 of 武清区, where enterprise beta is: the outsider to everything of alpha."""
    jia: Organiser
    """Organiser 甲, in 东丽区."""
    jia_admin: User
    """机构管理员 of 甲."""
    jia_trainer: User
    """讲师 of 甲."""
    yi: Organiser
    """Organiser 乙, in 武清区."""
    yi_trainer: User
    """讲师 of 乙: the outsider to everything of 甲."""
    alpha: Enterprise
    """Enterprise A, in 西青区."""
    alpha_contact: User
    """企业联络员 of A."""
    beta: Enterprise
    """Enterprise B, in 武清区."""
    beta_contact: User
    """企业联络员 of B: the outsider to everything of A."""
    wang: User
    """A learner: frontline worker at A. ``wang.person`` is the row that rounds and courses register."""
    zhao: Person
    """A person of A without a login and without a phone (came by a paper list)."""
    nobody: User
    """Signed in, no appointment, works nowhere."""


@cache
def _password_hash():
    from django.contrib.auth.hashers import make_password

    return make_password(PASSWORD, hasher="argon2")


PEOPLE = {
    # user name: (name, phone)
    "city": ("市局甲", "19900000001"),
    "statistician": ("统计员甲", "19900000002"),
    "auditor": ("审计员甲", "19900000003"),
    "editor": ("编辑甲", "19900000004"),
    "xiqing": ("西青甲", "19900000011"),
    "wuqing": ("武清甲", "19900000012"),
    "jia_admin": ("甲机构管理员", "19900000021"),
    "jia_trainer": ("甲讲师", "19900000022"),
    "yi_trainer": ("乙讲师", "19900000023"),
    "alpha_contact": ("甲企联络员", "19900000031"),
    "beta_contact": ("乙企联络员", "19900000032"),
    "wang": ("王小二", "19900000041"),
    "nobody": ("路人甲", "19900000051"),
}


def make():
    """Create the rows (about ten statements) and return the World."""
    jia, yi = Organiser.objects.bulk_create(
        [
            Organiser(name="示例培训机构甲", kind=Organiser.Kind.CERTIFIER, district_id=DONGLI),
            Organiser(name="示例培训机构乙", kind=Organiser.Kind.ASSOCIATION, district_id=WUQING),
        ]
    )
    alpha, beta = Enterprise.objects.bulk_create(
        [
            Enterprise(code=CODES["alpha"], name="示例甲企业有限公司", district=District.objects.get(pk=XIQING)),
            Enterprise(code=CODES["beta"], name="示例乙企业有限公司", district=District.objects.get(pk=WUQING)),
        ]
    )
    rows = [User(username=key, phone=phone, password=_password_hash()) for key, (_, phone) in PEOPLE.items()]
    users = {user.username: user for user in User.objects.bulk_create(rows)}
    people = [Person(name=name, phone=phone, user=users[key]) for key, (name, phone) in PEOPLE.items()]
    *people, zhao = Person.objects.bulk_create([*people, Person(name="赵六")])
    person = {each.user.username: each for each in people}
    Membership.objects.bulk_create(
        [
            Membership(person=person["wang"], enterprise=alpha, layer=Layer.FRONTLINE, department="装配车间"),
            Membership(person=zhao, enterprise=alpha, layer=Layer.FRONTLINE),
            Membership(person=person["alpha_contact"], enterprise=alpha, layer=Layer.MIDDLE),
            Membership(person=person["beta_contact"], enterprise=beta, layer=Layer.MIDDLE),
        ]
    )
    scopes = [
        ("city", Role.CITY_ADMIN, {}),
        ("statistician", Role.STATISTICIAN, {}),
        ("auditor", Role.AUDITOR, {}),
        ("editor", Role.EDITOR, {}),
        ("xiqing", Role.DISTRICT_ADMIN, {"district_id": XIQING}),
        ("wuqing", Role.DISTRICT_ADMIN, {"district_id": WUQING}),
        ("jia_admin", Role.PROVIDER_ADMIN, {"organiser": jia}),
        ("jia_trainer", Role.TRAINER, {"organiser": jia}),
        ("yi_trainer", Role.TRAINER, {"organiser": yi}),
        ("alpha_contact", Role.CONTACT, {"enterprise": alpha}),
        ("beta_contact", Role.CONTACT, {"enterprise": beta}),
    ]
    Appointment.objects.bulk_create(Appointment(user=users[key], role=role, **scope) for key, role, scope in scopes)
    return World(jia=jia, yi=yi, alpha=alpha, beta=beta, zhao=zhao, **users)
