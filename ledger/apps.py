from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "ledger"
    verbose_name = "台账"

    def ready(self):
        from core import registry, triggers

        from . import checks
        from .models import Activity, ActivityFact, Entry, Posting

        triggers.append_only(Posting)
        triggers.append_only(Activity, may_set=("reversed_by_id",))
        triggers.append_only(Entry, may_set=("reversed_by_id",))
        triggers.append_only(ActivityFact)
        registry.audit.append(checks.audit)
