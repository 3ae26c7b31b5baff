from django.urls import path

from . import audit_search, own_views, return_views, target_views, views, workbook_views

desk_urls = [
    path("", views.DashboardView.as_view(), name="overview"),
    path("entries/", views.EntriesView.as_view(), name="entries"),
    path("entries/<int:pk>/", views.EntryView.as_view(), name="entry"),
    path("explain/<int:pk>/", views.ExplainView.as_view(), name="explain"),
    path("organisers/<int:pk>/figures/", own_views.OrganiserFiguresView.as_view(), name="organiser-figures"),
    path("enterprises/<int:pk>/figures/", own_views.EnterpriseFiguresView.as_view(), name="enterprise-figures"),
    path("board/", views.MeetingView.as_view(), name="meeting"),
    path("returns/", return_views.ReturnsView.as_view(), name="returns"),
    path("returns/prepare/", return_views.PrepareView.as_view(), name="return-prepare"),
    path("returns/readers/", return_views.ReadersView.as_view(), name="return-readers"),
    path("returns/<int:pk>/", return_views.ReturnView.as_view(), name="return"),
    path("returns/<int:pk>/changes/", return_views.ChangesView.as_view(), name="return-changes"),
    path("returns/<int:pk>/<slug:act>/", return_views.ReturnActView.as_view(), name="return-act"),
    path("workbooks/", workbook_views.WorkbooksView.as_view(), name="workbooks"),
    path("workbooks/<int:pk>/", workbook_views.WorkbookView.as_view(), name="workbook"),
    path("workbooks/<int:pk>/file/", workbook_views.WorkbookFileView.as_view(), name="workbook-file"),
    path("amendments/<int:pk>/", return_views.DecideView.as_view(), name="amendment"),
    path("targets/", target_views.TargetsView.as_view(), name="targets"),
    path("targets/new/", target_views.TargetEditView.as_view(), name="target-new"),
    path("targets/<int:pk>/", target_views.TargetView.as_view(), name="target"),
    path("targets/<int:pk>/edit/", target_views.TargetEditView.as_view(), name="target-edit"),
    path("targets/<int:pk>/plan/", target_views.TargetPlanView.as_view(), name="target-plan"),
    path("figures/<int:pk>/", target_views.FigureView.as_view(), name="figure"),
    path("figures/<int:pk>/proof/", target_views.FigureProofView.as_view(), name="figure-proof"),
    path("audit/", audit_search.AuditView.as_view(), name="audit"),
    path("audit/export.csv", audit_search.AuditExportView.as_view(), name="audit-export"),
    path("retention/", audit_search.RetentionView.as_view(), name="retention"),
]
