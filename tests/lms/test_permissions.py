"""One table: every named URL × who asks → the answer. Written from the policies; a new URL without a row fails the last test."""

import pytest
from django.core.cache import cache
from django.urls import URLPattern, URLResolver, get_resolver, reverse

pytestmark = pytest.mark.django_db

WHO = ["anonymous", "wang", "beta_contact", "jia_trainer", "yi_trainer", "xiqing", "wuqing", "city"]
"""Nobody; the learner of alpha; the contact of another enterprise; the round's trainer; another organiser's trainer; staff of
alpha's district; staff of another district; the city."""
MORE = ["nobody", "auditor", "alpha_contact"]
"""Signed in without any right; who reads everything and changes nothing; the contact of alpha itself."""
LIKE = {"editor": "nobody", "statistician": "auditor", "jia_admin": "jia_trainer"}
"""Who gets the answers of another, outside the CMS. What a role has of its own is in OWN."""
OWN = {
    # The bank is an editor's room at the desk.
    "editor": {
        "desk:overview": 302,
        **dict.fromkeys(
            [
                *("desk:questions", "desk:question", "desk:question-edit", "desk:question-new", "desk:question-export"),
                *("desk:question-duplicates", "desk:question-imports", "desk:question-template"),
                *("desk:question-import", "desk:question-refused"),
                *("desk:papers", "desk:paper-new", "desk:paper-edit", "desk:paper-sample", "desk:paper-prints"),
                "desk:paper-allowances",
                *("desk:print-paper", "desk:print-sheet", "post desk:print-key"),
            ],
            200,
        ),
        "post desk:paper-prints": 302,
        "post desk:paper-allowances": 422,
        "post desk:question": 422,
        "post desk:question-edit": 422,
        "post desk:question-new": 422,
        "post desk:paper-new": 422,
        "post desk:paper-edit": 422,
        "post desk:question-imports": 422,
        "post desk:question-import": 302,
    },
    # The audit trail is for who audits; a statistician counts.
    "statistician": {
        **dict.fromkeys(["desk:audit", "desk:audit-export", "desk:retention"], 403),
        "desk:return-readers": 200,
        **dict.fromkeys(["desk:return-prepare", "desk:return-act", "desk:amendment"], 302),
        **dict.fromkeys(["post desk:target", "post desk:figure"], 422),
    },
    # An organiser's head gives rights to its own trainers, and helps enterprises.
    "jia_admin": {
        "desk:appointments": 200,
        "desk:appointment-new": 200,
        "desk:assistances": 200,
        "desk:assistance-new": 403,
        "desk:assistance-export": 200,
        "desk:experts": 200,
        "desk:expert-new": 403,
        "desk:conflicts": 200,
    },
}

ALL_200 = "200 200 200 200 200 200 200 200"
SIGNED_IN = "302 200 200 200 200 200 200 200"
ALL_404 = "404 404 404 404 404 404 404 404"
ALL_302 = "302 302 302 302 302 302 302 302"
OWN_GET = "302 200 404 404 404 404 404 404"
SEEN_BY = "302 404 404 200 404 200 404 200"
SEEN_BY_DISTRICT = "302 404 404 200 404 200 404 200"
CHANGED_BY_GET = "302 404 404 200 404 403 404 200"
CHANGED_BY_POST = "302 404 404 302 404 403 404 302"
OWN_BATCH = "302 403 404 404 404 404 404 200"
IMPORTED_BY = "302 404 404 404 404 200 404 200"
COUNTED_BY = "302 404 404 404 404 200 200 200"
TARGETS_BY = "302 404 404 404 404 403 403 422"
OF_ALPHA = "302 404 404 404 404 200 404 200"
OF_ALPHA_POST = "302 404 404 404 404 302 404 302"
NOTHING_CHOSEN = "302 404 404 404 404 404 404 404"
NOBODY_CHOSEN = "302 404 404 404 404 403 404 404"
AT_THE_DESK = "302 404 404 200 200 200 200 200"
NOTHING_SENT = "302 404 404 422 404 403 404 422"
MARKED_BY = "302 404 404 200 200 404 404 200"
CITY_ONLY = "302 404 404 404 404 404 404 200"
BANK_READ = "302 404 404 200 200 404 404 200"
PRINTED_FOR = "302 404 404 200 404 404 404 200"
BANK_EDIT = "302 404 404 403 403 404 404 {city}"

KEPT_BY = "302 403 404 404 404 {x} 404 {x}"
"""The list of alpha's staff: a worker of alpha knows the enterprise but does not keep its list."""
AT_DESK = "302 404 404 404 404 200 404 200"
AT_DESK_ACT = "302 404 404 404 404 422 404 422"
CITY_ACT = "302 404 404 404 404 403 404 422"


def _firm(s):
    return [s.missed.enterprise_id]


def _team(s):
    return [s.round.pk, s.missed.enterprise_id]


def _paper(s):
    return [s.certificate.number]


def _member(s):
    return [s.missed.enterprise_id, s.missed.membership_id]


def _person(s):
    return [s.missed.person_id]


DOORS = [
    # name, method, arguments from the stage, answers in the order of WHO, answers in the order of MORE
    ("healthz", "get", lambda s: [], ALL_200, "200 200 200"),
    ("favicon", "get", lambda s: [], ALL_302, "302 302 302"),
    ("readyz", "get", lambda s: [], ALL_200, "200 200 200"),
    ("home:search", "get", lambda s: [], ALL_200, "200 200 200"),
    ("home:offline", "get", lambda s: [], ALL_200, "200 200 200"),
    ("home:service_worker", "get", lambda s: [], ALL_200, "200 200 200"),
    ("home:manifest", "get", lambda s: [], ALL_200, "200 200 200"),
    ("account_login", "get", lambda s: [], "200 302 302 302 302 302 302 302", "302 302 302"),
    ("account_logout", "post", lambda s: [], ALL_302, "302 302 302"),
    ("login-of-the-admin", "get", lambda s: [], ALL_302, "302 302 302"),
    ("login-of-private-pages", "get", lambda s: [], ALL_302, "302 302 302"),
    # one's own account: everyone signed in, each their own
    ("account_security", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("account_end_others", "post", lambda s: [], ALL_302, "302 302 302"),
    ("account_change_password", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("account_reauthenticate", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("account_agree", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("account_policy", "get", lambda s: ["privacy", "0"], ALL_404, "404 404 404"),
    ("account_privacy", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("account_export", "post", lambda s: [], ALL_302, "302 302 302"),
    ("account_export_file", "get", lambda s: [1], "302 404 404 404 404 404 404 404", "404 404 404"),
    ("account_close", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    # the second factor: changing it asks for the password again; authenticate is only a stage of signing in
    ("mfa_index", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("mfa_authenticate", "get", lambda s: [], ALL_302, "302 302 302"),
    ("mfa_reauthenticate", "get", lambda s: [], ALL_302, "302 302 302"),
    ("mfa_activate_totp", "get", lambda s: [], ALL_302, "302 302 302"),
    ("mfa_deactivate_totp", "get", lambda s: [], "302 404 404 404 404 404 404 404", "404 404 404"),
    ("mfa_view_recovery_codes", "get", lambda s: [], "302 404 404 404 404 404 404 404", "404 404 404"),
    ("mfa_generate_recovery_codes", "get", lambda s: [], ALL_302, "302 302 302"),
    ("mfa_download_recovery_codes", "get", lambda s: [], "302 404 404 404 404 404 404 404", "404 404 404"),
    ("mfa_list_webauthn", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("mfa_add_webauthn", "get", lambda s: [], ALL_302, "302 302 302"),
    ("mfa_reauthenticate_webauthn", "get", lambda s: [], ALL_302, "302 302 302"),
    ("mfa_remove_webauthn", "get", lambda s: [1], ALL_302, "302 302 302"),
    ("mfa_edit_webauthn", "get", lambda s: [1], ALL_302, "302 302 302"),
    ("enterprises:join", "get", lambda s: [], "302 200 200 200 200 200 200 200", "200 200 200"),
    ("enterprises:phone", "get", lambda s: [], "302 200 200 200 200 200 200 200", "200 200 200"),
    # 我的企业: alpha's, for who keeps its list
    ("enterprises:overview", "get", _firm, KEPT_BY.format(x=200), "404 200 200"),
    ("enterprises:facts", "get", _firm, KEPT_BY.format(x=200), "404 403 200"),
    ("enterprises:hand-over", "get", _firm, KEPT_BY.format(x=403), "404 403 200"),
    ("enterprises:staff", "get", _firm, KEPT_BY.format(x=200), "404 200 200"),
    ("enterprises:staff-add", "get", _firm, KEPT_BY.format(x=200), "404 403 200"),
    ("enterprises:member", "get", _member, KEPT_BY.format(x=200), "404 200 200"),
    ("enterprises:member-change", "post", _member, KEPT_BY.format(x=422), "404 403 422"),
    ("enterprises:member-out", "post", _member, KEPT_BY.format(x=422), "404 403 422"),
    ("enterprises:member-confirm", "post", _member, KEPT_BY.format(x=302), "404 403 302"),
    ("enterprises:member-refuse", "post", _member, KEPT_BY.format(x=422), "404 403 422"),
    ("enterprises:member-invite", "post", _member, KEPT_BY.format(x=302), "404 403 302"),
    ("enterprises:desk-code", "post", lambda s: [s.missed.person_id], "302 404 404 404 404 200 404 200", "404 404 200"),
    ("my", "get", lambda s: [], "302 200 200 200 200 200 200 200", "200 200 200"),
    # one's own messages and calendars
    ("notices:inbox", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("notices:read", "post", lambda s: [], ALL_302, "302 302 302"),
    ("notices:preference", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    # study: anyone signed in may enrol; progress belongs to who is enrolled
    ("courses:enrol", "post", lambda s: [s.course.pk], ALL_302, "302 302 302"),
    ("courses:quiz", "post", lambda s: [s.course.pk], ALL_302, "302 302 302"),
    ("courses:lesson-quiz", "post", lambda s: [s.lesson.pk], ALL_302, "302 302 302"),
    ("courses:read", "post", lambda s: [s.lesson.pk], ALL_302, "302 302 302"),
    ("courses:changes", "get", lambda s: [s.course.pk], NOTHING_CHOSEN, "404 404 404"),
    ("courses:ask", "post", lambda s: [s.lesson.pk], ALL_302, "302 302 302"),
    ("courses:film", "get", lambda s: [s.film.pk], ALL_200, "200 200 200"),
    ("courses:film-captions", "get", lambda s: [s.film.pk], ALL_200, "200 200 200"),
    ("courses:film-poster", "get", lambda s: [s.film.pk], ALL_200, "200 200 200"),
    ("courses:deck", "get", lambda s: [s.deck.pk], ALL_200, "200 200 200"),
    ("courses:deck-page", "get", lambda s: [s.deck.pk, 1], ALL_200, "200 200 200"),
    ("courses:handout", "get", lambda s: [s.lesson.pk], ALL_200, "200 200 200"),
    ("courses:handouts", "get", lambda s: [s.course.slug], ALL_200, "200 200 200"),
    ("courses:prior", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("courses:prior-proof", "get", lambda s: [s.prior.pk], "302 200 404 404 404 200 404 200", "404 200 200"),
    ("courses:statement", "get", lambda s: [2026], SIGNED_IN, "200 200 200"),
    # study at the desk: city and district staff; contacts for their own people
    ("desk:study", "get", lambda s: [], "302 404 200 404 404 200 200 200", "404 200 200"),
    ("desk:study-course", "get", lambda s: [s.course.pk], "302 404 200 404 404 200 200 200", "404 200 200"),
    ("desk:study-export", "post", lambda s: [s.course.pk], "302 404 200 404 404 200 200 200", "404 200 200"),
    ("desk:study-copy", "post", lambda s: [s.course.pk], "302 404 404 404 404 403 403 302", "404 403 404"),
    ("desk:enrolment", "get", lambda s: [s.enrolment.pk], OF_ALPHA, "404 200 200"),
    ("desk:assignments", "get", lambda s: [], "302 404 200 404 404 200 200 200", "404 200 200"),
    ("desk:assignment-new", "get", lambda s: [], "302 404 200 404 404 200 200 200", "404 403 200"),
    ("desk:assignment", "get", lambda s: [s.assignment.pk], OF_ALPHA, "404 200 200"),
    ("desk:assignment", "post", lambda s: [s.assignment.pk], "302 404 404 404 404 409 404 409", "404 403 409"),
    ("desk:assigned-extend", "get", lambda s: [s.assigned.pk], OF_ALPHA, "404 403 200"),
    ("desk:priors", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:prior", "get", lambda s: [s.prior.pk], OF_ALPHA, "404 200 404"),
    ("desk:prior", "post", lambda s: [s.prior.pk], "302 404 404 404 404 422 404 422", "404 403 404"),
    # questions: the trainers of the organiser that looks after the course, and the city
    ("desk:asked", "get", lambda s: [], "302 404 404 200 200 404 404 200", "404 200 404"),
    ("desk:asked-one", "get", lambda s: [s.asked.pk], "302 404 404 200 404 404 404 200", "404 200 404"),
    ("desk:asked-one", "post", lambda s: [s.asked.pk], "302 404 404 422 404 404 404 422", "404 403 404"),
    ("courses:progress", "post", lambda s: [s.lesson.pk], "403 422 403 403 403 403 403 403", "403 403 403"),
    # an attempt is its person's alone
    ("quizzes:attempt", "get", lambda s: [s.attempt.pk], OWN_GET, "404 404 404"),
    ("quizzes:paper", "get", lambda s: [s.attempt.pk], "302 204 404 404 404 404 404 404", "404 404 404"),
    ("quizzes:standing", "get", lambda s: [s.attempt.pk], OWN_GET, "404 404 404"),
    ("quizzes:save", "post", lambda s: [s.attempt.pk], "401 409 404 404 404 404 404 404", "404 404 404"),
    ("quizzes:note", "post", lambda s: [s.attempt.pk], "401 409 404 404 404 404 404 404", "404 404 404"),
    ("quizzes:take_over", "post", lambda s: [s.attempt.pk], "302 302 404 404 404 404 404 404", "404 404 404"),
    ("quizzes:submit", "post", lambda s: [s.attempt.pk], "302 409 404 404 404 404 404 404", "404 404 404"),
    ("quizzes:result", "get", lambda s: [s.attempt.pk], "302 302 404 404 404 404 404 404", "404 404 404"),
    # the bank: the city and who teaches read it, editors and the city's administrators keep it; learners never
    ("desk:questions", "get", lambda s: [], BANK_READ, "404 200 404"),
    ("desk:question", "get", lambda s: [s.question.pk], BANK_READ, "404 200 404"),
    ("desk:question", "post", lambda s: [s.question.pk], BANK_EDIT.format(city=422), "404 403 404"),
    ("desk:question-export", "get", lambda s: [], BANK_READ, "404 200 404"),
    ("desk:question-new", "get", lambda s: ["single"], BANK_EDIT.format(city=200), "404 403 404"),
    ("desk:question-new", "post", lambda s: ["single"], BANK_EDIT.format(city=422), "404 403 404"),
    ("desk:question-edit", "get", lambda s: [s.question.pk], BANK_EDIT.format(city=200), "404 403 404"),
    ("desk:question-edit", "post", lambda s: [s.question.pk], BANK_EDIT.format(city=422), "404 403 404"),
    ("desk:question-duplicates", "get", lambda s: [], BANK_EDIT.format(city=200), "404 403 404"),
    ("desk:question-imports", "get", lambda s: [], BANK_EDIT.format(city=200), "404 403 404"),
    ("desk:question-imports", "post", lambda s: [], BANK_EDIT.format(city=422), "404 403 404"),
    ("desk:question-template", "get", lambda s: [], BANK_EDIT.format(city=200), "404 403 404"),
    ("desk:question-import", "get", lambda s: [s.bank_import.pk], BANK_EDIT.format(city=200), "404 403 404"),
    ("desk:question-import", "post", lambda s: [s.bank_import.pk], BANK_EDIT.format(city=302), "404 403 404"),
    ("desk:question-refused", "get", lambda s: [s.bank_import.pk], BANK_EDIT.format(city=200), "404 403 404"),
    ("desk:papers", "get", lambda s: [], BANK_READ, "404 200 404"),
    ("desk:paper-sample", "get", lambda s: [s.attempt.quiz_id], BANK_READ, "404 200 404"),
    ("desk:paper-new", "get", lambda s: [], BANK_EDIT.format(city=200), "404 403 404"),
    ("desk:paper-new", "post", lambda s: [], BANK_EDIT.format(city=422), "404 403 404"),
    ("desk:paper-edit", "get", lambda s: [s.attempt.quiz_id], BANK_EDIT.format(city=200), "404 403 404"),
    ("desk:paper-edit", "post", lambda s: [s.attempt.quiz_id], BANK_EDIT.format(city=422), "404 403 404"),
    ("desk:paper-allowances", "get", lambda s: [s.attempt.quiz_id], BANK_EDIT.format(city=200), "404 403 404"),
    ("desk:paper-allowances", "post", lambda s: [s.attempt.quiz_id], BANK_EDIT.format(city=422), "404 403 404"),
    # papers for print: drawn by who keeps the bank or teaches; the city and who runs the round see a round's
    ("desk:paper-prints", "get", lambda s: [s.attempt.quiz_id], BANK_READ, "404 200 404"),
    ("desk:paper-prints", "post", lambda s: [s.attempt.quiz_id], "302 404 404 302 302 404 404 302", "404 403 404"),
    ("desk:print-paper", "get", lambda s: [s.printed.pk], PRINTED_FOR, "404 200 404"),
    ("desk:print-sheet", "get", lambda s: [s.printed.pk], PRINTED_FOR, "404 200 404"),
    ("desk:print-key", "post", lambda s: [s.printed.pk], PRINTED_FOR, "404 200 404"),
    ("quizzes:picture", "get", lambda s: ["0" * 64], "302 404 404 404 404 404 404 404", "404 404 404"),
    ("quizzes:mistakes", "get", lambda s: [], "302 200 200 200 200 200 200 200", "200 200 200"),
    ("quizzes:practice", "get", lambda s: [], "302 200 200 200 200 200 200 200", "200 200 200"),
    ("quizzes:practice-answer", "post", lambda s: [1], "302 404 404 404 404 404 404 404", "404 404 404"),
    ("rounds:exam", "post", lambda s: [s.round.pk], "302 302 404 404 404 404 404 404", "404 404 404"),
    # the anonymous sheet: who is on the list
    ("rounds:survey", "get", lambda s: [s.round.pk], OWN_GET, "404 404 404"),
    # the exam room: who changes the round
    ("desk:exam-room", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:exam-room-live", "get", lambda s: [s.round.pk], "200 404 404 200 404 403 404 200", "404 403 404"),
    ("desk:exam-minutes", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:exam-end", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:exam-allow", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:paper-exam", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:paper-exam", "post", lambda s: [s.round.pk], "302 404 404 422 404 403 404 422", "404 403 404"),
    ("desk:paper-template", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:paper-scores", "get", lambda s: [s.round.pk, s.scores.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:paper-scores", "post", lambda s: [s.round.pk, s.scores.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:paper-refused", "get", lambda s: [s.round.pk, s.scores.pk], CHANGED_BY_GET, "404 403 404"),
    ("quizzes:appeal", "get", lambda s: [s.attempt.pk], "302 302 404 404 404 404 404 404", "404 404 404"),
    # the public list and one's own registration
    ("rounds:list", "get", lambda s: [], ALL_200, "200 200 200"),
    ("rounds:detail", "get", lambda s: [s.round.pk], ALL_200, "200 200 200"),
    ("rounds:register", "post", lambda s: [s.round.pk], ALL_302, "302 302 302"),
    ("rounds:cancel", "post", lambda s: [s.round.pk], "302 302 404 404 404 404 404 404", "404 404 404"),
    ("rounds:leave", "get", lambda s: [s.round.pk], OWN_GET, "404 404 404"),
    ("rounds:leave-withdraw", "post", lambda s: [s.round.pk, 10**9], NOTHING_CHOSEN, "404 404 404"),
    ("check-in:card", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("check-in:card-live", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("rounds:confirm", "post", lambda s: [s.round.pk], "302 302 404 404 404 404 404 404", "404 404 404"),
    ("rounds:feed-public", "get", lambda s: [], ALL_200, "200 200 200"),
    ("rounds:feeds", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    # who knows the address reads it, signed in or not; an invented one is not there
    ("rounds:feed", "get", lambda s: ["1-learner-" + "0" * 32], ALL_404, "404 404 404"),
    ("rounds:interest", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("rounds:interest-withdraw", "post", lambda s: [10**9], "302 404 404 404 404 404 404 404", "404 404 404"),
    # a contact's own people in a round; without a choice there is nothing to cancel, confirm or replace
    ("rounds:team", "get", _team, KEPT_BY.format(x=200), "404 403 200"),
    ("rounds:team-cancel", "post", _team, KEPT_BY.format(x=404), "404 403 404"),
    ("rounds:team-confirm", "post", _team, KEPT_BY.format(x=404), "404 403 404"),
    ("rounds:team-substitute", "post", _team, KEPT_BY.format(x=404), "404 403 404"),
    # the door: without a ticket everybody is refused
    (
        "check-in:scan",
        "get",
        lambda s: [s.round.sessions.first().pk, "1-abc"],
        "403 403 403 403 403 403 403 403",
        "403 403 403",
    ),
    (
        "check-in:digits",
        "post",
        lambda s: [s.round.sessions.first().pk],
        "403 403 403 403 403 403 403 403",
        "403 403 403",
    ),
    (
        "check-in:confirm",
        "get",
        lambda s: [s.round.sessions.first().pk],
        "403 403 403 403 403 403 403 403",
        "403 403 403",
    ),
    (
        "check-in:walk-in",
        "post",
        lambda s: [s.round.sessions.first().pk],
        "302 403 403 403 403 403 403 403",
        "403 403 403",
    ),
    # the 工作台
    ("desk:overview", "get", lambda s: [], "302 404 404 302 302 200 200 200", "404 200 404"),
    # targets: who counts sees them; the city's administrators write them down, statisticians too give and agree to figures
    ("desk:targets", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:targets", "post", lambda s: [], "302 404 404 404 404 403 403 302", "404 403 404"),
    ("desk:target-new", "get", lambda s: [], "302 404 404 404 404 403 403 200", "404 403 404"),
    ("desk:target-new", "post", lambda s: [], TARGETS_BY, "404 403 404"),
    ("desk:target", "get", lambda s: [s.figure.target_id], COUNTED_BY, "404 200 404"),
    ("desk:target", "post", lambda s: [s.figure.target_id], TARGETS_BY, "404 403 404"),
    ("desk:target-edit", "get", lambda s: [s.figure.target_id], "302 404 404 404 404 403 403 200", "404 403 404"),
    ("desk:target-edit", "post", lambda s: [s.figure.target_id], TARGETS_BY, "404 403 404"),
    ("desk:target-plan", "get", lambda s: [s.figure.target_id], COUNTED_BY, "404 200 404"),
    ("desk:figure", "get", lambda s: [s.figure.pk], COUNTED_BY, "404 200 404"),
    ("desk:figure", "post", lambda s: [s.figure.pk], TARGETS_BY, "404 403 404"),
    ("desk:figure-proof", "get", lambda s: [s.figure.pk], COUNTED_BY, "404 200 404"),
    ("desk:entries", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:organiser-table", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:gaps", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:entry", "get", lambda s: [s.entry.pk], "302 404 404 404 404 200 404 200", "404 200 404"),
    ("desk:explain", "get", lambda s: [s.missed.pk], "302 404 404 200 404 200 404 200", "404 200 200"),
    # returns: the city's staff, and a district its own; steps in the wrong state are told so on the page
    (
        "desk:organiser-figures",
        "get",
        lambda s: [s.round.owner_id],
        "302 404 404 200 404 404 404 200",
        "404 200 404",
    ),
    ("desk:enterprise-figures", "get", _firm, "302 403 404 404 404 200 404 200", "404 200 200"),
    ("desk:meeting", "get", lambda s: [], CITY_ONLY, "404 200 404"),
    ("desk:returns", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:return-prepare", "post", lambda s: [], "302 404 404 404 404 403 403 302", "404 403 404"),
    ("desk:return", "get", lambda s: [s.report.pk], AT_DESK, "404 200 404"),
    ("desk:return-changes", "get", lambda s: [s.report.pk], AT_DESK, "404 200 404"),
    ("desk:return-act", "post", lambda s: [s.report.pk, "submit"], OF_ALPHA_POST, "404 403 404"),
    ("desk:return-readers", "get", lambda s: [], "302 404 404 404 404 403 403 200", "404 403 404"),
    ("desk:workbooks", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:workbook", "get", lambda s: [10**9], "302 404 404 404 404 404 404 404", "404 404 404"),
    ("desk:workbook-file", "get", lambda s: [10**9], "302 404 404 404 404 404 404 404", "404 404 404"),
    ("desk:amendment", "post", lambda s: [s.amendment.pk], "302 404 404 404 404 404 404 302", "404 403 404"),
    # the registry: not for organisers
    ("desk:enterprises", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:enterprise", "get", _firm, AT_DESK, "404 200 404"),
    ("desk:enterprise-facts", "get", _firm, AT_DESK, "404 403 404"),
    ("desk:enterprise-rename", "post", _firm, AT_DESK_ACT, "404 403 404"),
    ("desk:enterprise-code", "post", _firm, AT_DESK_ACT, "404 403 404"),
    ("desk:enterprise-accept-code", "post", _firm, CITY_ACT, "404 403 404"),
    ("desk:enterprise-status", "post", _firm, AT_DESK_ACT, "404 403 404"),
    ("desk:enterprise-eligibility", "post", _firm, AT_DESK_ACT, "404 403 404"),
    ("desk:enterprise-district", "post", _firm, CITY_ACT, "404 403 404"),
    ("desk:people", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:person", "get", _person, AT_DESK, "404 200 404"),
    ("desk:person-phone", "post", _person, AT_DESK_ACT, "404 403 404"),
    ("desk:person-name", "post", _person, AT_DESK_ACT, "404 403 404"),
    ("desk:person-letter", "get", _person, "302 404 404 404 404 403 404 200", "404 403 404"),
    ("desk:audit", "get", lambda s: [], "302 404 404 403 403 403 403 200", "404 200 404"),
    ("desk:audit-export", "post", lambda s: [], "302 404 404 403 403 403 403 200", "404 200 404"),
    ("desk:retention", "get", lambda s: [], "302 404 404 403 403 403 403 200", "404 200 404"),
    ("desk:rounds", "get", lambda s: [], "302 404 404 200 200 200 200 200", "404 200 404"),
    ("desk:round-new", "get", lambda s: [], "302 404 404 200 200 403 403 200", "404 403 404"),
    ("desk:round", "get", lambda s: [s.round.pk], SEEN_BY, "404 200 404"),
    ("desk:publish", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:cancel-round", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:list-person", "post", lambda s: [s.round.pk], "302 404 404 422 404 403 404 422", "404 403 404"),
    ("desk:desk-code", "post", lambda s: [s.round.pk], "302 404 404 404 404 403 404 404", "404 403 404"),
    ("desk:unlist", "post", lambda s: [s.round.pk], "302 404 404 404 404 403 404 404", "404 403 404"),
    ("desk:approve", "post", lambda s: [s.round.pk], NOBODY_CHOSEN, "404 403 404"),
    ("desk:refuse", "post", lambda s: [s.round.pk], NOBODY_CHOSEN, "404 403 404"),
    ("desk:confirm-for", "post", lambda s: [s.round.pk], NOBODY_CHOSEN, "404 403 404"),
    ("desk:substitute", "post", lambda s: [s.round.pk], NOBODY_CHOSEN, "404 403 404"),
    ("desk:roster", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:roster-template", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:roster-import", "get", lambda s: [s.round.pk, s.roster.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:roster-refused", "get", lambda s: [s.round.pk, s.roster.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:kits", "get", lambda s: [], "302 404 404 200 200 404 404 200", "404 200 404"),
    (
        "desk:kit-file",
        "get",
        lambda s: ["jizhong", "agenda"],
        "302 404 404 200 200 404 404 200",
        "404 200 404",
    ),
    ("desk:wanted", "get", lambda s: [], AT_THE_DESK, "404 200 404"),
    ("desk:today", "get", lambda s: [], AT_THE_DESK, "404 200 404"),
    ("desk:calendar", "get", lambda s: [], AT_THE_DESK, "404 200 404"),
    ("desk:round-from", "get", lambda s: [], "302 404 404 200 200 403 403 200", "404 403 404"),
    ("desk:message", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:told", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:round-change", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:round-copy", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:round-template", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:session-add", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:teaching", "post", lambda s: [s.round.sessions.first().pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:move", "get", lambda s: [s.round.sessions.first().pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:call-off", "post", lambda s: [s.round.sessions.first().pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:evidence", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:evidence-change", "post", lambda s: [s.evidence.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:counts", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:issued", "get", lambda s: [s.closed.pk], SEEN_BY, "404 200 404"),
    ("desk:archive", "get", lambda s: [s.closed.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:archive", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:archive-state", "get", lambda s: [s.closed.pk], "200 404 404 200 404 403 404 200", "404 403 404"),
    ("desk:archive-done", "post", lambda s: [s.closed.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:archive-file", "get", lambda s: [s.archive.pk], "302 404 404 302 404 403 404 302", "404 302 404"),
    ("desk:counts", "post", lambda s: [s.round.pk], NOTHING_SENT, "404 403 404"),
    ("desk:eligible", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:resits", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:practice", "get", lambda s: [s.round.sessions.first().pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:marks", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:close", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:correct-marks", "post", lambda s: [s.closed.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:correct-approve", "post", lambda s: [s.closed.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:correct", "post", lambda s: [s.closed.pk], "302 404 404 404 404 403 404 404", "404 403 404"),
    ("desk:corrections", "get", lambda s: [], "302 404 404 200 200 200 200 200", "404 200 404"),
    ("desk:correction", "get", lambda s: [s.correction.pk], SEEN_BY, "404 200 404"),
    ("desk:correction-approve", "post", lambda s: [s.correction.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:correction-refuse", "post", lambda s: [s.correction.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:correction-withdraw", "post", lambda s: [s.correction.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:survey", "get", lambda s: [s.round.pk], SEEN_BY, "404 200 404"),
    ("desk:survey-close", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:survey-papers", "post", lambda s: [s.round.pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:survey-poster", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:evidence-file", "get", lambda s: [s.evidence.pk], CHANGED_BY_GET, "404 200 404"),
    ("desk:board", "get", lambda s: [s.round.sessions.first().pk], CHANGED_BY_GET, "404 403 404"),
    (
        "desk:board-live",
        "get",
        lambda s: [s.round.sessions.first().pk],
        "200 404 404 200 404 403 404 200",
        "404 403 404",
    ),
    ("desk:window", "post", lambda s: [s.round.sessions.first().pk], CHANGED_BY_POST, "404 403 404"),
    ("desk:door", "get", lambda s: [s.round.sessions.first().pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:door-records", "get", lambda s: [s.round.sessions.first().pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:door-read", "post", lambda s: [s.round.sessions.first().pk], NOTHING_SENT, "404 403 404"),
    ("desk:walk-in", "post", lambda s: [s.round.sessions.first().pk], NOTHING_SENT, "404 403 404"),
    (
        "desk:make-up",
        "post",
        lambda s: [s.round.sessions.first().pk],
        "302 404 404 404 404 403 404 404",
        "404 403 404",
    ),
    ("desk:register", "get", lambda s: [s.round.sessions.first().pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:sheets", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:sheet-template", "get", lambda s: [s.round.pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:sheet-import", "get", lambda s: [s.round.pk, 10**9], "302 404 404 404 404 403 404 404", "404 403 404"),
    ("desk:requests", "get", lambda s: [], AT_THE_DESK, "404 200 404"),
    ("desk:request", "post", lambda s: [10**9], NOTHING_CHOSEN, "404 404 404"),
    ("desk:sheet", "get", lambda s: [s.round.sessions.first().pk], CHANGED_BY_GET, "404 403 404"),
    ("desk:mark", "post", lambda s: [s.round.sessions.first().pk], "302 404 404 404 404 403 404 404", "404 403 404"),
    ("desk:submit-session", "post", lambda s: [s.round.sessions.first().pk], CHANGED_BY_POST, "404 403 404"),
    # the registry's keepers: appointments by who may give them, organisers by the city
    ("desk:appointments", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:appointment-new", "get", lambda s: [], COUNTED_BY, "404 403 404"),
    ("desk:appointment", "get", lambda s: [s.appointment.pk], OF_ALPHA, "404 200 404"),
    ("desk:appointment-extend", "post", lambda s: [s.appointment.pk], OF_ALPHA_POST, "404 403 404"),
    ("desk:appointment-withdraw", "post", lambda s: [s.appointment.pk], OF_ALPHA_POST, "404 403 404"),
    ("desk:duplicates", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:reviewed", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:review-again", "post", lambda s: [10**9], "302 404 404 404 404 302 302 302", "404 302 404"),
    ("desk:merge", "get", lambda s: ["person", s.entry.person_id, s.missed.person_id], OF_ALPHA, "404 200 404"),
    (
        "desk:not-same",
        "post",
        lambda s: ["person", s.entry.person_id, s.missed.person_id],
        OF_ALPHA_POST,
        "404 302 404",
    ),
    ("desk:merges", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:merge-undo", "post", lambda s: [s.merge.pk], OF_ALPHA_POST, "404 403 404"),
    ("desk:assistances", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:assistance-new", "get", lambda s: [], COUNTED_BY, "404 403 404"),
    ("desk:assistance-export", "post", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:assistance", "get", lambda s: [s.assistance.pk], OF_ALPHA, "404 200 404"),
    ("desk:assistance-need", "post", lambda s: [s.assistance.pk], "302 404 404 404 404 422 404 422", "404 403 404"),
    ("desk:assistance-solve", "post", lambda s: [s.assistance.pk], NOTHING_CHOSEN, "404 403 404"),
    ("desk:assistance-step", "post", lambda s: [s.assistance.pk], "302 404 404 404 404 422 404 422", "404 403 404"),
    ("desk:assistance-paper", "post", lambda s: [s.assistance.pk], NOTHING_CHOSEN, "404 403 404"),
    ("desk:assistance-describe", "post", lambda s: [s.assistance.pk], OF_ALPHA_POST, "404 403 404"),
    ("desk:assistance-assign", "post", lambda s: [s.assistance.pk], NOTHING_CHOSEN, "404 403 404"),
    ("desk:assistance-withdraw", "post", lambda s: [s.assistance.pk], OF_ALPHA_POST, "404 403 404"),
    (
        "enterprises:assistance",
        "get",
        lambda s: [s.assistance.enterprise_id],
        "302 403 404 404 404 200 404 200",
        "404 200 200",
    ),
    ("enterprises:assistance-paper", "get", lambda s: [s.paper.pk], OF_ALPHA, "404 200 200"),
    ("desk:experts", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:expert-new", "get", lambda s: [], "302 404 404 404 404 403 403 200", "404 403 404"),
    ("desk:expert", "get", lambda s: [s.expert.pk], COUNTED_BY, "404 200 404"),
    ("desk:expert-change", "get", lambda s: [s.expert.pk], "302 404 404 404 404 403 403 200", "404 403 404"),
    ("desk:conflicts", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:organisers", "get", lambda s: [], CITY_ONLY, "404 200 404"),
    ("desk:organiser-new", "get", lambda s: [], CITY_ONLY, "404 403 404"),
    ("desk:organiser", "get", lambda s: [s.round.owner_id], CITY_ONLY, "404 403 404"),
    # marking: the city's staff see what waits, organisers' too as far as it is theirs; an answer is for who holds it
    ("desk:marking", "get", lambda s: [], MARKED_BY, "404 200 404"),
    ("desk:marking", "post", lambda s: [], "302 404 404 403 403 404 404 302", "404 403 404"),
    ("desk:marking-answer", "get", lambda s: [10**9], NOTHING_CHOSEN, "404 404 404"),
    ("desk:appeals", "get", lambda s: [], MARKED_BY, "404 200 404"),
    ("desk:appeal", "get", lambda s: [10**9], NOTHING_CHOSEN, "404 404 404"),
    ("desk:quizzes", "get", lambda s: [], MARKED_BY, "404 200 404"),
    ("desk:quiz-analysis", "get", lambda s: [s.attempt.quiz_id], CITY_ONLY, "404 200 404"),
    (
        "desk:quiz-analysis",
        "post",
        lambda s: [s.attempt.quiz_id],
        "302 404 404 404 404 404 404 302",
        "404 302 404",
    ),
    ("desk:quiz-analysis-export", "get", lambda s: [s.attempt.quiz_id], NOTHING_CHOSEN, "404 404 404"),
    ("desk:regrade", "get", lambda s: ["stage-0"], CITY_ONLY, "404 200 404"),
    ("desk:regrade", "post", lambda s: ["stage-0"], "302 404 404 404 404 404 404 422", "404 403 404"),
    ("desk:regrading", "get", lambda s: [10**9], NOTHING_CHOSEN, "404 404 404"),
    # workbooks in and out: own batches at the desk, at one enterprise for who keeps it; a member sees it and may not
    ("desk:imports", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:imports", "post", lambda s: [], "302 404 404 404 404 422 422 422", "404 403 404"),
    ("desk:import", "get", lambda s: [s.batch.pk], IMPORTED_BY, "404 200 404"),
    ("desk:import", "post", lambda s: [s.batch.pk], "302 404 404 404 404 302 404 302", "404 403 404"),
    ("desk:import", "get", lambda s: [s.own_batch.pk], "302 404 404 404 404 404 404 404", "404 404 404"),
    ("desk:import-refused", "get", lambda s: [s.batch.pk], IMPORTED_BY, "404 200 404"),
    ("desk:import-template", "get", lambda s: ["enterprises"], COUNTED_BY, "404 200 404"),
    ("desk:export", "get", lambda s: [], COUNTED_BY, "404 200 404"),
    ("desk:export", "post", lambda s: [], "302 404 404 404 404 422 422 422", "404 422 404"),
    ("enterprises:imports", "get", lambda s: [s.own_batch.enterprise_id], KEPT_BY.format(x=200), "404 403 200"),
    ("enterprises:import", "get", lambda s: [s.own_batch.enterprise_id, s.own_batch.pk], OWN_BATCH, "404 403 200"),
    (
        "enterprises:import",
        "get",
        lambda s: [s.own_batch.enterprise_id, s.batch.pk],
        "302 403 404 404 404 404 404 404",
        "404 403 404",
    ),
    (
        "enterprises:import-refused",
        "get",
        lambda s: [s.own_batch.enterprise_id, s.own_batch.pk],
        OWN_BATCH,
        "404 403 200",
    ),
    (
        "enterprises:import-template",
        "get",
        lambda s: [s.own_batch.enterprise_id, "staff"],
        KEPT_BY.format(x=200),
        "404 403 200",
    ),
    ("enterprises:export", "get", lambda s: [s.own_batch.enterprise_id], KEPT_BY.format(x=200), "404 403 200"),
    # certificates: the public page masks the name; the paper itself is for the holder and who issued it
    ("certificates:verify", "get", lambda s: [], ALL_200, "200 200 200"),
    ("certificates:by_token", "get", lambda s: [s.certificate.token], ALL_200, "200 200 200"),
    ("certificates:detail", "get", lambda s: [s.certificate.number], "302 200 404 200 404 200 404 200", "404 200 200"),
    ("certificates:pdf", "get", lambda s: [s.certificate.number], "302 302 404 302 404 302 404 302", "404 302 302"),
    ("certificates:picture", "get", lambda s: [s.certificate.number], "302 200 404 200 404 200 404 200", "404 200 200"),
    ("certificates:by_token_json", "get", lambda s: [s.certificate.token], ALL_200, "200 200 200"),
    ("certificates:by_token_credential", "get", lambda s: [s.certificate.token], ALL_200, "200 200 200"),
    ("certificates:credential", "get", _paper, "302 200 404 200 404 200 404 200", "404 200 200"),
    ("certificates:offline", "get", lambda s: [], ALL_200, "200 200 200"),
    ("certificates:keys", "get", lambda s: [], ALL_200, "200 200 200"),
    ("certificates:statistics", "get", lambda s: [], ALL_200, "200 200 200"),
    ("certificates:wall", "get", lambda s: [], SIGNED_IN, "200 200 200"),
    ("certificates:enterprise", "get", _firm, KEPT_BY.format(x=200), "404 200 200"),
    ("certificates:enterprise_batch", "post", _firm, KEPT_BY.format(x=302), "404 302 302"),
    ("certificates:batch", "get", lambda s: [1], NOTHING_CHOSEN, "404 404 404"),
    ("certificates:batch_file", "get", lambda s: [1], NOTHING_CHOSEN, "404 404 404"),
    # at the desk everybody finds what they see elsewhere; only the city corrects and revokes
    ("desk:certificates", "get", lambda s: [], AT_THE_DESK, "404 200 404"),
    ("desk:certificate-batch", "post", lambda s: [], "302 404 404 302 302 302 302 302", "404 302 404"),
    ("desk:certificate", "get", _paper, SEEN_BY_DISTRICT, "404 200 404"),
    ("desk:certificate-correct", "post", _paper, "302 404 404 403 404 403 404 422", "404 403 404"),
    ("desk:certificate-revoke", "post", _paper, "302 404 404 403 404 403 404 422", "404 403 404"),
    ("desk:certificate-restore", "post", _paper, "302 404 404 403 404 403 404 302", "404 403 404"),
    # the guide is for everyone
    ("guide:words", "get", lambda s: [], ALL_200, "200 200 200"),
    ("guide:feedback", "post", lambda s: [s.course.pk], "422 422 422 422 422 422 422 422", "422 422 422"),
    ("guide:print", "get", lambda s: ["99-9"], "404 404 404 404 404 404 404 404", "404 404 404"),
    ("guide:print_file", "get", lambda s: ["99-9"], "404 404 404 404 404 404 404 404", "404 404 404"),
    ("guide:by_number", "get", lambda s: ["99.9"], "404 404 404 404 404 404 404 404", "404 404 404"),
    ("guide:blank_form", "get", lambda s: ["tb99"], "404 404 404 404 404 404 404 404", "404 404 404"),
    # pictures of the CMS have their own tests (tests/core/test_pictures.py): who may see which depends on the picture
    ("picture", "get", lambda s: ["none.png"], "404 404 404 404 404 404 404 404", "404 404 404"),
    ("picture-original", "get", lambda s: ["none.png"], "404 404 404 404 404 404 404 404", "404 404 404"),
    # the API takes tokens only; a browser's session opens nothing
    ("api:openapi-json", "get", lambda s: [], ALL_200, "200 200 200"),
    ("api:verify", "get", lambda s: [], "422 422 422 422 422 422 422 422", "422 422 422"),
    ("api:my_learning", "get", lambda s: [], "401 401 401 401 401 401 401 401", "401 401 401"),
    ("api:enterprise", "get", lambda s: ["X"], "401 401 401 401 401 401 401 401", "401 401 401"),
    ("api:figures", "get", lambda s: [], "401 401 401 401 401 401 401 401", "401 401 401"),
    ("api:districts", "get", lambda s: [], "401 401 401 401 401 401 401 401", "401 401 401"),
    ("api:returns", "get", lambda s: [], "401 401 401 401 401 401 401 401", "401 401 401"),
    ("api:one_return", "get", lambda s: [s.report.pk], "401 401 401 401 401 401 401 401", "401 401 401"),
]

FIELDS = {"quizzes:save": {"position": 1, "response": 0, "nonce": "n-12345678", "writer": "someone-else"}}
"""What a form must carry before the question who asks is reached. The attempt is open on another device: 409 for its person."""

ELSEWHERE = {
    # Pages of the CMS: public content, tested with the pages themselves.
    "wagtail_serve",
    # Wagtail's own doors for restricted pages and documents; nothing here is restricted by password.
    "wagtaildocs_serve",
    "wagtaildocs_authenticate_with_password",
    "wagtailcore_authenticate_with_password",
    "wagtailcore_login",
    "api:api-root",
}


def _expected(who, method, name, answers, more):
    own = OWN.get(who, {})
    if f"{method} {name}" in own or name in own:
        return own.get(f"{method} {name}", own.get(name))
    who = LIKE.get(who, who)
    return int(more.split()[MORE.index(who)] if who in MORE else answers.split()[WHO.index(who)])


BOTH_ENGINES = {"anonymous", "wang", "xiqing", "city"}
"""Between them they see every query there is; the others differ in the rows they get, not in how they are asked for."""


@pytest.mark.parametrize(
    "who",
    [who if who in BOTH_ENGINES else pytest.param(who, marks=pytest.mark.one_engine) for who in [*WHO, *MORE, *LIKE]],
)
def test_every_door(stage, world, client_of, who):
    """Each opens for whom it should; and looking writes no row. (Signing in, sessions and Wagtail's admin write as they must.)"""
    from django.db import connection

    client = client_of(None if who == "anonymous" else getattr(world, who))
    signed_in = client.cookies.output()
    wrong = []

    def watch(execute, sql, params, many, context):
        writes = sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        if writes and method == "get" and "django_session" not in sql:
            wrong.append(f"GET {name} writes: {sql[:120]}")
        return execute(sql, params, many, context)

    for name, method, arguments, answers, more in DOORS:
        expected = _expected(who, method, name, answers, more)
        url = reverse(name, args=arguments(stage))
        data = FIELDS.get(name, {})
        cache.clear()  # the session behind the cookie is as it was when the last door was undone
        client.cookies.clear()
        client.cookies.load(signed_in.replace("Set-Cookie: ", ""))
        with connection.execute_wrapper(watch):
            got = _undone(lambda url=url, method=method, data=data: getattr(client, method)(url, data).status_code)
        if got != expected:
            wrong.append(f"{method.upper()} {name}: expected {expected}, got {got}")
    assert not wrong, "\n".join(wrong)


def _undone(act):
    """Do it and roll back, so that one door's act does not change what the next door answers."""
    from django.db import transaction

    class Undo(Exception):
        pass

    answer = None
    try:
        with transaction.atomic():
            answer = act()
            raise Undo
    except Undo:
        return answer


def test_a_row_cannot_be_moved_to_a_foreign_scope_by_editing_the_form(world, client_of):
    """The owner of a new round is one of the organisers the user acts for, whatever is posted."""
    from training.models import Round

    form = {
        "title": "改过的表单",
        "kind": "K7",
        "owner": world.yi.pk,
        "mode": "on_site",
        "fee_nature": "free",
        "seats": 10,
        "attendance_percent": 80,
        "pass_mark": 70,
        "s-TOTAL_FORMS": 1,
        "s-INITIAL_FORMS": 0,
        "s-0-day": "2026-12-01",
        "s-0-starts": "09:00",
        "s-0-ends": "12:00",
        "s-0-title": "标准",
        "s-0-class_hours": "4",
    }
    client = client_of(world.jia_trainer)
    assert client.post(reverse("desk:round-new"), form).status_code == 200
    assert not Round.objects.filter(title="改过的表单").exists()
    assert client.post(reverse("desk:round-new"), form | {"owner": world.jia.pk}).status_code == 302
    assert Round.objects.get(title="改过的表单").owner == world.jia


def test_every_named_url_is_in_the_table():
    def names(resolver, spaces=()):
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                yield from names(entry, spaces + ((entry.namespace,) if entry.namespace else ()))
            elif isinstance(entry, URLPattern):
                yield ":".join([*spaces, entry.name or f"unnamed {entry.pattern}"])

    def is_admin(entry):
        return isinstance(entry, URLResolver) and str(entry.pattern) == "admin/"

    root = get_resolver()
    ours = set()
    for entry in root.url_patterns:
        if is_admin(entry):
            continue
        space = (entry.namespace,) if isinstance(entry, URLResolver) and entry.namespace else ()
        if isinstance(entry, URLResolver):
            ours |= set(names(entry, space))
        else:
            ours.add(entry.name)
    missing = ours - {name for name, *_rest in DOORS} - ELSEWHERE
    assert not missing, f"URLs without a row in the table: {sorted(missing)}"
