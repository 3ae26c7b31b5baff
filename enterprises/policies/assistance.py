"""Policies of the 帮扶台账, the experts and the register of conflicts."""

from django.db.models import Q

from core.policies import Policy

from ..models import Assistance, AssistancePaper, Conflict, Expert, Role
from .registry import rights_of


def may_keep(user, enterprise):
    """Whether a user keeps the ledger of an enterprise (enter, assign, withdraw): the city's and its district's administrators."""
    rights = rights_of(user)
    return Role.CITY_ADMIN in rights.roles or enterprise.district_id in rights.districts


def may_assist(user, assistance):
    """Whether a user writes down needs and steps: who keeps the ledger, and the administrators of the organiser that helps."""
    return may_keep(user, assistance.enterprise) or assistance.organiser_id in rights_of(user).led_organisers


class AssistancePolicy(Policy):
    """City staff see all, a district its enterprises', an organiser's administrator those it helps, a contact their own (read only).

    Actions: view; change (needs, steps, papers); keep (enter, describe, assign, withdraw).
    """

    model = Assistance

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Assistance.objects.all()
        return Assistance.objects.filter(
            Q(enterprise__district__in=rights.districts)
            | Q(organiser__in=rights.led_organisers)
            | Q(enterprise__in=rights.enterprises)
        )

    def may(self, user, action, row):
        if action == "change":
            return may_assist(user, row)
        return action == "keep" and may_keep(user, row.enterprise)


class AssistancePaperPolicy(Policy):
    """As the assistance it belongs to."""

    model = AssistancePaper

    def visible(self, user):
        return AssistancePaper.objects.filter(step__assistance__in=AssistancePolicy().visible(user))


class ExpertPolicy(Policy):
    """专家库: city and district staff see all, an organiser's administrator its own; kept by the city's administrators."""

    model = Expert

    def visible(self, user):
        rights = rights_of(user)
        return Expert.objects.all() if rights.counts else Expert.objects.filter(organiser__in=rights.led_organisers)

    def may(self, user, action, row):
        return Role.CITY_ADMIN in rights_of(user).roles


class ConflictPolicy(Policy):
    """The register: city staff see all, a district its enterprises', an organiser's administrator its experts'."""

    model = Conflict

    def visible(self, user):
        rights = rights_of(user)
        if rights.city:
            return Conflict.objects.all()
        return Conflict.objects.filter(
            Q(enterprise__district__in=rights.districts) | Q(expert__organiser__in=rights.led_organisers)
        )

    def may(self, user, action, row):
        return may_keep(user, row.enterprise)
