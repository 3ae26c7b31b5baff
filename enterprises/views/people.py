"""工作台: the people of the city or of one's district."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from core import registry
from core.exceptions import DomainError
from core.paging import keyset_page
from core.policies import policy_for

from .. import phones, staff
from ..forms import NameForm, PhoneForm
from ..models import Membership, Person
from .access import RegistryView


class PersonListView(RegistryView):
    """人员: by name, pinyin, or phone; in the order of a dictionary."""

    def get(self, request):
        q = request.GET.get("q", "").strip()[:60]
        rows = policy_for(Person).at_desk(request.user).listed()
        if q:
            rows = rows.search(q)
        works = Membership.objects.open().select_related("enterprise__district")
        rows = rows.prefetch_related(Prefetch("memberships", works, to_attr="works"))
        context = {"page": keyset_page(rows, "name_key", request.GET), "q": q}
        return render(request, "enterprises/desk_people.html", context)


class PersonDetailView(RegistryView):
    """One person: where they worked and work, what they learned, and another number when theirs changed."""

    def get(self, request, pk):
        return self.page(self.person(pk))

    def person(self, pk):
        rows = policy_for(Person).at_desk(self.request.user)
        return get_object_or_404(rows.select_related("user", "merged_into"), pk=pk)

    def page(self, row, status=200, **forms):
        policy, user = policy_for(Person), self.request.user
        memberships = policy_for(Membership).visible(user).filter(person=row)
        context = {
            "person": row,
            "memberships": list(memberships.select_related("enterprise__district").order_by("-started_on", "-pk")),
            "histories": [look(user, row) for look in registry.person_history],
            "may": {act: policy.may(user, act, row) for act in ("change", "phone", "by_letter")},
            "phone_form": PhoneForm(prefix="phone"),
            "name_form": NameForm(prefix="name", initial={"name": row.name}),
        }
        return render(self.request, "enterprises/desk_person.html", context | forms, status=status)


class PersonAct(PersonDetailView):
    """One act on a person: ``action`` for the policy, ``kind`` the form's name."""

    action = kind = ""

    def get(self, request, pk):
        # Signed out while the form was open: after signing in the browser comes back here by GET.
        return redirect("desk:person", pk)

    def post(self, request, pk):
        row = self.person(pk)
        if not policy_for(Person).may(request.user, self.action, row):
            raise PermissionDenied
        form = {"phone": PhoneForm, "name": NameForm}[self.kind](request.POST, prefix=self.kind)
        if form.is_valid():
            try:
                self.act(row, form.cleaned_data)
            except DomainError as refused:
                field = refused.code.partition(".")[0]
                form.add_error(field if field in form.fields else None, refused.sentence)
            else:
                messages.success(request, _("改好了，改前改后都记在操作日志里。"))
                return redirect("desk:person", pk)
        return self.page(row, status=422, **{f"{self.kind}_form": form})


class PersonPhoneView(PersonAct):
    action = kind = "phone"

    def act(self, row, data):
        phones.change_by_staff(row, data["phone"], actor=self.request.user, reason=data["reason"])


class PersonNameView(PersonAct):
    action, kind = "change", "name"

    def act(self, row, data):
        staff.rename_person(row.pk, data["name"], actor=self.request.user, reason=data["reason"])
