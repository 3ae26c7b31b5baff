from django.urls import path

from . import audit_search, views

desk_urls = [
    path("", views.DashboardView.as_view(), name="overview"),
    path("entries/", views.EntriesView.as_view(), name="entries"),
    path("entries/<int:pk>/", views.EntryView.as_view(), name="entry"),
    path("explain/<int:pk>/", views.ExplainView.as_view(), name="explain"),
    path("audit/", audit_search.AuditView.as_view(), name="audit"),
    path("audit/export.csv", audit_search.AuditExportView.as_view(), name="audit-export"),
    path("retention/", audit_search.RetentionView.as_view(), name="retention"),
]
