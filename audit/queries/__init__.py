"""Reading the audit and the records of access."""

from audit.queries.access_record import AccessRecord as AccessRecord
from audit.queries.access_record import AccessRow as AccessRow
from audit.queries.access_record import DisclosureRow as DisclosureRow
from audit.queries.access_record import access_record as access_record
from audit.queries.access_record import accesses_of as accesses_of
from audit.queries.access_record import disclosures_of as disclosures_of
from audit.queries.checks import CheckRow as CheckRow
from audit.queries.checks import check as check
from audit.queries.checks import newest_check as newest_check
from audit.queries.checks import version as version
from audit.queries.entries import ACTS as ACTS
from audit.queries.entries import KINDS as KINDS
from audit.queries.entries import AuditPage as AuditPage
from audit.queries.entries import EntryRow as EntryRow
from audit.queries.entries import Filters as Filters
from audit.queries.entries import Found as Found
from audit.queries.entries import audit_page as audit_page
from audit.queries.entries import entries_of as entries_of
from audit.queries.entries import every_entry as every_entry
from audit.queries.entries import found as found
