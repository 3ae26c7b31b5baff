from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = "课程"

    def ready(self):
        import certificates.policies
        import certificates.services
        import guide.related
        from core import merging, registry
        from notices import kinds

        from . import checks, completion, glance, handouts, policies, privacy, querysets, reminding, telling
        from . import merging as study_merging

        kinds.register(reminding.DUE, *telling.KINDS)
        registry.handouts_of_kind.append(handouts.address_for)
        registry.attempt_graded.append(completion.complete_after)
        guide.related.lessons.append(querysets.lessons_about)
        registry.export_person.append(privacy.export_person)
        registry.erase_person.append(privacy.erase_person)
        registry.audit.append(checks.audit)
        persons = merging.hanging(
            ("courses.enrolment", "person"),
            ("courses.lessonprogress", "enrolment__person"),
            ("courses.studyspan", "person"),
        )
        registry.merge_persons.append(merging.MergePart(persons, study_merging.move_person))
        enterprises = merging.hanging(("courses.enrolment", "enterprise"), ("courses.assignment", "enterprise"))
        registry.merge_enterprises.append(merging.MergePart(enterprises, study_merging.move_enterprise))
        certificates.policies.also_visible.append(policies.certificates_of)
        certificates.services.superseded.append(completion.follow_certificate)
        registry.person_glance.append(glance.person_glance)
        registry.person_history.append(glance.person_history)
