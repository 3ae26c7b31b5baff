"""From a URL's filters and a user's rights to a ledger scope: a district sees its own, whatever the URL says."""

from datetime import date

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import District, Layer, Pilot
from enterprises.policies import rights_of
from ledger.counts import Scope
from ledger.models import Kind, Posting

from .progress import years


class ScopeForm(forms.Form):
    """The filter bar: year and month, district, pilot, layer, kind, and as of which posting."""

    year = forms.TypedChoiceField(label=_("年度"), coerce=int, required=False)
    month = forms.TypedChoiceField(
        label=_("月份"),
        coerce=int,
        required=False,
        empty_value=None,
        choices=[("", _("全年")), *((n, _("%(n)s月") % {"n": n}) for n in range(1, 13))],
    )
    district = forms.ModelChoiceField(label=_("区"), queryset=District.objects.all(), required=False)
    pilot = forms.ModelChoiceField(
        label=_("产业链"),
        queryset=Pilot.objects.all(),
        required=False,
        empty_label=_("全部产业链"),
    )
    layer = forms.ChoiceField(
        label=_("层级"),
        choices=[("", _("全部层级")), *Layer.choices],
        required=False,
    )
    kind = forms.ChoiceField(label=_("类型"), choices=[("", _("全部类型")), *Kind.choices], required=False)
    as_of = forms.DateField(
        label=_("截至哪天的账"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    posting = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    """As of this posting exactly; a frozen figure leads here. A chosen day counts before it."""

    def __init__(self, data, *, rights):
        with_targets = years()
        self.newest = with_targets[0]
        # The year counted is the year shown, also when the address names none.
        given = {"year": self.newest, **{name: value for name, value in data.items() if value}}
        super().__init__(given)
        self.rights = rights
        known = sorted({*with_targets, clock.today().year}, reverse=True)
        self.fields["year"].choices = [(year, _("%(year)s年") % {"year": year}) for year in known]
        if rights.city:
            self.fields["district"].empty_label = _("全市 16 区")
        else:
            self.fields["district"].queryset = District.objects.filter(pk__in=rights.districts)
            self.fields["district"].empty_label = None

    def scope(self):
        """The Scope asked for, never wider than the rights. Bad values in a URL are as if not given."""
        self.full_clean()
        data = getattr(self, "cleaned_data", {})
        year = data.get("year") or self.newest
        month = data.get("month")
        start, end = (date(year, month, 1), _last_day(year, month)) if month else (date(year, 1, 1), date(year, 12, 31))
        district = data.get("district")
        if not self.rights.city:
            district = district or self.fields["district"].queryset.first()
        return Scope(
            start=start,
            end=end,
            district=district.pk if district else None,
            pilot=data["pilot"].pk if data.get("pilot") else None,
            layer=data.get("layer") or None,
            kind=data.get("kind") or None,
            as_of=posting_of(data["as_of"]) if data.get("as_of") else data.get("posting"),
        )

    @property
    def as_of_day(self):
        """The day asked for as 截至, or None for now. Valid after ``scope()``."""
        return self.cleaned_data.get("as_of")

    @property
    def as_of_posting(self):
        """The posting asked for, when no day is. Valid after ``scope()``."""
        return None if self.as_of_day else self.cleaned_data.get("posting")


def _last_day(year, month):
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return date.fromordinal(first_of_next.toordinal() - 1)


def posting_of(day):
    """The number of the last posting made by the end of ``day`` in Shanghai; None for no day, 0 before the first."""
    if day is None or day >= date.max:
        return None
    end = clock.at(date.fromordinal(day.toordinal() + 1))
    newest = Posting.objects.filter(posted_at__lt=end).order_by("-number").values_list("number", flat=True).first()
    return newest or 0


def form_for(request):
    """The ScopeForm of a request. Http404 for who has no business counting."""
    rights = rights_of(request.user)
    if not rights.counts:
        raise Http404
    return ScopeForm(request.GET, rights=rights)
