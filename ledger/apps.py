from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = "台账"

    def ready(self):
        from core import merging, registry, triggers

        from . import checks, privacy
        from . import merging as ledger_merging
        from .models import Activity, ActivityFact, Entry, Posting

        triggers.append_only(Posting)
        triggers.append_only(Activity, may_set=("reversed_by_id",))
        triggers.append_only(Entry, may_set=("reversed_by_id",))
        triggers.append_only(ActivityFact)
        registry.export_person.append(privacy.export_person)
        registry.audit.append(checks.audit)
        registry.merge_persons.append(
            merging.MergePart(
                merging.hanging(("ledger.entry", "person")),
                ledger_merging.move_person,
                ledger_merging.put_back,
                settles=True,
            )
        )
        registry.merge_enterprises.append(
            merging.MergePart(
                merging.hanging(("ledger.entry", "enterprise")),
                ledger_merging.move_enterprise,
                ledger_merging.put_back,
                settles=True,
            )
        )
