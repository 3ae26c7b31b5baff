"""Two doors: what enterprises and their people use, and the 工作台 of those who keep the registry."""

from django.urls import path

from .views import (
    appointments,
    assistance,
    desk,
    desk_codes,
    experts,
    exports,
    imports,
    join,
    merging,
    people,
    phone,
    portal,
)

MEMBER = "<int:pk>/staff/<int:member>/"

app_name = "enterprises"
urlpatterns = [
    path("join/", join.JoinView.as_view(), name="join"),
    path("phone/", phone.OwnPhoneView.as_view(), name="phone"),
    path("<int:pk>/", portal.OverviewView.as_view(), name="overview"),
    path("<int:pk>/facts/", portal.FactsView.as_view(), name="facts"),
    path("<int:pk>/hand-over/", portal.HandOverView.as_view(), name="hand-over"),
    path("<int:pk>/assistance/", assistance.OwnAssistanceView.as_view(), name="assistance"),
    path("assistance/papers/<int:pk>/", assistance.PaperView.as_view(), name="assistance-paper"),
    path("<int:pk>/staff/", portal.StaffListView.as_view(), name="staff"),
    path("<int:pk>/staff/new/", portal.StaffAddView.as_view(), name="staff-add"),
    path(MEMBER, portal.MemberView.as_view(), name="member"),
    path(f"{MEMBER}change/", portal.MemberAct.as_view(act="change"), name="member-change"),
    path(f"{MEMBER}out/", portal.MemberAct.as_view(act="out"), name="member-out"),
    path(f"{MEMBER}confirm/", portal.MemberAct.as_view(act="confirm"), name="member-confirm"),
    path(f"{MEMBER}refuse/", portal.MemberAct.as_view(act="refuse"), name="member-refuse"),
    path(f"{MEMBER}invite/", portal.MemberAct.as_view(act="invite"), name="member-invite"),
    path("<int:enterprise>/import/", imports.ImportListView.as_view(), name="imports"),
    path("<int:enterprise>/import/<int:pk>/", imports.ImportView.as_view(), name="import"),
    path("<int:enterprise>/import/<int:pk>/refused.xlsx", imports.ImportRefusedView.as_view(), name="import-refused"),
    path(
        "<int:enterprise>/import/template/<slug:kind>.xlsx",
        imports.ImportTemplateView.as_view(),
        name="import-template",
    ),
    path("<int:enterprise>/export/", exports.ExportView.as_view(), name="export"),
    path("people/<int:pk>/code/", desk_codes.DeskCodeView.as_view(), name="desk-code"),
]

desk_urls = [
    path("import/", imports.ImportListView.as_view(), name="imports"),
    path("import/<int:pk>/", imports.ImportView.as_view(), name="import"),
    path("import/<int:pk>/refused.xlsx", imports.ImportRefusedView.as_view(), name="import-refused"),
    path("import/template/<slug:kind>.xlsx", imports.ImportTemplateView.as_view(), name="import-template"),
    path("export/", exports.ExportView.as_view(), name="export"),
    path("appointments/", appointments.AppointmentListView.as_view(), name="appointments"),
    path("appointments/new/", appointments.GrantView.as_view(), name="appointment-new"),
    path("appointments/<int:pk>/", appointments.AppointmentView.as_view(), name="appointment"),
    path("appointments/<int:pk>/extend/", appointments.ExtendView.as_view(), name="appointment-extend"),
    path("appointments/<int:pk>/withdraw/", appointments.WithdrawView.as_view(), name="appointment-withdraw"),
    path("duplicates/", merging.DuplicatesView.as_view(), name="duplicates"),
    path("duplicates/reviewed/", merging.ReviewedView.as_view(), name="reviewed"),
    path("duplicates/reviewed/<int:pk>/again/", merging.ReviewAgainView.as_view(), name="review-again"),
    path("duplicates/<slug:kind>/<int:winner>/<int:loser>/", merging.PairView.as_view(), name="merge"),
    path("duplicates/<slug:kind>/<int:winner>/<int:loser>/two/", merging.NotSameView.as_view(), name="not-same"),
    path("duplicates/merges/", merging.MergesView.as_view(), name="merges"),
    path("duplicates/merges/<int:pk>/undo/", merging.UndoMergeView.as_view(), name="merge-undo"),
    path("assistance/", assistance.AssistanceListView.as_view(), name="assistances"),
    path("assistance/new/", assistance.EnterView.as_view(), name="assistance-new"),
    path("assistance/export/", assistance.AssistanceExportView.as_view(), name="assistance-export"),
    path("assistance/<int:pk>/", assistance.AssistanceDetailView.as_view(), name="assistance"),
    *(
        path(f"assistance/<int:pk>/{act}/", assistance.AssistanceAct.as_view(act=act), name=f"assistance-{act}")
        for act in ("need", "solve", "step", "paper", "describe", "assign", "withdraw")
    ),
    path("experts/", experts.ExpertListView.as_view(), name="experts"),
    path("experts/new/", experts.ExpertEditView.as_view(), name="expert-new"),
    path("experts/<int:pk>/", experts.ExpertView.as_view(), name="expert"),
    path("experts/<int:pk>/change/", experts.ExpertEditView.as_view(), name="expert-change"),
    path("conflicts/", experts.ConflictListView.as_view(), name="conflicts"),
    path("organisers/", appointments.OrganisersView.as_view(), name="organisers"),
    path("organisers/new/", appointments.OrganiserEditView.as_view(), name="organiser-new"),
    path("organisers/<int:pk>/", appointments.OrganiserEditView.as_view(), name="organiser"),
    path("enterprises/", desk.EnterpriseListView.as_view(), name="enterprises"),
    path("enterprises/<int:pk>/", desk.EnterpriseDetailView.as_view(), name="enterprise"),
    path("enterprises/<int:pk>/facts/", desk.DeskFactsView.as_view(), name="enterprise-facts"),
    path("enterprises/<int:pk>/rename/", desk.RenameView.as_view(), name="enterprise-rename"),
    path("enterprises/<int:pk>/code/", desk.CodeView.as_view(), name="enterprise-code"),
    path("enterprises/<int:pk>/accept-code/", desk.AcceptCodeView.as_view(), name="enterprise-accept-code"),
    path("enterprises/<int:pk>/status/", desk.StatusView.as_view(), name="enterprise-status"),
    path("enterprises/<int:pk>/eligibility/", desk.EligibilityView.as_view(), name="enterprise-eligibility"),
    path("enterprises/<int:pk>/district/", desk.DistrictView.as_view(), name="enterprise-district"),
    path("people/", people.PersonListView.as_view(), name="people"),
    path("people/<int:pk>/", people.PersonDetailView.as_view(), name="person"),
    path("people/<int:pk>/phone/", people.PersonPhoneView.as_view(), name="person-phone"),
    path("people/<int:pk>/name/", people.PersonNameView.as_view(), name="person-name"),
]
