"""Two doors: what enterprises and their people use, and the 工作台 of those who keep the registry."""

from django.urls import path

from .views import appointments, join

app_name = "enterprises"
urlpatterns = [path("join/", join.JoinView.as_view(), name="join")]

desk_urls = [
    path("appointments/", appointments.AppointmentListView.as_view(), name="appointments"),
    path("appointments/new/", appointments.GrantView.as_view(), name="appointment-new"),
    path("appointments/<int:pk>/", appointments.AppointmentView.as_view(), name="appointment"),
    path("appointments/<int:pk>/extend/", appointments.ExtendView.as_view(), name="appointment-extend"),
    path("appointments/<int:pk>/withdraw/", appointments.WithdrawView.as_view(), name="appointment-withdraw"),
    path("organisers/", appointments.OrganisersView.as_view(), name="organisers"),
    path("organisers/new/", appointments.OrganiserEditView.as_view(), name="organiser-new"),
    path("organisers/<int:pk>/", appointments.OrganiserEditView.as_view(), name="organiser"),
]
