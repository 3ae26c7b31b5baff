"""Who sees and does what with returns."""

from core.policies import Policy
from enterprises.models import Role
from enterprises.policies import rights_of

from .models import CITY, Amendment, Return


class ReturnPolicy(Policy):
    """City staff see all returns, a district its own.

    Actions: submit (its district; the city's by statistician or administrator, both may also stand in for a district),
    approve, send_back (the city's administrators), freeze (statisticians), amend (who may submit), decide (administrators and
    statisticians), prepare, deliver.
    """

    model = Return

    def visible(self, user):
        rights = rights_of(user)
        return Return.objects.all() if rights.city else Return.objects.filter(district__in=rights.districts)

    def may(self, user, action, row):
        rights = rights_of(user)
        city = rights.roles & {Role.CITY_ADMIN, Role.STATISTICIAN}
        if action == "submit" or action == "amend":
            if row.scope == CITY:
                return bool(city)
            return row.district_id in rights.districts or action == "submit" and bool(city)
        if action in ("approve", "send_back"):
            return Role.CITY_ADMIN in rights.roles
        if action == "freeze":
            return Role.STATISTICIAN in rights.roles
        if action == "decide":
            return bool(city)
        if action == "notes":
            return self.may(user, "submit", row)
        return action == "view"

    def stands_in(self, user, row):
        """Whether the user would submit a district's return from outside the district."""
        return row.scope != CITY and row.district_id not in rights_of(user).districts

    def may_read_scope(self, user, scope):
        """Whether the user may see the returns of a scope."""
        rights = rights_of(user)
        return rights.city or scope in rights.districts

    def may_prepare(self, user):
        """Drafts of a month, and who is sent returns, are the city's to arrange."""
        return bool(rights_of(user).roles & {Role.CITY_ADMIN, Role.STATISTICIAN})


class AmendmentPolicy(Policy):
    """A 更正单 is seen with its return."""

    model = Amendment

    def visible(self, user):
        return Amendment.objects.filter(report__in=ReturnPolicy().visible(user))

    def may(self, user, action, row):
        return ReturnPolicy().may(user, action, row.report)
