"""What Postroom remembers, one noun a file. No behaviour: questions are in ``read``, changes in ``write``.

Times of mail (``at``, ``date``, ``known_since``, …) are Unix seconds, because mail has dates that no calendar
has; times of what people do here (``created_at``, …) are datetimes. ``opened_in`` and ``closed_in`` are
revisions of the workspace's directory: an entry is in force from the one up to, not including, the other.
"""

from postroom.store.models.account import Account, AccountDomain
from postroom.store.models.audit import AuditEntry
from postroom.store.models.blocklist import BlocklistEntry
from postroom.store.models.chat import ChatLine
from postroom.store.models.community import CommunityMember, CommunitySearch
from postroom.store.models.consent import Consent
from postroom.store.models.decision import Decision
from postroom.store.models.engagement import (
    Engagement,
    EngagementAccount,
    EngagementPerson,
    EngagementUser,
    Variant,
)
from postroom.store.models.interaction import Colleague, Interaction
from postroom.store.models.item import Item, Waiting
from postroom.store.models.job import Job
from postroom.store.models.last_done import LastDone
from postroom.store.models.mailbox import Budget, Label, Listing, Mailbox, Vanished
from postroom.store.models.message import Copy, Mention, Message, SetAside
from postroom.store.models.narrowing import Narrowing
from postroom.store.models.organization import ListedAddress, OrganizationDomain
from postroom.store.models.person import Person, PersonAccount, PersonAddress
from postroom.store.models.push import PushResult
from postroom.store.models.role import Role
from postroom.store.models.rollup import RollUp, RollUpDue, RollUpState
from postroom.store.models.sign_in import Identity, RecoveryCode, SecondFactor, SignedIn, SignInTry
from postroom.store.models.source import AccessToken, FolderStatistics, SentCall, Source, UploadCall
from postroom.store.models.token import ApiToken
from postroom.store.models.user import Invitation, Login, User, UserAddress
from postroom.store.models.workspace import Revision, Workspace

__all__ = [
    "AccessToken",
    "Account",
    "AccountDomain",
    "ApiToken",
    "AuditEntry",
    "BlocklistEntry",
    "Budget",
    "ChatLine",
    "Colleague",
    "CommunityMember",
    "CommunitySearch",
    "Consent",
    "Copy",
    "Decision",
    "Engagement",
    "EngagementAccount",
    "EngagementPerson",
    "EngagementUser",
    "FolderStatistics",
    "Identity",
    "Interaction",
    "Invitation",
    "Item",
    "Job",
    "Label",
    "LastDone",
    "ListedAddress",
    "Listing",
    "Login",
    "Mailbox",
    "Mention",
    "Message",
    "Narrowing",
    "OrganizationDomain",
    "Person",
    "PersonAccount",
    "PersonAddress",
    "PushResult",
    "RecoveryCode",
    "Revision",
    "Role",
    "RollUp",
    "RollUpDue",
    "RollUpState",
    "SecondFactor",
    "SentCall",
    "SetAside",
    "SignInTry",
    "SignedIn",
    "Source",
    "UploadCall",
    "User",
    "UserAddress",
    "Vanished",
    "Variant",
    "Waiting",
    "Workspace",
]
