"""Endpoints of lists, of recording in the classroom, and of printed IEPs, under /api/v1/."""

from casefile.api.capturing import DataGroupApi as DataGroupApi
from casefile.api.capturing import DataGroupListApi as DataGroupListApi
from casefile.api.capturing import DataGroupRestoreApi as DataGroupRestoreApi
from casefile.api.capturing import DataSheetApi as DataSheetApi
from casefile.api.capturing import OwnDataTaskListApi as OwnDataTaskListApi
from casefile.api.lists import NoDefaultViewApi as NoDefaultViewApi
from casefile.api.lists import PinApi as PinApi
from casefile.api.lists import SavedViewApi as SavedViewApi
from casefile.api.lists import SavedViewDefaultApi as SavedViewDefaultApi
from casefile.api.lists import SavedViewListApi as SavedViewListApi
from casefile.api.lists import SavedViewRestoreApi as SavedViewRestoreApi
from casefile.api.papers import PaperFileApi as PaperFileApi
from casefile.api.papers import PaperPdfApi as PaperPdfApi
from casefile.api.papers import PapersApi as PapersApi
from casefile.api.papers import PaperSignaturesApi as PaperSignaturesApi
