"""Endpoints of progress under /api/v1/."""

from progress.api.points import PointListApi as PointListApi
from progress.api.points import PointUndoApi as PointUndoApi
from progress.api.reports import ReportApi as ReportApi
from progress.api.reports import ReportCorrectApi as ReportCorrectApi
from progress.api.reports import ReportListApi as ReportListApi
from progress.api.reports import ReportNoteApi as ReportNoteApi
from progress.api.reports import ReportSendApi as ReportSendApi
