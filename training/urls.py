"""Three doors: the public list, the classroom, the 工作台."""

from django.urls import path

from .views import check_in, desk, public

rounds = (
    [
        path("", public.RoundListView.as_view(), name="list"),
        path("<int:pk>/", public.RoundView.as_view(), name="detail"),
        path("<int:pk>/register/", public.RegisterView.as_view(), name="register"),
        path("<int:pk>/cancel/", public.CancelView.as_view(), name="cancel"),
    ],
    "rounds",
)

classroom = (
    [
        path("<int:pk>/digits/", check_in.DigitsView.as_view(), name="digits"),
        path("<int:pk>/here/", check_in.ConfirmView.as_view(), name="confirm"),
        path("<int:pk>/<slug:code>/", check_in.ScanView.as_view(), name="scan"),
    ],
    "check-in",
)

desk_urls = [
    path("rounds/", desk.RoundListView.as_view(), name="rounds"),
    path("rounds/new/", desk.RoundCreateView.as_view(), name="round-new"),
    path("rounds/<int:pk>/", desk.RoundView.as_view(), name="round"),
    path("rounds/<int:pk>/publish/", desk.PublishView.as_view(), name="publish"),
    path("rounds/<int:pk>/cancel/", desk.CancelRoundView.as_view(), name="cancel-round"),
    path("rounds/<int:pk>/people/", desk.ListPersonView.as_view(), name="list-person"),
    path("rounds/<int:pk>/people/code/", desk.DeskCodeView.as_view(), name="desk-code"),
    path("rounds/<int:pk>/people/cancel/", desk.UnlistView.as_view(), name="unlist"),
    path("rounds/<int:pk>/evidence/", desk.EvidenceView.as_view(), name="evidence"),
    path("rounds/<int:pk>/marks/", desk.MarksView.as_view(), name="marks"),
    path("rounds/<int:pk>/close/", desk.CloseView.as_view(), name="close"),
    path("rounds/<int:pk>/correct/", desk.CorrectView.as_view(), name="correct"),
    path("evidence/<int:pk>/", desk.EvidenceFileView.as_view(), name="evidence-file"),
    path("sessions/<int:pk>/board/", desk.BoardView.as_view(), name="board"),
    path("sessions/<int:pk>/board/live/", desk.BoardLiveView.as_view(), name="board-live"),
    path("sessions/<int:pk>/sheet/", desk.SheetView.as_view(), name="sheet"),
    path("sessions/<int:pk>/mark/", desk.MarkView.as_view(), name="mark"),
    path("sessions/<int:pk>/submit/", desk.SubmitSessionView.as_view(), name="submit-session"),
]
