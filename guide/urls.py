"""Doors of the guide that are not pages. Included before Wagtail's own."""

from django.urls import path, re_path

from . import views

app_name = "guide"

urlpatterns = [
    re_path(r"^(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})/$", views.by_number, name="by_number"),
    path("print/<slug:key>/", views.PrintView.as_view(), name="print"),
    path("print/<slug:key>/file.pdf", views.printed_file, name="print_file"),
    path("feedback/<int:pk>/", views.FeedbackView.as_view(), name="feedback"),
    path("words/", views.words, name="words"),
    path("tools/<slug:code>/blank.xlsx", views.blank_form, name="blank_form"),
]
