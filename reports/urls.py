from django.urls import path

from . import views

desk_urls = [
    path("", views.DashboardView.as_view(), name="overview"),
    path("entries/", views.EntriesView.as_view(), name="entries"),
    path("entries/<int:pk>/", views.EntryView.as_view(), name="entry"),
    path("explain/<int:pk>/", views.ExplainView.as_view(), name="explain"),
]
