"""Who works at the demo company. Plain data, all of it made up. Must not write or read anything."""

from __future__ import annotations

from typing import Final, NamedTuple

from postroom.demo.spelling import local_part

DOMAIN: Final = "demo-company.example"


class DemoUser(NamedTuple):
    """Somebody of the company."""

    name: str
    title: str
    department: str
    manager: str
    """The name of whom they report to; empty: nobody."""
    role: str
    place: str
    languages: tuple[str, ...]
    email: str

    @property
    def time_zone(self) -> str:
        """The name of the time zone they live in."""
        return TIME_ZONES[self.place]


TIME_ZONES: Final = {
    "London": "Europe/London",
    "Stockholm": "Europe/Stockholm",
    "Berlin": "Europe/Berlin",
    "Lyon": "Europe/Paris",
    "Valencia": "Europe/Madrid",
    "Toronto": "America/Toronto",
}

_TABLE: Final = """
= Management
Edith Rowe | Managing Director | Viewer | London
Nils Aalto | Chief Operating Officer | Manager | Stockholm
= Customers
Maya Lindqvist | Head of Customer Success | Administrator | Stockholm
Ines Varga | Support Lead | Member | London
Jonas Feld | Support Engineer | Member | Berlin | de
Claire Fontaine | Support Engineer | Member | Lyon | fr
Diego Salas | Support Engineer | Member | Valencia | es
Hana Kobayashi | Support Engineer | Member | London
Ruben Adeyemi | Onboarding Consultant | Member | London
Saskia Peters | Onboarding Lead | Member | Berlin | de
Elif Demir | Customer Success Manager | Member | London
Greg Marlow | Customer Success Manager | Member | London
Noor Salameh | Customer Success Manager | Member | Lyon | fr
Bridget Onyango | Trainer | Member | London
= Sales
Tom Okafor | Head of Sales | Manager | London
Anke Lorenz | Account Manager | Member | Berlin | de
Louis Garnier | Account Manager | Member | Lyon | fr
Marta Ibáñez | Account Manager | Member | Valencia | es
Oliver Stanton | Account Manager | Member | London
Kate Ashby | Account Manager | Member | London
Pia Sund | Sales Development | Member | Stockholm
= Product
Priya Nair | Head of Product | Manager | London
Emil Strand | Product Designer | Member | Stockholm
Wanda Kowalska | Product Manager | Member | Berlin
Theo Baxter | User Researcher | Member | London
= Engineering
Viktor Hallas | Head of Engineering | Manager | Stockholm
Luca Moretti | Software Engineer | Member | London
Aisha Rahman | Software Engineer | Member | London
Paweł Zielonka | Software Engineer | Member | Berlin | de
Yun Park | Software Engineer | Member | London
Dario Conti | Software Engineer | Member | Lyon | fr
Freya Nilsen | Map Engineer | Member | Stockholm
Samuel Osborne | Map Engineer | Member | London
Tess Vermeer | Test Engineer | Member | Berlin
Ravi Menon | Mobile Engineer | Member | Toronto
Mika Laine | Operations Engineer | Member | Stockholm
= Office
Sofia Brandt | Head of Finance | Member | Berlin | de
Lena Hoffmann | Accounts Receivable | Member | Berlin | de
George Pratt | Legal Counsel | Member | London
June Tanner | People and Office | Member | London
Ben Hale | Office Assistant | Viewer | London
"""


def _users() -> tuple[DemoUser, ...]:
    users: list[DemoUser] = []
    department = head = ""
    top = "Edith Rowe"
    for row in _TABLE.strip().splitlines():
        if row.startswith("= "):
            department, head = row[2:], ""
            continue
        name, title, role, place, *languages = row.split(" | ")
        manager = (head or top) if name != top else ""
        head = head or name
        email = f"{local_part(name)}@{DOMAIN}"
        users.append(DemoUser(name, title, department, manager, role, place, ("en", *languages), email))
    return tuple(users)


USERS: Final = _users()
