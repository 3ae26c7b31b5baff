"""What an appointment means outside this app: who works here, in which capacity, and in which groups of the CMS."""

from django.contrib.auth.models import Group
from django.db import transaction

from .models import Appointment, Role
from .policies import rights_of

CMS_ROLES = (Role.EDITOR, Role.CITY_ADMIN, Role.DISTRICT_ADMIN)
"""Roles with a group of the same name in the content admin (manage.py setup_roles)."""


def is_staff(user):
    """Whether the user holds an appointment in force with rights over others' data: any but that of a contact."""
    return bool(rights_of(user).roles - {Role.CONTACT})


def capacity(user):
    """“区级管理员 · 西青区；讲师 · 示例机构”, for the audit trail; empty without an appointment in force."""
    rows = Appointment.objects.in_force().filter(user=user).select_related("district", "organiser", "enterprise")
    return "；".join(
        " · ".join(
            str(part) for part in (row.get_role_display(), row.district or row.organiser or row.enterprise) if part
        )
        for row in rows
    )


@transaction.atomic
def follow_appointments(user):
    """Make the user's role groups those of the appointments in force; returns whether anything changed.

    Wagtail asks group membership for every right on pages, images and documents, so that is what must be true. Groups that
    stand for no role are left alone.
    """
    names = {role.label: role for role in CMS_ROLES}
    present = {group.name: group for group in user.groups.filter(name__in=names)}
    wanted = {name for name, role in names.items() if role in rights_of(user).roles}
    gone = [group for name, group in present.items() if name not in wanted]
    missing = wanted - set(present)
    if gone:
        user.groups.remove(*gone)
    if missing:
        user.groups.add(*Group.objects.filter(name__in=missing))
    return bool(gone or missing)


OF_EDITORS = ("/admin/", "/media/original_images/")
"""Where Wagtail's groups decide."""


class CmsGroupsMiddleware:
    """An appointment that has ended, or has just begun, holds in the content admin at the very next request too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(OF_EDITORS) and request.user.is_authenticated and not request.user.is_superuser:
            follow_appointments(request.user)
        return self.get_response(request)
