"""How long what is over is kept, and which backups are: the policy, not the deed."""

from dataclasses import dataclass

# The specification's own, section "Configuration for Railway environment".
DATA_RETENTION_DAYS = 90
AUDIT_RETENTION_MONTHS = 12
# Whoever was hurt, or whose property was, has two years to sue. Source: Texas Civil Practice and
# Remedies Code 16.003.
CLAIM_DAYS = 730
CLAIM_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Keeping:
    """The days that what is over is kept, the months of the audit log, and if backups are made."""

    data_days: int = DATA_RETENTION_DAYS
    audit_months: int = AUDIT_RETENTION_MONTHS
    makes_backups: bool = True
