"""Endpoints of progress under /api/v1/."""

from progress.api.points import PointListApi as PointListApi
from progress.api.points import PointUndoApi as PointUndoApi
