"""manage.py setup_roles: the CMS group of each role, and in it exactly the users whose appointment holds today."""

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

from accounts.models import User
from enterprises.models import Appointment, Role

FILES = ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"]
WORDS = ["add_glossaryterm", "change_glossaryterm", "delete_glossaryterm"]
READERS = ["view_feedback"]
REGISTRY = ["view_enterprise", "change_enterprise"]

GROUPS = {
    Role.EDITOR: {
        "page": ["add_page", "change_page", "publish_page"],
        "collection": FILES,
        "plain": ["access_admin", *WORDS, *READERS],
    },
    Role.CITY_ADMIN: {
        "page": ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
        "collection": FILES,
        "plain": ["access_admin", "change_sitesettings", *WORDS, *READERS, *REGISTRY],
    },
    Role.DISTRICT_ADMIN: {"page": [], "collection": [], "plain": ["access_admin", *REGISTRY]},
}


class Command(BaseCommand):
    help = "建好后台权限组，并按现行授权放进人（可以反复运行）"

    @transaction.atomic
    def handle(self, *args, **options):
        for role, wanted in GROUPS.items():
            group, _created = Group.objects.get_or_create(name=role.label)
            group.permissions.set(Permission.objects.filter(codename__in=wanted["plain"]))
            for codename in wanted["page"]:
                GroupPagePermission.objects.get_or_create(
                    group=group, page=Page.get_first_root_node(), permission=_permission(codename)
                )
            for codename in wanted["collection"]:
                GroupCollectionPermission.objects.get_or_create(
                    group=group, collection=Collection.get_first_root_node(), permission=_permission(codename)
                )
            holders = Appointment.objects.in_force().filter(role=role).values("user")
            group.user_set.set(User.objects.filter(pk__in=holders))
            self.stdout.write(f"{role.label}：{group.user_set.count()} 人")


def _permission(codename):
    app = {"page": "wagtailcore", "image": "wagtailimages", "document": "wagtaildocs"}[codename.rsplit("_", 1)[-1]]
    return Permission.objects.get(codename=codename, content_type__app_label=app)
