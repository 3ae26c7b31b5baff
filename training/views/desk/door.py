"""The desk at the door: a list to tap, codes to scan, walk-ins; by script also without a network."""

import json
import secrets

import zxingcpp
from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from core import clock, limits
from core.exceptions import DomainError
from core.policies import policy_for
from enterprises.models import Layer

from ... import check_in, desk
from ...models import Registration, Session
from ...refusals import refusals
from ...window import is_leaving
from .access import DeskView

MOST_PICTURE = 400_000
"""Bytes of one camera picture sent to be read."""


class DoorView(DeskView):
    """前台: everybody on the list with what to search them by. The page keeps working without a network (js/door.js)."""

    def get(self, request, pk, **context):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        said = desk.labels(session)
        rows = (
            Registration.objects.on_the_list()
            .filter(round=session.round_id)
            .select_related("person", "enterprise")
            .order_by("sequence")
        )
        people = []
        for row in rows:
            key = row.person.name_key
            tail = (row.person.phone or "")[-4:]
            label, here = said.get(row.pk, ("", False))
            parts = key.split()[:-1]
            people.append(
                {
                    "row": row,
                    "label": label,
                    "here": here,
                    "tail": tail,
                    "find": " ".join(
                        [row.person.name, "".join(parts), "".join(part[0] for part in parts), tail]
                    ).lower(),
                }
            )
        context |= {
            "session": session,
            "round": session.round,
            "people": people,
            "came": sum(1 for one in people if one["here"]),
            "leaving": is_leaving(session),
            "layers": Layer.choices,
            "now": clock.now(),
        }
        return render(request, "training/desk_door.html", context, status=422 if "walk_in" in context else 200)

    def post(self, request, pk):
        """Without script: one tap, or one code typed."""
        session = policy_for(Session).get(request.user, "change", pk=pk)
        one = {
            "nonce": secrets.token_hex(8),
            "registration": request.POST.get("registration", ""),
            "code": request.POST.get("code", "").strip(),
            "leaving": "leaving" in request.POST,
        }
        [answer] = desk.take(session.pk, [one], actor=request.user)
        if answer["outcome"] in (check_in.ACCEPTED, check_in.LEFT):
            messages.success(request, f"{answer['name']}　{answer['label']}")
        else:
            messages.warning(request, answer["sentence"])
        return redirect("desk:door", pk)


class DoorRecordsView(DeskView):
    """The same by script, many at once, also what was written down without a network. GET: what the register says now."""

    def get(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        return JsonResponse({"labels": {key: [label, here] for key, (label, here) in desk.labels(session).items()}})

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        try:
            sent = json.loads(request.body)
            answers = desk.take(session.pk, sent["records"], actor=request.user, sent_at=sent.get("sent_at"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return JsonResponse({"sentence": _("这批记录读不出来，请刷新签到页再传。")}, status=422)
        except DomainError as refused:
            return JsonResponse({"sentence": refused.sentence}, status=422)
        return JsonResponse({"answers": answers})


class DoorReadView(DeskView):
    """Reads the code in a camera picture for browsers that cannot do it themselves. Keeps nothing."""

    http_method_names = ["post"]

    def post(self, request, pk):
        policy_for(Session).get(request.user, "change", pk=pk)
        if not limits.allow(f"door-read:{request.user.pk}", 600, 60):
            return JsonResponse({"code": ""}, status=429)
        upload = request.FILES.get("picture")
        if upload is None or upload.size > MOST_PICTURE:
            return JsonResponse({"code": ""}, status=422)
        try:
            picture = Image.open(upload, formats=["JPEG", "PNG"])
            if picture.width * picture.height > 4_000_000:
                return JsonResponse({"code": ""}, status=422)
            found = zxingcpp.read_barcode(picture.convert("L"))
        except (UnidentifiedImageError, OSError, ValueError):
            return JsonResponse({"code": ""}, status=422)
        return JsonResponse({"code": found.text if found else ""})


class WalkInView(DoorView):
    """现场补报 in one step."""

    http_method_names = ["post"]

    def post(self, request, pk):
        session = policy_for(Session).get(request.user, "change", pk=pk)
        asked = {name: request.POST.get(name, "").strip() for name in ("phone", "name", "firm", "layer")}
        if asked["layer"] not in Layer.values:
            asked["layer"] = ""
        try:
            row = desk.walk_in(
                session.pk, asked["phone"], actor=request.user, **{k: asked[k] for k in ("name", "firm", "layer")}
            )
        except DomainError as refused:
            known = refusals().get(refused.code)
            said = f"{known[1]}。" if known else refused.sentence
            return self.get(request, pk, walk_in=asked | {"error": said, "more": refused.code.startswith("walk_in")})
        messages.success(request, _("%(name)s 补报并签到了。") % {"name": row.registration.person.name})
        return redirect("desk:door", pk)
