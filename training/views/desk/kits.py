"""讲师资料 at the desk: what a trainer takes into the classroom, each a PDF."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header

from core.exceptions import DomainError

from ... import kits
from .access import DeskView


class KitView(DeskView):
    """Only for who teaches: answers are among it."""

    def is_welcome(self, request):
        return kits.may_teach(request.user)


class KitsView(KitView):
    def get(self, request):
        rows = [{"kit": kit, "handouts": kits.handouts_for(kit.kind)} for kit in kits.kits().values()]
        return render(request, "training/desk_kits.html", {"rows": rows, "forms": kits.forms()})


class KitFileView(KitView):
    """One document; drawn when first asked for, kept by the process."""

    def get(self, request, kit, key):
        _kit, document = kits.named(kit, key)
        if document is None:
            raise Http404
        try:
            content = kits.drawn(kit, key)
        except DomainError as refused:
            return HttpResponse(refused.sentence, status=503, content_type="text/plain; charset=utf-8")
        response = HttpResponse(content, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(False, document.file_name)
        return response
