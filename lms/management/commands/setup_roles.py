"""manage.py setup_roles: the CMS group of each role, and in it exactly the users whose appointment holds today."""

from django.contrib.auth.models import Group, Permission
from django.core.management.base import BaseCommand
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from accounts.models import User
from enterprises.models import Appointment, Role
from guide.models import CaseIndexPage

FILES = ["add_image", "change_image", "choose_image", "add_document", "change_document", "choose_document"]
WORDS = ["add_glossaryterm", "change_glossaryterm", "delete_glossaryterm"]
READERS = ["view_feedback"]
STUDY = [f"{act}_{what}" for what in ("film", "deck", "path") for act in ("add", "change", "delete", "view")]
QUOTAS = ["add_casequota", "change_casequota", "view_casequota"]
WORDING = ["add_noticetemplate", "change_noticetemplate", "delete_noticetemplate", "view_noticetemplate"]
PAPERS = [f"{act}_{what}" for what in ("certificatetemplate", "seal") for act in ("add", "change", "view")]
REGISTRY = ["view_enterprise", "change_enterprise"]

GROUPS = {
    Role.EDITOR: {
        "page": ["add_page", "change_page", "publish_page"],
        "collection": FILES,
        "plain": ["access_admin", *WORDS, *READERS, *STUDY, *WORDING],
    },
    Role.CITY_ADMIN: {
        "page": ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
        "collection": FILES,
        "plain": [
            "access_admin",
            "change_sitesettings",
            *WORDS,
            *READERS,
            *STUDY,
            *QUOTAS,
            *REGISTRY,
            *WORDING,
            *PAPERS,
        ],
    },
    # Writes cases of its district, which the city's editors publish: with add_page alone one changes only one's own pages.
    Role.DISTRICT_ADMIN: {
        "page": [],
        "case": ["add_page"],
        "collection": ["add_image", "choose_image"],
        "plain": ["access_admin", *REGISTRY],
    },
    Role.AUDITOR: {"page": [], "collection": [], "plain": ["access_admin", "view_enterprise"]},
}
CASE_WORKFLOW = "案例审核"


class Command(BaseCommand):
    help = "建好后台权限组，并按现行授权放进人（可以反复运行）"

    @transaction.atomic
    def handle(self, *args, **options):
        cases = CaseIndexPage.objects.first()
        for role, wanted in GROUPS.items():
            group, _created = Group.objects.get_or_create(name=role.label)
            group.permissions.set(Permission.objects.filter(codename__in=wanted["plain"]))
            for page, codenames in ((Page.get_first_root_node(), wanted["page"]), (cases, wanted.get("case", []))):
                for codename in codenames if page else []:
                    GroupPagePermission.objects.get_or_create(
                        group=group, page_id=page.pk, permission=_permission(codename)
                    )
            for codename in wanted["collection"]:
                GroupCollectionPermission.objects.get_or_create(
                    group=group, collection=Collection.get_first_root_node(), permission=_permission(codename)
                )
            holders = Appointment.objects.in_force().filter(role=role).values("user")
            group.user_set.set(User.objects.filter(pk__in=holders))
            self.stdout.write(f"{role.label}：{group.user_set.count()} 人")
        if cases:
            _case_workflow(cases)


def _case_workflow(cases):
    """A district's case goes to the city's editors before it is published."""
    task, _created = GroupApprovalTask.objects.get_or_create(name=CASE_WORKFLOW)
    task.groups.set(Group.objects.filter(name__in=[Role.EDITOR.label, Role.CITY_ADMIN.label]))
    workflow, _created = Workflow.objects.get_or_create(name=CASE_WORKFLOW)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task, defaults={"sort_order": 0})
    # An editor's choice of another workflow stays.
    WorkflowPage.objects.get_or_create(page_id=cases.pk, defaults={"workflow": workflow})


def _permission(codename):
    app = {"page": "wagtailcore", "image": "wagtailimages", "document": "wagtaildocs"}[codename.rsplit("_", 1)[-1]]
    return Permission.objects.get(codename=codename, content_type__app_label=app)
