from django.apps import AppConfig


class TrainingConfig(AppConfig):
    name = "training"
    verbose_name = "培训"

    def ready(self):
        import certificates.policies
        import certificates.services
        from core import merging, registry, triggers
        from notices import kinds as notice_kinds

        from . import (
            absences,
            archiving,
            checks,
            closing,
            exams,
            glance,
            interests,
            messages,
            notice_words,
            paper_scores,
            policies,
            practice,
            privacy,
            roster,
            sheets,
        )
        from . import merging as roster_merging
        from .models import RegistrationChange, RoundChange, Scan

        notice_kinds.register(*notice_words.KINDS, *messages.KINDS)
        for model in (RoundChange, RegistrationChange):
            triggers.append_only(model)
        triggers.append_only(Scan, kept=("recorded_at", privacy.REFUSED_SCAN_DAYS))
        registry.export_person.append(privacy.export_person)
        registry.erase_person += [interests.forget, absences.forget, practice.forget, archiving.forget_files]
        registry.erase_refusals.append(privacy.erase_refusals)
        registry.retention += [
            registry.Retention("没签上的记录", privacy.REFUSED_SCAN_DAYS + 1, privacy.forget_refused_scans),
            registry.Retention("班的名单表格", roster.KEPT_DAYS, roster.forget),
            registry.Retention("纸卷成绩表格", paper_scores.KEPT_DAYS, paper_scores.forget),
            registry.Retention("签到表表格", sheets.KEPT_DAYS, sheets.forget),
            registry.Retention("佐证材料", privacy.EVIDENCE_DAYS, privacy.old_evidence, reports=True),
        ]
        registry.audit.append(checks.audit)
        persons = merging.hanging(
            ("training.registration", "person"),
            ("training.attendance", "registration__person"),
            ("training.practiceresult", "registration__person"),
            ("training.resit", "registration__person"),
            ("training.Round_trainers", "person", "任教的班"),
            ("training.Session_trainers", "person", "任教的课次"),
            ("training.interest", "person"),
        )
        registry.merge_persons.append(merging.MergePart(persons, roster_merging.move_person, roster_merging.put_back))
        enterprises = merging.hanging(
            ("training.registration", "enterprise"),
            ("training.interest", "enterprise"),
            ("training.correction", "enterprise"),
        )
        registry.merge_enterprises.append(merging.MergePart(enterprises, roster_merging.move_enterprise))
        certificates.policies.also_visible.append(policies.certificates_of)
        certificates.services.superseded.append(closing.follow_certificate)
        registry.attempt_graded.append(exams.take_mark)
        registry.attempt_contexts_to_mark.append(policies.contexts_to_mark)
        registry.markers_of_context.append(policies.markers_of)
        registry.printed_contexts.append(policies.contexts_to_print)
        registry.person_glance.append(glance.person_glance)
        registry.person_history.append(glance.person_history)
