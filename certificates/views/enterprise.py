"""我的企业: who of the staff holds which certificate, and who has none."""

from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.paging import keyset_page
from core.policies import policy_for
from enterprises.models import Membership
from enterprises.views.portal import OF_FEW, EnterpriseView

from ..models import Certificate
from .desk import ask


class EnterpriseCertificatesView(EnterpriseView):
    """The people of an enterprise by name, each with the certificates the reader may see; ``?show=none`` those without."""

    def get(self, request, pk):
        without = request.GET.get("show") == "none"
        seen = self.seen()
        people = Membership.objects.open().filter(enterprise=self.enterprise).select_related("person")
        holders = seen.filter(revoked=False).values("holder")
        if without:
            people = people.exclude(person__in=holders)
        page = keyset_page(people, "person_name", request.GET, by=OF_FEW)
        held = {}
        for row in seen.filter(holder__in=[member.person_id for member in page]).order_by("-issued_on"):
            held.setdefault(row.holder_id, []).append(row)
        for member in page:
            member.held = held.get(member.person_id, [])
        everyone = Membership.objects.open().filter(enterprise=self.enterprise).values("person").distinct()
        context = {
            "page": page,
            "without": without,
            "staff": everyone.count(),
            "holding": everyone.filter(person__in=holders).count(),
        }
        return self.answer("certificates/enterprise.html", context)

    def seen(self):
        """The newest version of each certificate of the staff that the reader may see."""
        staff = Membership.objects.open().filter(enterprise=self.enterprise)
        return policy_for(Certificate).visible(self.request.user).newest().filter(holder__in=staff.values("person"))


class EnterpriseBatchView(EnterpriseCertificatesView):
    """All of them as one file."""

    def get(self, request, pk):
        return redirect("certificates:enterprise", pk)

    def post(self, request, pk):
        return ask(request, self.seen().filter(revoked=False), _("%(name)s的证明") % {"name": self.enterprise.name})
