"""What people would come to, for planners: figures only, no names."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from enterprises.models import District
from enterprises.policies import rights_of
from ledger.models import Kind

from ... import interests
from .access import DeskView


class WantedView(DeskView):
    """Districts × kinds: how many people wait for somebody to hold a round. District staff see their own district's line."""

    def get(self, request):
        rights = rights_of(request.user)
        own = None if rights.city or rights.organisers else rights.districts
        found = interests.wanted(own)
        kinds = [(value, label) for value, label in Kind.choices if any(kind == value for _d, kind in found)]
        places = [(row.pk, row.name) for row in District.objects.all() if own is None or row.pk in own]
        if any(district is None for district, _kind in found):
            places.append((None, _("没填单位")))
        rows = [
            (name, [found[key, kind] for kind, _label in kinds], sum(found[key, kind] for kind, _label in kinds))
            for key, name in places
        ]
        totals = [sum(found[key, kind] for key, _name in places) for kind, _label in kinds]
        context = {"kinds": kinds, "rows": rows, "totals": totals, "total": sum(totals)}
        return render(request, "training/desk_wanted.html", context)
