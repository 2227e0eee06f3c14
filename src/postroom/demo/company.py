"""Who is who in the demo: a company that sells software for planning deliveries, and its customers.

Plain data, all of it made up, under names that nobody can own (RFC 2606). Must not write or read anything.
"""

from __future__ import annotations

from typing import Final, NamedTuple

WORKSPACE: Final = "Demo Company"
DOMAIN: Final = "demo-company.example"
BLOCKED_DOMAIN: Final = "coldpitch.example"
BLOCKED_ADDRESS: Final = "legal@copperfield.example"
UNKNOWN_ADDRESS: Final = "peter@amesroofing.example"
"""Of somebody who asked for prices and is nobody's customer."""
EARLY_ADDRESS: Final = "ruth.carver@elmstead.example"
"""Of somebody who wrote before and after their account was known."""
IN_TWO_ACCOUNTS: Final = "Dana Osei"


class DemoUser(NamedTuple):
    """Somebody of the company."""

    local: str
    name: str
    title: str
    department: str
    role: str = "Member"

    @property
    def email(self) -> str:
        """The e-mail address."""
        return f"{self.local}@{DOMAIN}"


class DemoAccount(NamedTuple):
    """A customer company. ``days_known``: since so many days before the demo's present it is known."""

    name: str
    domains: tuple[str, ...]
    owner: str
    days_known: int = 730
    include_subdomains: bool = False


class DemoPerson(NamedTuple):
    """A human at a customer. ``is_recorded``: whether they are entered beforehand, or come from mail."""

    name: str
    emails: tuple[str, ...]
    accounts: tuple[str, ...]
    is_recorded: bool = True

    @property
    def email(self) -> str:
        """The address they write from."""
        return self.emails[0]

    @property
    def first_name(self) -> str:
        """What they are called by."""
        return self.name.partition(" ")[0]


USERS: Final = (
    DemoUser("maya.lindqvist", "Maya Lindqvist", "Head of Customer Success", "Customers", "Administrator"),
    DemoUser("tom.okafor", "Tom Okafor", "Account Manager", "Sales", "Manager"),
    DemoUser("ines.varga", "Ines Varga", "Support Engineer", "Customers"),
    DemoUser("jonas.feld", "Jonas Feld", "Support Engineer", "Customers"),
    DemoUser("priya.nair", "Priya Nair", "Product Manager", "Product"),
    DemoUser("luca.moretti", "Luca Moretti", "Software Engineer", "Product"),
    DemoUser("sofia.brandt", "Sofia Brandt", "Finance", "Office"),
    DemoUser("ben.hale", "Ben Hale", "Office and People", "Office", "Viewer"),
)

ADMIN: Final = USERS[0]

ALDER: Final = "Alder Bakeries"
BRIGHTWATER: Final = "Brightwater Clinics"
COPPERFIELD: Final = "Copperfield Freight"
DUNMORE: Final = "Dunmore Hotels"
ELMSTEAD: Final = "Elmstead Council"
FENNEL: Final = "Fennel Foods"

ACCOUNTS: Final = (
    DemoAccount(ALDER, ("alder-bakeries.example",), "tom.okafor"),
    DemoAccount(BRIGHTWATER, ("brightwater.example",), "maya.lindqvist", include_subdomains=True),
    DemoAccount(COPPERFIELD, ("copperfield.example", "copperfield-freight.example"), "tom.okafor"),
    DemoAccount(DUNMORE, ("dunmore.example",), "maya.lindqvist"),
    # Entered two months ago: what came before that stays out.
    DemoAccount(ELMSTEAD, ("elmstead.example",), "tom.okafor", days_known=60),
    DemoAccount(FENNEL, ("fennel.example",), "tom.okafor"),
)

PERSONS: Final = (
    DemoPerson("Greta Alder", ("greta@alder-bakeries.example", "dispatch@alder-bakeries.example"), (ALDER,)),
    DemoPerson("Paul Nowak", ("paul@alder-bakeries.example", "dispatch@alder-bakeries.example"), (ALDER,)),
    DemoPerson("Amira Haddad", ("amira.haddad@brightwater.example",), (BRIGHTWATER,)),
    DemoPerson("Colin Reyes", ("colin.reyes@brightwater.example",), (BRIGHTWATER,)),
    DemoPerson("Yuki Tanaka", ("yuki.tanaka@labs.brightwater.example",), (BRIGHTWATER,)),
    DemoPerson("Sam Whitlock", ("sam.whitlock@copperfield.example",), (COPPERFIELD,)),
    DemoPerson("Dana Osei", ("dana.osei@copperfield.example",), (COPPERFIELD, FENNEL)),
    DemoPerson("Rui Marques", ("rui@copperfield-freight.example",), (COPPERFIELD,)),
    DemoPerson("Helen Dunmore", ("helen@dunmore.example",), (DUNMORE,)),
    DemoPerson("Arjun Patel", ("arjun.patel@dunmore.example",), (DUNMORE,)),
    DemoPerson("Ruth Carver", ("ruth.carver@elmstead.example",), (ELMSTEAD,)),
    DemoPerson("Owen Price", ("owen.price@elmstead.example",), (ELMSTEAD,)),
    DemoPerson("Nadia Fennel", ("nadia@fennel.example",), (FENNEL,)),
    DemoPerson("Marc Dubois", ("marc.dubois@fennel.example",), (FENNEL,)),
    DemoPerson("Karin Holm", ("karin@holm-consulting.example",), ()),
)

NEWCOMERS: Final = (
    DemoPerson("Tilda Berg", ("tilda.berg@alder-bakeries.example",), (ALDER,), is_recorded=False),
    DemoPerson("Meera Singh", ("m.singh@brightwater.example",), (BRIGHTWATER,), is_recorded=False),
    DemoPerson("Felix Kerr", ("felix.kerr@copperfield.example",), (COPPERFIELD,), is_recorded=False),
    DemoPerson("Anna Lowe", ("anna.lowe@dunmore.example",), (DUNMORE,), is_recorded=False),
    DemoPerson("Łukasz Zieliński", ("lukasz.zielinski@fennel.example",), (FENNEL,), is_recorded=False),
)
"""They write from a customer's domain; their first imported mail creates them."""


def user(local: str) -> DemoUser:
    """The user with this local part."""
    return next(user for user in USERS if user.local == local)


def people_of(account: str) -> tuple[DemoPerson, ...]:
    """Everybody who writes for the account, those entered beforehand first."""
    return tuple(person for person in (*PERSONS, *NEWCOMERS) if person.accounts[:1] == (account,))
