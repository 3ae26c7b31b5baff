"""What this app holds about a person: told, and forgotten."""

from datetime import timedelta

from django.utils.translation import gettext as _

from core import clock

from .models import Appointment, ImportBatch, ImportChange, Membership

IMPORT_FILE_DAYS = 90


def export_person(person):
    """Name, phone and where the person works or worked."""
    rows = [{_("姓名"): person.name, _("手机号"): person.phone or "", _("登记时间"): person.created_at}]
    rows += [
        {
            _("企业"): row.enterprise.name,
            _("层级"): row.get_layer_display(),
            _("部门"): row.department,
            _("岗位"): row.post,
            _("标记"): "、".join(str(Membership.Tag(tag).label) for tag in row.tags),
            _("开始"): row.started_on,
            _("结束"): row.ended_on,
        }
        for row in person.memberships.select_related("enterprise")
    ]
    if person.user_id:
        rows += [
            {_("角色"): row.get_role_display(), _("授权时间"): row.granted_at, _("有效至"): row.expires_on}
            for row in Appointment.objects.filter(user=person.user_id)
        ]
    return _("姓名和任职"), rows


def erase_person(person):
    """The person becomes a token: name, phone and login go, memberships end and lose their particulars."""
    today = clock.today()
    for row in person.memberships.all():
        row.department = row.post = ""
        row.tags = []
        row.ended_on = row.ended_on or max(row.started_on, today - timedelta(days=1))
        row.save(update_fields=["department", "post", "tags", "ended_on"])
    if person.user_id:
        # A contact's: staff are asked to hand over first (accounts.privacy.close_account).
        Appointment.objects.in_force().filter(user=person.user_id).update(expires_on=today - timedelta(days=1))
    # Rows that were merged into this one are the same human being.
    for absorbed in person.absorbed.all():
        _forget_name(absorbed)
    _forget_name(person)


def _forget_imported(key):
    """What imports wrote of a person repeats name and phone: it goes, and that import can no longer be taken back alone."""
    records = ImportChange.objects.select_for_update().filter(object_type="person", first__lte=key, last__gte=key)
    for record in records:
        rows = [row for row in record.rows if row[0] != key]
        if len(rows) < len(record.rows):
            record.rows = rows
            record.save(update_fields=["rows"])


def _forget_name(person):
    _forget_imported(person.pk)
    person.name = _("已注销")
    person.phone = None
    person.user = None
    person.erased_at = clock.now()
    person.save(update_fields=["name", "name_key", "phone", "user", "erased_at"])


def forget_import_files(before):
    """Delete the workbooks of imports uploaded before that moment; the batch and its counts stay. Returns how many files."""
    gone = 0
    for batch in ImportBatch.objects.filter(uploaded_at__lt=before).exclude(file="", refused=""):
        for file in filter(None, (batch.file, batch.refused)):
            file.delete(save=False)
            gone += 1
        batch.file = batch.refused = ""
        batch.save(update_fields=["file", "refused"])
    return gone
