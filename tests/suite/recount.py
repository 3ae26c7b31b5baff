"""The figures of a period by SQL alone, from attendance and completions: written apart from ``ledger.counts``, and reading no row of
the ledger, so that the two can be held against each other (docs/counting.md)."""

from datetime import date

from django.db import connection

from core import clock

COUNTED = """
    SELECT reg.person_id, reg.enterprise_id, reg.district_id, reg.layer, reg.size_class, rnd.kind,
           SUM(ses.class_hours) AS hours
    FROM training_registration reg
    JOIN training_round rnd ON rnd.id = reg.round_id
    JOIN training_attendance att ON att.registration_id = reg.id
    JOIN training_session ses ON ses.id = att.session_id AND ses.cancelled_at IS NULL
    WHERE rnd.state IN ('closed', 'archived') AND reg.state = 'registered'
      AND rnd.ends_on BETWEEN %(first)s AND %(last)s
      AND att.state IN ('present', 'late', 'early', 'made_up')
      AND (att.method IN ('manual', 'paper') OR (att.state <> 'early' AND (NOT rnd.sign_out OR att.left_at IS NOT NULL)))
      AND NOT EXISTS (SELECT 1 FROM training_round_trainers t WHERE t.round_id = rnd.id AND t.person_id = reg.person_id)
    GROUP BY reg.id, reg.person_id, reg.enterprise_id, reg.district_id, reg.layer, reg.size_class, reg.round_id, rnd.id,
             rnd.kind, rnd.ends_on, rnd.attendance_percent
    HAVING 100 * SUM(ses.class_hours) >= rnd.attendance_percent *
               (SELECT SUM(s.class_hours) FROM training_session s WHERE s.round_id = rnd.id AND s.cancelled_at IS NULL)
       AND SUM(CASE WHEN ses.compulsory THEN 1 ELSE 0 END) =
               (SELECT COUNT(*) FROM training_session s WHERE s.round_id = rnd.id AND s.cancelled_at IS NULL AND s.compulsory)
"""
"""Who counts in which round: rule 有效考勤."""

STUDIED = """
    SELECT enr.person_id, enr.enterprise_id, enr.district_id, enr.layer, enr.size_class, 'K6' AS kind,
           FLOOR(((SELECT SUM(les.minutes) FROM courses_lessonpage les JOIN wagtailcore_page pag ON pag.id = les.page_ptr_id
                  WHERE les.course_id = enr.course_id AND pag.live AND les.required)
                  + COALESCE((SELECT quiz.minutes FROM quizzes_quiz quiz JOIN courses_coursepage cou ON cou.quiz_id = quiz.id
                              WHERE cou.page_ptr_id = enr.course_id), 0)) * 2.0 / 45) / 2.0 AS hours
    FROM courses_enrolment enr
    WHERE enr.completed_at >= %(from)s AND enr.completed_at < %(until)s
"""
"""Who finished which course."""

HELD = """
    SELECT COUNT(*), SUM(CASE WHEN kind = 'K7' THEN 1 ELSE 0 END) FROM training_round
    WHERE state IN ('closed', 'archived') AND kind <> 'K9' AND ends_on BETWEEN %(first)s AND %(last)s
"""

FIGURES = """COUNT(*), COUNT(DISTINCT person_id), COUNT(DISTINCT enterprise_id),
    COUNT(DISTINCT CASE WHEN size_class IN ('small', 'micro') THEN enterprise_id END), SUM(hours)"""


def rows(year):
    """[(人次, 人数, 家数, 小微, 学时)] keyed by (district, layer), by (district,) and by () of a year."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    moments = [clock.at(first), clock.at(date(year + 1, 1, 1))]
    start, end = (connection.ops.adapt_datetimefield_value(moment) for moment in moments)
    given = {"first": str(first), "last": str(last), "from": start, "until": end}
    found = {}
    with connection.cursor() as cursor:
        for columns in ("district_id, layer", "district_id", ""):
            both = f"SELECT * FROM ({COUNTED}) r UNION ALL SELECT * FROM ({STUDIED}) c".replace(
                "on_day,", "NULL AS on_day,"
            )
            group = f"GROUP BY {columns}" if columns else ""
            what = f"{columns}, {FIGURES}" if columns else FIGURES
            cursor.execute(f"SELECT {what} FROM ({both}) every_one WHERE kind <> 'K9' {group}", given)  # noqa: S608
            width = len(columns.split(",")) if columns else 0
            for row in cursor.fetchall():
                found[row[:width]] = tuple(float(value or 0) for value in row[width:])
        cursor.execute(HELD, given)
        found["held"] = tuple(int(value or 0) for value in cursor.fetchone())
    return found
