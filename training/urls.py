"""Three doors: the public list, the classroom, the 工作台."""

from django.urls import path

from .views import check_in, exam_room, feeds, public, team
from .views.desk import (
    attendance,
    closing,
    imports,
    interests,
    making,
    paper_exam,
    planning,
    roster,
    telling,
    timetable,
    today,
)

rounds = (
    [
        path("", public.RoundListView.as_view(), name="list"),
        path("<int:pk>/", public.RoundView.as_view(), name="detail"),
        path("<int:pk>/register/", public.RegisterView.as_view(), name="register"),
        path("calendar.ics", feeds.PublicFeedView.as_view(), name="feed-public"),
        path("feeds/", feeds.FeedsView.as_view(), name="feeds"),
        path("feeds/<slug:token>.ics", feeds.PersonFeedView.as_view(), name="feed"),
        path("interest/", public.InterestView.as_view(), name="interest"),
        path("interest/<int:pk>/withdraw/", public.WithdrawInterestView.as_view(), name="interest-withdraw"),
        path("<int:pk>/confirm/", public.ConfirmView.as_view(), name="confirm"),
        path("<int:pk>/team/<int:enterprise>/", team.TeamView.as_view(), name="team"),
        *(
            path(f"<int:pk>/team/<int:enterprise>/{act}/", team.TeamAct.as_view(act=act), name=f"team-{act}")
            for act in ("cancel", "confirm", "substitute")
        ),
        path("<int:pk>/cancel/", public.CancelView.as_view(), name="cancel"),
        path("<int:pk>/exam/", exam_room.StartView.as_view(), name="exam"),
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
    path("rounds/", planning.RoundListView.as_view(), name="rounds"),
    path("rounds/today/", today.TodayView.as_view(), name="today"),
    path("rounds/wanted/", interests.WantedView.as_view(), name="wanted"),
    path("rounds/calendar/", timetable.CalendarView.as_view(), name="calendar"),
    path("rounds/from/", making.FromTemplateView.as_view(), name="round-from"),
    path("rounds/<int:pk>/told/", telling.ToldView.as_view(), name="told"),
    path("rounds/<int:pk>/change/", making.RoundChangeView.as_view(), name="round-change"),
    path("rounds/<int:pk>/copy/", making.CopyView.as_view(), name="round-copy"),
    path("rounds/<int:pk>/template/", making.KeepAsTemplateView.as_view(), name="round-template"),
    path("rounds/<int:pk>/sessions/", timetable.AddSessionView.as_view(), name="session-add"),
    path("sessions/<int:pk>/move/", timetable.MoveView.as_view(), name="move"),
    path("sessions/<int:pk>/cancel/", timetable.CallOffView.as_view(), name="call-off"),
    path("rounds/new/", making.RoundCreateView.as_view(), name="round-new"),
    path("rounds/<int:pk>/", planning.RoundView.as_view(), name="round"),
    path("rounds/<int:pk>/publish/", planning.PublishView.as_view(), name="publish"),
    path("rounds/<int:pk>/cancel/", planning.CancelRoundView.as_view(), name="cancel-round"),
    path("rounds/<int:pk>/people/", roster.ListPersonView.as_view(), name="list-person"),
    path("rounds/<int:pk>/people/code/", roster.DeskCodeView.as_view(), name="desk-code"),
    path("rounds/<int:pk>/people/cancel/", roster.UnlistView.as_view(), name="unlist"),
    path("rounds/<int:pk>/people/approve/", roster.ApproveView.as_view(), name="approve"),
    path("rounds/<int:pk>/people/refuse/", roster.RefuseView.as_view(), name="refuse"),
    path("rounds/<int:pk>/people/confirm/", roster.ConfirmForView.as_view(), name="confirm-for"),
    path("rounds/<int:pk>/people/substitute/", roster.SubstituteView.as_view(), name="substitute"),
    path("rounds/<int:pk>/people/import/", imports.RosterView.as_view(), name="roster"),
    path("rounds/<int:pk>/people/import/template.xlsx", imports.RosterTemplateView.as_view(), name="roster-template"),
    path("rounds/<int:pk>/people/import/<int:batch>/", imports.RosterImportView.as_view(), name="roster-import"),
    path(
        "rounds/<int:pk>/people/import/<int:batch>/refused.xlsx",
        imports.RosterRefusedView.as_view(),
        name="roster-refused",
    ),
    path("rounds/<int:pk>/exam-room/", exam_room.RoomView.as_view(), name="exam-room"),
    path("rounds/<int:pk>/exam-room/live/", exam_room.RoomLiveView.as_view(), name="exam-room-live"),
    path("rounds/<int:pk>/exam-room/minutes/", exam_room.MinutesView.as_view(), name="exam-minutes"),
    path("rounds/<int:pk>/exam-room/end/", exam_room.EndView.as_view(), name="exam-end"),
    path("rounds/<int:pk>/exam-room/allow/", exam_room.AllowView.as_view(), name="exam-allow"),
    path("rounds/<int:pk>/evidence/", closing.EvidenceView.as_view(), name="evidence"),
    path("rounds/<int:pk>/paper/", paper_exam.PaperExamView.as_view(), name="paper-exam"),
    path("rounds/<int:pk>/paper/template.xlsx", paper_exam.PaperTemplateView.as_view(), name="paper-template"),
    path("rounds/<int:pk>/paper/<int:batch>/", paper_exam.PaperScoresView.as_view(), name="paper-scores"),
    path("rounds/<int:pk>/paper/<int:batch>/refused.xlsx", paper_exam.PaperRefusedView.as_view(), name="paper-refused"),
    path("rounds/<int:pk>/marks/", closing.MarksView.as_view(), name="marks"),
    path("rounds/<int:pk>/close/", closing.CloseView.as_view(), name="close"),
    path("rounds/<int:pk>/correct/", closing.CorrectView.as_view(), name="correct"),
    path("rounds/<int:pk>/correct/marks/", closing.TakeMarksView.as_view(), name="correct-marks"),
    path("evidence/<int:pk>/", closing.EvidenceFileView.as_view(), name="evidence-file"),
    path("sessions/<int:pk>/board/", attendance.BoardView.as_view(), name="board"),
    path("sessions/<int:pk>/board/live/", attendance.BoardLiveView.as_view(), name="board-live"),
    path("sessions/<int:pk>/sheet/", attendance.SheetView.as_view(), name="sheet"),
    path("sessions/<int:pk>/mark/", attendance.MarkView.as_view(), name="mark"),
    path("sessions/<int:pk>/submit/", attendance.SubmitSessionView.as_view(), name="submit-session"),
]
