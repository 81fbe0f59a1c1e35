"""Reading texts. Who may not read the record that a text belongs to is told that there is no such text."""

from coediting.queries.history import Change as Change
from coediting.queries.history import Words as Words
from coediting.queries.history import authorship as authorship
from coediting.queries.history import changes_after as changes_after
from coediting.queries.history import history as history
from coediting.queries.history import text_at as text_at
from coediting.queries.page import Comparison as Comparison
from coediting.queries.page import HistoryPage as HistoryPage
from coediting.queries.page import Piece as Piece
from coediting.queries.page import Place as Place
from coediting.queries.page import TextPage as TextPage
from coediting.queries.page import comparison as comparison
from coediting.queries.page import history_page as history_page
from coediting.queries.page import restore_page as restore_page
from coediting.queries.page import text_page as text_page
from coediting.queries.people import names_of as names_of
from coediting.queries.texts import TextState as TextState
from coediting.queries.texts import may_edit as may_edit
from coediting.queries.texts import readable_texts as readable_texts
from coediting.queries.texts import standing_of as standing_of
from coediting.queries.texts import text_state as text_state
from coediting.queries.texts import texts_of as texts_of
from coediting.queries.texts import visible_text as visible_text
from coediting.queries.texts import written_on as written_on
from coediting.sittings import Sitting as Sitting
