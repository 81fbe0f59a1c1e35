"""News to people: the door for messages, and what is told after each act."""

from notifications.mutations.messages import mark_read as mark_read
from notifications.mutations.messages import queue_message as queue_message
from notifications.mutations.people import invite as invite
from notifications.mutations.people import send_invitation as send_invitation
from notifications.mutations.people import tell_new_member as tell_new_member
from notifications.mutations.people import tell_of_emergency as tell_of_emergency
from notifications.mutations.people import tell_of_hand_over as tell_of_hand_over
from notifications.mutations.records import tell_of_activation as tell_of_activation
from notifications.mutations.records import tell_of_comment as tell_of_comment
from notifications.mutations.records import tell_of_mastery as tell_of_mastery
from notifications.mutations.records import tell_of_report as tell_of_report
from notifications.mutations.records import tell_of_review as tell_of_review
