"""From a URL's filters and a user's rights to a ledger scope: a district sees its own, whatever the URL says."""

from datetime import date

from django import forms
from django.http import Http404
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from core import clock
from enterprises.models import District, Enterprise, Layer, Organiser, Pilot, SizeClass
from enterprises.policies import rights_of
from ledger.counts import WITHOUT, Scope
from ledger.models import Entry, FeeNature, Kind, Mode, Posting

from .progress import years


class EnterpriseField(forms.CharField):
    """An enterprise by its code (also a former one) or its whole name; WITHOUT for who named none. Cleans to its key."""

    def clean(self, value):
        text = super().clean(value)
        if text in ("", WITHOUT):
            return text
        found = Enterprise.objects.by_code(text) or Enterprise.objects.listed().filter(name=text).first()
        if found is None or not self.rights.city and not self._is_ours(found):
            raise forms.ValidationError(
                _("没有找到这家企业，这一项没有用上；请填 18 位信用代码，或者一字不差的全称。"), code="enterprise"
            )
        return found.pk

    def _is_ours(self, enterprise):
        """In a district of theirs now, or when it was counted there."""
        ours = self.rights.districts
        return (
            enterprise.district_id in ours
            or Entry.objects.as_of().filter(enterprise=enterprise, district__in=ours).exists()
        )


def _any(label, every, choices):
    return forms.ChoiceField(label=label, choices=[("", every), *choices], required=False)


class ScopeForm(forms.Form):
    """The filter bar: year and month, district, pilot, layer, kind, as of which posting; and what is asked for less often."""

    MORE = ("organiser", "enterprise", "mode", "fee_nature", "size_class")
    """Folded away on the screen until one of them is used."""

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
    layer = _any(_("层级"), _("全部层级"), Layer.choices)
    kind = _any(_("类型"), _("全部类型"), Kind.choices)
    as_of = forms.DateField(
        label=_("截至哪天的账"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    organiser = forms.ModelChoiceField(
        label=_("主办单位"), queryset=Organiser.objects.all(), required=False, empty_label=_("全部单位")
    )
    enterprise = EnterpriseField(
        label=_("企业"),
        required=False,
        max_length=120,
        widget=forms.TextInput(attrs={"placeholder": _("信用代码或全称"), "autocomplete": "off"}),
    )
    mode = _any(_("授课方式"), _("全部方式"), Mode.choices)
    fee_nature = _any(_("收费性质"), _("全部"), FeeNature.choices)
    size_class = _any(_("企业规模"), _("全部规模"), SizeClass.choices)

    posting = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    """As of this posting exactly; a frozen figure leads here. A chosen day counts before it."""

    def __init__(self, data, *, rights):
        with_targets = years()
        self.newest = with_targets[0]
        # The year counted is the year shown, also when the address names none.
        given = {"year": self.newest, **{name: value for name, value in data.items() if value not in (None, "")}}
        super().__init__(given)
        self.rights = self.fields["enterprise"].rights = rights
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
            organiser=data["organiser"].pk if data.get("organiser") else None,
            enterprise=data.get("enterprise") or None,
            mode=data.get("mode") or None,
            fee_nature=data.get("fee_nature") or None,
            size_class=data.get("size_class") or None,
        )

    def query(self, **changes):
        """The filters as a URL has them, some of them changed (None takes one out): what leads to the rows of a figure."""
        words = {name: self.data.get(name) for name in self.fields if name not in self.errors}
        if words["as_of"]:
            del words["posting"]
        words |= changes
        return urlencode({name: value for name, value in words.items() if value not in (None, "")})

    def usual_fields(self):
        """The bound fields that are always seen."""
        return [field for field in self.visible_fields() if field.name not in self.MORE]

    def more_fields(self):
        """Those folded away."""
        return [self[name] for name in self.MORE]

    @property
    def more_used(self):
        """How many of those folded away are in use, or were not understood."""
        return sum(bool(self.data.get(name)) for name in self.MORE)

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
