"""我的企业: what the contact of an enterprise does. District and city staff may open it too, each as far as the policy goes."""

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.db.models import Value
from django.db.models.functions import Concat
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import View

from core import registry
from core.exceptions import DomainError
from core.paging import PAGE, keyset_page
from core.policies import policy_for

from .. import identity, staff
from ..forms import FactsForm, HandOverForm, MoveOutForm, PostForm, ReasonForm, StaffForm
from ..models import Enterprise, Layer, Membership
from ..size_class import size_of

STATES = (
    ("", gettext_lazy("在职")),
    ("waiting", gettext_lazy("待确认")),
    ("left", gettext_lazy("已离开")),
)

OF_FEW = Concat("person__name_key", Value(""))
"""The order of a staff list. As an expression, so that PostgreSQL sorts the few rows of one enterprise instead of walking through
all people of the city in order until it has met enough of them."""

FIELD_OF = {
    "phone.invalid": "phone",
    "phone.taken": "phone",
    "membership.dates": "ended_on",
    "reason.missing": "reason",
}


def glance_of(user, people):
    """{person id: [(label, value, url), …]}: courses, rounds and certificates in a word, as far as ``user`` sees them."""
    glance = {}
    for look in registry.person_glance:
        for person, items in look(user, people).items():
            glance.setdefault(person, []).extend(items)
    return glance


class EnterpriseView(LoginRequiredMixin, View):
    """A page about one enterprise: 404 for the outsider, 403 for who works there but does not keep its list."""

    action = "roster"

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated:
            policy = policy_for(Enterprise)
            self.enterprise = policy.get(request.user, self.action, pk=kwargs["pk"])
            self.may = {act: policy.may(request.user, act, self.enterprise) for act in ("change", "staff", "hand_over")}
        return super().dispatch(request, *args, **kwargs)

    def membership(self, pk):
        """A membership of this enterprise; 404 for any other, whatever was posted."""
        return get_object_or_404(
            Membership.objects.select_related("person__user", "enterprise").filter(enterprise=self.enterprise), pk=pk
        )

    def answer(self, template, context, status=200):
        context = {"enterprise": self.enterprise, "may": self.may} | context
        return render(self.request, template, context, status=status)


class OverviewView(EnterpriseView):
    """The enterprise at a glance: who waits, how many of which layer, its facts and who is its contact."""

    def get(self, request, pk):
        open_rows = Membership.objects.open().filter(enterprise=self.enterprise)
        counted = dict.fromkeys(Layer.values, 0)
        waiting = 0
        for layer, confirmed in open_rows.values_list("layer", "confirmed_at"):
            if confirmed:
                counted[layer] += 1
            else:
                waiting += 1
        context = {
            "layers": [(value, label, counted[value]) for value, label in Layer.choices],
            "total": sum(counted.values()),
            "waiting": waiting,
            "pilots": list(self.enterprise.pilots.all()),
            "contacts": staff.contacts_of(self.enterprise),
            "size_sentence": self.size_sentence(),
        }
        return self.answer("enterprises/overview.html", context)

    def size_sentence(self):
        row = self.enterprise
        return "" if row.size_declared else size_of(row.industry_code, row.employees, row.revenue_band).sentence


class StaffListView(EnterpriseView):
    """The staff list: by layer, searched, 在职 / 待确认 / 已离开, each with what they have learned."""

    def get(self, request, pk):
        state, layer = request.GET.get("state", ""), request.GET.get("layer", "")
        q = request.GET.get("q", "").strip()[:60]
        rows = Membership.objects.filter(enterprise=self.enterprise).select_related("person")
        if state == "left":
            rows = rows.exclude(ended_on=None)
        elif state == "waiting":
            rows = rows.waiting()
        else:
            state = ""
            rows = rows.open().exclude(confirmed_at=None)
        if layer in Layer.values:
            rows = rows.filter(layer=layer)
        if q:
            rows = rows.of_people(q)
        page = keyset_page(rows, "order", request.GET, PAGE, by=OF_FEW)
        glance = glance_of(request.user, [row.person_id for row in page])
        for row in page:
            row.glance = glance.get(row.person_id, [])
        context = {"page": page, "q": q, "state": state, "layer": layer, "states": STATES, "layers": Layer.choices}
        return self.answer("enterprises/staff_list.html", context)


class StaffAddView(EnterpriseView):
    """One more on the list."""

    action = "staff"

    def get(self, request, pk):
        return self.answer("enterprises/staff_form.html", {"form": StaffForm()})

    def post(self, request, pk):
        form = StaffForm(request.POST)
        if form.is_valid():
            try:
                row = staff.add(self.enterprise, actor=request.user, **form.cleaned_data)
            except DomainError as refused:
                form.add_error(FIELD_OF.get(refused.code), refused.sentence)
            else:
                messages.success(request, _("%(name)s 已在名单上。") % {"name": row.person.name})
                if "more" in request.POST:
                    return redirect("enterprises:staff-add", pk)
                return redirect("enterprises:staff", pk)
        return self.answer("enterprises/staff_form.html", {"form": form}, status=422)


class MemberView(EnterpriseView):
    """One person of the list: what they do here, since when, what they learned; forms to change it."""

    def get(self, request, pk, member):
        return self.page(self.membership(member))

    def page(self, row, status=200, **forms):
        past = Membership.objects.filter(enterprise=self.enterprise, person=row.person)
        initial = {"layer": row.layer, "department": row.department, "post": row.post, "tags": row.tags}
        context = {
            "row": row,
            "past": past.order_by("-started_on", "-pk"),
            "glance": glance_of(self.request.user, [row.person_id]).get(row.person_id, []),
            "post_form": PostForm(initial=initial),
            "out_form": MoveOutForm(prefix="out"),
            "refuse_form": ReasonForm(prefix="refuse"),
        }
        return self.answer("enterprises/member.html", context | forms, status=status)


class MemberAct(MemberView):
    """One act on a membership of this enterprise: ``act`` names the method below."""

    action = "staff"
    act = ""

    def get(self, request, pk, member):
        # Signed out while the form was open: after signing in the browser comes back here by GET.
        return redirect("enterprises:member", pk, member)

    def post(self, request, pk, member):
        return getattr(self, self.act)(request, self.membership(member))

    def done(self, sentence, row):
        messages.success(self.request, sentence % {"name": row.person.name})
        return redirect("enterprises:member", self.enterprise.pk, row.pk)

    def change(self, request, row):
        form = PostForm(request.POST)
        return self.by_form(
            "post_form",
            form,
            row,
            lambda data: staff.change(row.pk, actor=request.user, **data),
            _("%(name)s 的任职改好了。"),
        )

    def out(self, request, row):
        form = MoveOutForm(request.POST, prefix="out")
        return self.by_form(
            "out_form",
            form,
            row,
            lambda data: staff.move_out(row.pk, actor=request.user, **data),
            _("%(name)s 已登记离开。"),
        )

    def refuse(self, request, row):
        form = ReasonForm(request.POST, prefix="refuse")
        return self.by_form(
            "refuse_form",
            form,
            row,
            lambda data: staff.refuse(row.pk, actor=request.user, **data),
            _("已说明 %(name)s 不是本企业的人。"),
        )

    def confirm(self, request, row):
        return self.plainly(row, lambda: staff.confirm(row.pk, actor=request.user), _("%(name)s 已确认是本企业的人。"))

    def invite(self, request, row):
        return self.plainly(row, lambda: staff.invite(row.pk, actor=request.user), _("邀请短信已发给 %(name)s。"))

    def by_form(self, name, form, row, act, sentence):
        if form.is_valid():
            try:
                return self.done(sentence, act(form.cleaned_data))
            except DomainError as refused:
                field = FIELD_OF.get(refused.code)
                form.add_error(field if field in form.fields else None, refused.sentence)
        return self.page(row, status=422, **{name: form})

    def plainly(self, row, act, sentence):
        try:
            return self.done(sentence, act())
        except DomainError as refused:
            messages.error(self.request, refused.sentence)
            return redirect("enterprises:member", self.enterprise.pk, row.pk)


class FactsView(EnterpriseView):
    """What is known of the enterprise, to be kept up to date by its contact or its district."""

    action = "change"
    template = "enterprises/facts_form.html"

    def get(self, request, pk):
        return self.answer(self.template, {"form": FactsForm(instance=self.enterprise)})

    def post(self, request, pk):
        form = FactsForm(request.POST, instance=self.enterprise)
        if form.is_valid():
            try:
                identity.set_facts(pk, form.cleaned_data, actor=request.user)
            except DomainError as refused:
                form.add_error(self.field_of(refused.code), refused.sentence)
            else:
                messages.success(request, _("企业信息改好了。"))
                return self.back(pk)
        return self.answer(self.template, {"form": form}, status=422)

    def field_of(self, code):
        fields = {"size.declared": "size_class", "iso.dates": "iso_expires_on"}
        return "industry_code" if code.startswith("industry") else fields.get(code)

    def back(self, pk):
        return redirect("enterprises:overview", pk)


class HandOverView(EnterpriseView):
    """The contact gives the task to a colleague."""

    action = "hand_over"

    def colleagues(self):
        rows = Membership.objects.open().filter(enterprise=self.enterprise).exclude(confirmed_at=None)
        rows = rows.exclude(person__user=None, person__phone=None).exclude(person__user=self.request.user.pk)
        return rows.select_related("person").order_by("person__name_key")

    def get(self, request, pk):
        return self.page(HandOverForm(colleagues=self.colleagues()))

    def post(self, request, pk):
        if request.POST.get("do") == "keep":
            if staff.keep_task(self.enterprise, actor=request.user):
                messages.success(request, _("移交已撤回，您还是联络员。"))
            return redirect("enterprises:hand-over", pk)
        form = HandOverForm(request.POST, colleagues=self.colleagues())
        if form.is_valid():
            to = form.cleaned_data["to"]
            try:
                new = staff.hand_over(self.enterprise, to, actor=request.user)
            except DomainError as refused:
                form.add_error(None, refused.sentence)
            else:
                return self.done(to, waiting=new.user_id is None)
        return self.page(form, status=422)

    def done(self, to, *, waiting):
        name = {"name": to.person.name}
        if not waiting:
            messages.success(self.request, _("联络员已移交给 %(name)s。") % name)
            return redirect("my")
        try:
            staff.invite(to.pk, actor=self.request.user)
            messages.success(self.request, _("已给 %(name)s 发了短信。他用这个手机号登录时就接手，之前还是您。") % name)
        except DomainError as refused:
            messages.warning(
                self.request, _("记下了，%(name)s 登录时就接手。短信没发：") % name + str(refused.sentence)
            )
        return redirect("enterprises:hand-over", self.enterprise.pk)

    def page(self, form, status=200):
        anyone = form.fields["to"].queryset.exists()
        context = {"form": form, "anyone": anyone, "waited_for": staff.waited_for(self.enterprise).first()}
        return self.answer("enterprises/hand_over.html", context, status=status)
