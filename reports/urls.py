from django.urls import path

from .views import audit, dashboards, own, returns, targets, workbooks

desk_urls = [
    path("", dashboards.DashboardView.as_view(), name="overview"),
    path("entries/", dashboards.EntriesView.as_view(), name="entries"),
    path("entries/<int:pk>/", dashboards.EntryView.as_view(), name="entry"),
    path("explain/<int:pk>/", dashboards.ExplainView.as_view(), name="explain"),
    path("organisers/<int:pk>/figures/", own.OrganiserFiguresView.as_view(), name="organiser-figures"),
    path("enterprises/<int:pk>/figures/", own.EnterpriseFiguresView.as_view(), name="enterprise-figures"),
    path("board/", dashboards.MeetingView.as_view(), name="meeting"),
    path("returns/", returns.ReturnsView.as_view(), name="returns"),
    path("returns/prepare/", returns.PrepareView.as_view(), name="return-prepare"),
    path("returns/readers/", returns.ReadersView.as_view(), name="return-readers"),
    path("returns/<int:pk>/", returns.ReturnView.as_view(), name="return"),
    path("returns/<int:pk>/changes/", returns.ChangesView.as_view(), name="return-changes"),
    path("returns/<int:pk>/<slug:act>/", returns.ReturnActView.as_view(), name="return-act"),
    path("workbooks/", workbooks.WorkbooksView.as_view(), name="workbooks"),
    path("workbooks/<int:pk>/", workbooks.WorkbookView.as_view(), name="workbook"),
    path("workbooks/<int:pk>/file/", workbooks.WorkbookFileView.as_view(), name="workbook-file"),
    path("amendments/<int:pk>/", returns.DecideView.as_view(), name="amendment"),
    path("targets/", targets.TargetsView.as_view(), name="targets"),
    path("targets/new/", targets.TargetEditView.as_view(), name="target-new"),
    path("targets/<int:pk>/", targets.TargetView.as_view(), name="target"),
    path("targets/<int:pk>/edit/", targets.TargetEditView.as_view(), name="target-edit"),
    path("targets/<int:pk>/plan/", targets.TargetPlanView.as_view(), name="target-plan"),
    path("figures/<int:pk>/", targets.FigureView.as_view(), name="figure"),
    path("figures/<int:pk>/proof/", targets.FigureProofView.as_view(), name="figure-proof"),
    path("audit/", audit.AuditView.as_view(), name="audit"),
    path("audit/export.csv", audit.AuditExportView.as_view(), name="audit-export"),
    path("retention/", audit.RetentionView.as_view(), name="retention"),
]
