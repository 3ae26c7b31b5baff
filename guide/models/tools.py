"""A tool: what it is for, how to fill it in, and a blank form to download."""

import hashlib
import json
import re

from django.core.cache import cache
from django.db import models
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.rich_text import get_text_for_indexing
from wagtail.search import index

from core.blocks import ContentField, TableBlock
from core.spreadsheets import Column, write_form

from ..blocks import FormColumns, ToolParts
from ..querysets import ToolManager
from ..related import lessons_about, overviews_of
from .base import LAYER_WORDS, GuidePage, LayeredPage

FORM_VERSION = 2
"""Raised when write_form draws differently, so that stored forms are made anew."""


class ToolIndexPage(GuidePage):
    """All tools, by layer."""

    introduction = models.TextField(_("导语"), blank=True)

    content_panels = [*GuidePage.content_panels, FieldPanel("introduction")]
    parent_page_types = ["guide.GuideIndexPage"]
    subpage_types = ["guide.ToolPage"]
    max_count = 1
    template = "guide/tool_index_page.html"

    class Meta:
        verbose_name = _("工具目录")
        verbose_name_plural = _("工具目录")

    def get_context(self, request, *args, **kwargs):
        layer = request.GET.get("layer", "")
        tools = ToolPage.objects.live().child_of(self).order_by("code").defer_streamfields()
        choices = [{"title": _("全部"), "url": self.url, "current": layer not in LAYER_WORDS}]
        for value, word in LAYER_WORDS.items():
            choices.append({"title": word, "url": f"{self.url}?layer={value}", "current": layer == value})
        if layer in LAYER_WORDS:
            tools = tools.for_layer(layer)
        return super().get_context(request, *args, **kwargs) | {"tools": tools, "layer_choices": choices}


class ToolPage(LayeredPage):
    """One tool. The code (TB41) is its lasting name; the slug is the same in small letters."""

    code = models.CharField(_("编号"), max_length=12, unique=True)
    purpose = models.CharField(_("一句话用途"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("填一次几分钟"), default=5)
    body = ContentField(ToolParts(), blank=True, verbose_name=_("正文"))
    form_title = models.CharField(_("表名"), max_length=60, blank=True, help_text=_("空着 = 没有表可下载"))
    form_instructions = models.TextField(_("填表说明"), blank=True, help_text=_("一行一条"))
    blank_rows = models.PositiveSmallIntegerField(_("空行"), default=15)
    landscape = models.BooleanField(_("横排"), default=False)
    card = models.BooleanField(
        _("一件一张"), default=False, help_text=_("勾上 = 一栏一行竖着排，一张 A4 填一件事；不勾 = 一行一件的台账")
    )
    form_head = models.CharField(
        _("表上头填的几样"), max_length=120, blank=True, help_text=_("整张表只填一回的，用空格隔开，如：编号 版次 批准")
    )
    form_rows = models.TextField(
        _("先印好的行"), blank=True, help_text=_("一行一条，从头一栏起，格子之间用 | 隔开；后面的栏空着等人填")
    )
    columns = ContentField(FormColumns(), blank=True, verbose_name=_("栏"))

    objects = ToolManager()

    content_panels = [
        *LayeredPage.content_panels,
        FieldRowPanel([FieldPanel("code"), FieldPanel("minutes")]),
        FieldPanel("purpose"),
        FieldPanel("layers"),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldPanel("form_title"),
                FieldPanel("form_instructions"),
                FieldRowPanel([FieldPanel("blank_rows"), FieldPanel("landscape"), FieldPanel("card")]),
                FieldPanel("form_head"),
                FieldPanel("form_rows"),
                FieldPanel("columns"),
            ],
            heading=_("空白表"),
        ),
    ]
    search_fields = [
        *LayeredPage.search_fields,
        index.SearchField("code", boost=3),
        index.SearchField("purpose", boost=2),
        index.SearchField("body"),
    ]
    parent_page_types = ["guide.ToolIndexPage"]
    subpage_types = []
    template = "guide/tool_page.html"

    class Meta:
        verbose_name = _("工具页")
        verbose_name_plural = _("工具页")

    @property
    def has_form(self):
        """Whether there is a blank form to download. Without reading the columns: a list defers them."""
        return bool(self.form_title)

    @property
    def form_url(self):
        return f"{self.url}blank.xlsx"

    @property
    def form_filename(self):
        return f"{self.code} {self.form_title}.xlsx"

    def form_arguments(self):
        """The arguments of ``core.spreadsheets.write_form`` for this tool's blank form."""
        columns = []
        for child in self.columns:
            column = dict(child.value)
            example = column["example"]
            if column["kind"] == "number" and example:
                example = float(example) if "." in example else int(example)
            columns.append(
                Column(
                    column["name"],
                    column["width"],
                    column["kind"],
                    list(column["choices"]),
                    None if example == "" else example,
                )
            )
        usage = [(str(_("怎么填")), self.form_instructions.splitlines())]
        for child in self.body:
            if child.block_type in ("use", "when"):
                pieces = re.split(r"</(?:li|p)>", child.value.source)
                lines = [get_text_for_indexing(piece).strip() for piece in pieces]
                usage.append((str(child.block.label), [line for line in lines if line]))
            elif child.block_type == "how":
                usage.append((str(child.block.label), [f"{n}. {step}" for n, step in enumerate(child.value, 1)]))
        return {
            "title": f"{self.form_title}（{self.code}）",
            "columns": columns,
            "blank_rows": self.blank_rows,
            "landscape": self.landscape,
            "card": self.card,
            "head": self.form_head.split(),
            "printed": TableBlock.cells(self.form_rows),
            "usage": [(heading, lines) for heading, lines in usage if lines],
        }

    @cached_property
    def blank_form(self):
        """The blank form as the bytes of an .xlsx; the same page always gives the same bytes. Kept in the cache."""
        arguments = self.form_arguments()
        columns = [vars(column) for column in arguments["columns"]]
        stamp = json.dumps([FORM_VERSION, arguments | {"columns": columns}], sort_keys=True)
        key = f"blank-form:{self.pk}:{hashlib.sha256(stamp.encode()).hexdigest()[:32]}"
        return cache.get_or_set(key, lambda: write_form(**arguments), 24 * 3600)

    def get_context(self, request, *args, **kwargs):
        from .cases import CasePage
        from .clauses import ClausePage

        clauses = ClausePage.objects.live().filter(clause_tools__tool=self).order_by("path").defer_streamfields()
        cases = CasePage.objects.live().filter(case_tools__tool=self).defer_streamfields()
        return super().get_context(request, *args, **kwargs) | {
            "clauses": clauses,
            "cases": cases,
            "lessons": SimpleLazyObject(lambda: lessons_about(self)),
            "overviews": SimpleLazyObject(lambda: overviews_of(self)),
        }
