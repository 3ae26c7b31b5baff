"""What a scope is narrowed to, in words: a table that leaves the house narrowed says so."""

from django.utils.translation import gettext as _

from enterprises.models import Enterprise, Layer, Organiser, Pilot, SizeClass
from ledger.models import FeeNature, Kind, Mode
from ledger.scope import WITHOUT


def _chosen(choices):
    return lambda value: choices(value).label


def _named(model):
    return lambda value: model.objects.get(pk=value).name


def narrowed(scope):
    """["层级：一线员工", …]: the filters beside period and district; [] for the whole."""
    ways = [
        (_("产业链"), scope.pilot, _named(Pilot)),
        (_("层级"), scope.layer, _chosen(Layer)),
        (_("类型"), scope.kind, _chosen(Kind)),
        (_("主办单位"), scope.organiser, _named(Organiser)),
        (_("企业"), scope.enterprise, _named(Enterprise)),
        (_("授课方式"), scope.mode, _chosen(Mode)),
        (_("收费性质"), scope.fee_nature, _chosen(FeeNature)),
        (_("企业规模"), scope.size_class, _chosen(SizeClass)),
    ]
    return [f"{word}：{_values(value, said)}" for word, value, said in ways if value is not None]


def _values(value, said):
    values = value if isinstance(value, tuple) else (value,)
    return "、".join(_("没有") if one == WITHOUT else str(said(one)) for one in values)
