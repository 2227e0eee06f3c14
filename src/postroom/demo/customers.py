"""Who the demo's customers are. Plain data, all of it made up, under names that nobody can own (RFC 2606).

Must not write or read anything.
"""

from __future__ import annotations

from typing import Final

TABLE: Final = """
= Alder Bakeries | alder-bakeries.example | Tom Okafor | en | 600 | busy | first
@ Millbrook, Harrow Lane, Eastgate, Stonebridge, Northmarket
Greta Alder | Managing Director | | dispatch
Paul Nowak | Head of Dispatch | | dispatch
Imogen Castle | Dispatcher
Desmond Achebe | Dispatcher
Rosalind Pike | Fleet Manager
Callum Firth | Depot Manager, Millbrook
Beatriz Moura | Depot Manager, Eastgate
Henry Oakes | Controller
Sunita Rao | Accounts Payable
Wilf Barrow | Night Shift Lead
Jade Morrow | IT Coordinator
Ivor Lund | Depot Manager, Northmarket
Tilda Berg | Shift Planner | new
Aron Vass | Trainee Dispatcher | new
= Brightwater Clinics | brightwater.example | Elif Demir | en | 330 | busy | first.last | subdomains
@ Central Stores, Harbour Clinic, Moorfield, Westgate
Amira Haddad | Head of Logistics
Colin Reyes | Transport Planner
Yuki Tanaka | Laboratory Courier Lead | at labs
Patrick Dowd | Procurement
Esther Lindley | Data Protection Officer
Naveed Aslam | IT Services | at it
Margot Finch | Stores Manager
Ioana Petrescu | Transport Planner
Basil Grieve | Facilities
Meera Singh | Transport Planner | new
Olga Brandl | Sample Logistics | at labs new
Keith Arundel | Controller
= Copperfield Freight | copperfield.example, copperfield-freight.example | Tom Okafor | en | 270 | busy | first.last
@ Canal Yard, Quayside, Thorpe, Ironbridge Road
Sam Whitlock | Operations Director
Dana Osei | Operations Manager | | | Fennel Foods
Rui Marques | Depot Manager, Quayside | second
Lorna Keene | Dispatcher
Fabian Holt | Dispatcher
Nesta Pryce | Contracts
Jerome Baptiste | Fleet Engineer | second
Hilary Moss | Accounts
Umar Sheikh | Night Dispatcher
Felix Kerr | Planner | new
Ottilie Wren | Planner | new
= Dunmore Hotels | dunmore.example | Kate Ashby | en | 190 | steady | first.last
@ Seafront, Old Station, Laundry House, Cliff Road
Helen Dunmore | Owner
Arjun Patel | Head of Supplies
Moira Tait | Laundry Manager
Stefan Ilic | Transport
Cora Blythe | Purchasing
Gavin Sealy | Night Manager
Anna Lowe | Assistant Buyer | new
Percy Dunn | Driver Coordinator | new
= Elmstead Council | elmstead.example | Oliver Stanton | en | 130 | won | first.last | days 60
@ Town Depot, Library Store, Park Road
Ruth Carver | Fleet Services
Owen Price | Head of Transport
Lesley Boyd | Procurement Officer
Tariq Mahmood | School Meals
Annette Frome | Finance
Graham Tull | Information Officer
= Fennel Foods | fennel.example | Tom Okafor | en | 160 | steady | first.last
@ Market Hall, Southend, Cold Store
Nadia Fennel | Managing Director | | | Fennel Foods, Copperfield Freight
Marc Dubois | Head of Logistics
Rhona Sykes | Dispatcher
Elliot Grange | Cold Store Manager
Joan Mbeki | Quality
Toby Fennel | IT
Perpetua Lane | Accounts
Łukasz Zieliński | Dispatcher | new
= Grünwald Getränke | gruenwald-getraenke.example | Anke Lorenz | de | 125 | busy | f.last
@ Nordhof, Kellerwerk, Isarlager
Annegret Grünwald | Geschäftsführerin
Thorsten Keil | Leiter Disposition
Birgit Sommerfeld | Disponentin
Murat Şahin | Fuhrparkleiter
Heike Dahl | Buchhaltung
Florian Ostertag | IT
Lotte Wagenbach | Lagerleiterin
Jannik Pohl | Disponent | new
= Hartmann Möbel | hartmann-moebel.example | Anke Lorenz | de | 85 | steady | first.last
@ Hauptlager, Werk Süd, Montagehof
Rainer Hartmann | Inhaber
Silke Brandt-Meier | Tourenplanung
Uwe Jäger | Montageleitung
Dörte Kamp | Einkauf
Enno Friese | Lager
Mareike Thoma | Tourenplanung | new
= Île et Marée | ile-maree.example | Louis Garnier | fr | 95 | steady | first.last
@ Quai Nord, La Criée, Pont-Neuf
Solène Kerguen | Directrice logistique
Yannick Le Bihan | Responsable planning
Hélène Moreau | Comptabilité
Bastien Roussel | Chef de quai
Inès Cazal | Qualité
Gaël Tanguy | Planning | new
= Juniper Pharmacies | juniper.example | Greg Marlow | en | 170 | trouble | first.last
@ Central Pharmacy, Riverside, Hillcrest
Vivian Thorne | Operations Director
Dominic Ashdown | Head of Distribution
Saira Malik | Dispatch Lead
Brendan Yates | IT Manager
Louisa Penn | Branch Services
Kofi Mensah | Night Dispatch
Eleanor Rudge | Compliance
Hamish Weir | Dispatcher | new
= Kestrel Couriers | kestrel.example | Oliver Stanton | en | 110 | steady | first
@ Hub One, Hub Two, Airport Gate
Zara Kestrel | Founder
Milo Brandon | Operations
Petra Novák | Dispatch
Lewis Adair | Rider Coordinator
Chidi Eze | Finance
Bonnie Shaw | Support
Otto Reiss | Dispatch | new
= Lantern Books | lantern-books.example | Kate Ashby | en | 60 | silent | first.last
@ Warehouse Row, Paper Mill
Miriam Lantern | Owner
Douglas Perry | Warehouse
Fiona Cray | Deliveries
Abel Stokes | Accounts
= Mirador Frutas | mirador-frutas.example | Marta Ibáñez | es | 95 | steady | first.last
@ Nave Norte, Puerto, La Huerta
Lucía Mirador | Directora general
Joaquín Prats | Jefe de tráfico
Nuria Sendra | Planificación
Álvaro Benítez | Almacén
Rocío Vidal | Contabilidad
Hugo Cánovas | Planificación | new
= Northfold Dairy | northfold.example | Elif Demir | en | 130 | steady | first.last
@ Creamery, Vale Road, Highfield
Agnes Northfold | Director
Piers Galloway | Transport Manager
Tomasz Wójcik | Planner
Brenda Hole | Collections
Siobhan Kerr | Office
Lyle Benson | Planner | new
= Orchard Street Grocers | orchard-street.example | Oliver Stanton | en | 70 | steady | first
@ Orchard Street, Chapel Row
Winifred Cole | Owner
Ahmed Saleh | Deliveries
Dilys Rowan | Shop Manager
Ned Farrow | Driver Lead
= Pemberton Laundry | pemberton.example | Kate Ashby | en | 60 | steady | f.last
@ Steam House, Mill Yard
Rupert Pemberton | Director
Jacinta Flores | Transport
Mavis Oldroyd | Office
Dean Hollis | Plant
= Quarry and Stone | quarry-stone.example | Oliver Stanton | en | 45 | steady | first.last
@ Upper Quarry, Weighbridge
Angus Quarrie | Owner
Tina Marsh | Weighbridge
Carl Brook | Haulage
Effie Strang | Accounts
= Rosenhof Gärtnereien | rosenhof.example | Anke Lorenz | de | 45 | steady | first.last
@ Gewächshaus Ost, Marktplatz
Friedrich Rosen | Inhaber
Katja Lindner | Auslieferung
Bernd Strobel | Gärtnerei
Nele Harms | Büro
= Sakura Kitchens | sakura-kitchens.example | Elif Demir | en | 60 | steady | first.last
@ Prep Kitchen, Noodle Works
Haruka Mori | Director
Kenji Watanabe | Operations
Aiko Fujita | Delivery Planning
Daniel Hirst | Kitchens
= Thornbury Schools | thornbury.example | Greg Marlow | en | 50 | steady | f.last
@ Meals Kitchen, Bus Depot
Philippa Thorne | Catering Manager
Gordon Neal | Transport
Asha Verma | Bursar
Ronnie Clegg | Drivers
= Ulverton Water | ulverton.example | Greg Marlow | en | 40 | steady | first.last
@ Pump House, Reservoir Road
Stella Marchetti | Field Services
Hector Boone | Planning
Ada Lindfors | Procurement
= Valette Boulangers | valette.example | Louis Garnier | fr | 45 | steady | first
@ Le Fournil, Rue Basse
Odile Valette | Gérante
Rémi Carpentier | Livraisons
Faustine Joly | Comptabilité
Thierry Blin | Atelier
= Westmoor Timber | westmoor.example | Oliver Stanton | en | 20 | steady | first.last
@ Sawmill, Moor Gate
Bruce Westmoor | Owner
Freda Nash | Yard
Colm Brady | Deliveries
= Yarrow Florists | yarrow.example | Oliver Stanton | en | 12 | steady | first
@ Flower Market, Glasshouse
Yvette Yarrow | Owner
Pearl Simmons | Deliveries
Jim Yarrow | Driver
= Zephyr Logistics | zephyr.example | Tom Okafor | en | 36 | steady | first.last | ignored
@ Cross Dock, Lot Nine
Roland Zephyr | Partner Manager
Sheila Grant | Scheduling
Victor Amaro | Dispatch
"""
"""An account a line with ``=``: name, domains, owner, language, mails, temper, manner of addresses, and more
(``subdomains``, ``ignored``, ``days N``: known since so many days). Its depots with ``@``.

Then its persons: name, title, marks (``new``: not entered beforehand; ``at X``: on that subdomain; ``second``: on the
second domain), an address they share with others, and their accounts where not this one, the default one first.
"""
