"""Single mails of the demo: notes, mailings, away notes, strangers, pitches, spam. Texts of our own, and nothing else.

A row begins at the margin; its cells are told apart by a bar between spaces. See ``grammar`` for slots and choices.
"""

from __future__ import annotations

from typing import Final

WEEK_NOTES: Final = """
This week: {m} open tickets, {n} visits, [one release|the release of {ver}]. The map trial goes on. If you are out,
   please say so in the calendar before noon.
Good week behind us: {m} tickets closed and nobody had to get up at night. Ahead: renewals, and {ver} on {soon}.
Please look at the {n} tickets that wait for an answer from us for more than three days. Lunch together on {soon}, June
   orders.
{n} customers renewed in {lastmonth}, thank you all. This week I am [on the road|in {town}] until {soon}; {v} decides.
"""
"""Text of the note of the week."""

CUSTOMER_SINGLES: Final = """
[Thank you for the visit|The poster|Thank you!] | Thank you for the visit. The [new screen|poster with the tours]
   hangs where everybody can see it. {driver} waters the plant below.
[{m} vans in the yard|Snow at {depot}|Road to {depot} closed] | For your information: [the road to {depot} is
   closed|nothing moves at {depot}] until noon. {n} tours leave from {depot2} instead. Nothing to do for you.
[Contact list {month}|Our contacts have changed|Who is who at {depot}] | Our contact list for {month} is attached. {n}
   numbers are new. @ Contacts {month}.csv
[Reminder: stocktaking on {soon}|Closed on {soon}|Stocktaking at {depot}] | On {soon} {depot} is closed for
   stocktaking. [Please let no tour end there.|The planner knows already, I checked.]
[Keys of van {van}|Found: phone of {driver}|Lost and found] | If one of you took the keys of van {van} along after the
   visit: no hurry, we have {n} spare ones.
[Good figures|{m} per cent less|A number for you] | {lastmonth} at {depot}: {m} per cent fewer late stops than a year
   ago. [I thought you would like to know.|It is on the notice board.]
"""
"""Subject, text: from a customer to one of us, without an answer."""

NEWCOMERS: Final = """
en | [Introducing myself|New contact at {depot}|Handover in dispatch] | I take over dispatch at {depot} [from {soon}
   on|this week] and will be your contact. [Could you send me access?|Could you put me on the list for updates?]
de | [Ich stelle mich vor|Neuer Kontakt in {depot}] | ich übernehme [ab {soon}|diese Woche] die Disposition in
   {depot} und bin künftig euer Kontakt. [Könnt ihr mir einen Zugang schicken?|Nehmt ihr mich in den Verteiler auf?]
fr | [Je me présente|Nouveau contact à {depot}] | je reprends la planification de {depot} [à partir de {soon}|cette
   semaine]. [Pourriez-vous m'envoyer un accès ?|Pourriez-vous m'ajouter à la liste ?]
es | [Me presento|Nuevo contacto en {depot}] | me encargo de la planificación de {depot} [a partir del {soon}|esta
   semana]. [¿Me podéis enviar un acceso?|¿Me podéis añadir a la lista?]
"""
"""Language, subject, text: the first mail of somebody new at a customer."""

EARLY: Final = """
[Call for offers {order}|Planning of deliveries: call for offers] | The council looks for software to plan the tours
   of {m} vans. The papers are attached; questions by {soon}, please. @ Call for offers.pdf
[Your offer: two questions|Questions on your offer] | Two questions on your offer: are {n} depots included, and who
   answers the phone at {time}? The committee meets on {soon}.
[Papers for the committee|Missing page in your offer] | Page {n} of your offer is missing in our copy. Could you
   send it again before {soon}?
[The committee meets on {soon}|Date of the decision] | The committee decides on {soon}. Whatever the result, Ruth
   Carver will write to you: I change departments.
"""
"""Subject, text: from a council before it was a customer."""

STRANGERS: Final = """
Marta Quill | marta@quillrecruiting.example | [Two developers for you|{n} candidates|Profiles] | I work with {n}
   developers who would fit your team. May I send their profiles? They could start [next month|in {nextmonth}].
Office Supply Direct | orders@officesupply.example | [Your order {order} is on its way|Delivery on {soon}] | Your
   parcel with {m} items left our warehouse and arrives on {soon}. You need not be at home, the neighbour signs.
Viktor Lang | viktor.lang@langmedia.example | [Interview for our trade magazine|Five questions] | We write about
   planning software for [small fleets|fleets of {m} vans] and would like to ask you five questions, [by
   {soon}|before {nextmonth}]. [Twenty|Fifteen] minutes by phone are enough.
Property Services | service@tower-property.example | [Lift out of order on {soon}|Windows are cleaned on
   {soon}|Heating on {soon}] | On {soon} our people are in the building from eight to twelve. Please [use the stairs
   at the back|keep the windows closed].
Joanna Bright | joanna.bright@student.example | [Thesis about delivery tours|Data for my thesis] | I write my thesis
   about tours in hilly towns. Could I have data of {m} days, without names? I would share the results.
Peter Ames | peter@amesroofing.example | [Question about prices|What does it cost for {n} vans?] | We have {n} vans
   and plan on paper. What would your software cost us, and how long does it take to learn?
Catering Round | hello@cateringround.example | [Menu for {soon}|Your lunch order {order}] | {m} boxes, {n} of them
   without meat, on {soon} at half past eleven. Please have somebody open the side door.
Lena Ostrow | l.ostrow@hillside-school.example | [Class visit|May {m} pupils visit you?] | Our class looks at jobs
   that have to do with maps. May {m} pupils visit you for an hour in {nextmonth}? They are nice.
Insurance Desk | desk@harbour-insurance.example | [Policy {order}|Damage report {order}] | Thank you for your
   report. The number is {order}; please name it when you call. We answer within {n} working days.
Marek Dvorn | marek@dvorn-electro.example | [Sockets in room {n}|Offer {order}] | Twelve sockets and one long cable
   come to {sum} euros. We could do it on {soon}, before your people arrive.
"""
"""Name, address, subject, text."""

STRANGER_ANSWERS: Final = """
Thank you, I [will come back to you|come back to you on {soon}].
Thank you. [That suits us.|{soon} suits us.]
Thank you for writing. Please call {v}, who looks after such questions [from {soon} on|at any time|in the
   mornings|until {nextmonth}].
We cannot say yes [this time|in {month}|before {nextmonth}], but thank you for asking[.| us.]
Not this year, I am afraid. [Ask again in {nextmonth}.|Write again in {nextmonth} if you like.|{v} sends greetings.]
"""
"""Text of our answers to strangers."""

PITCHES: Final = """
[Grow your pipeline {n} times|{m} meetings a month for you|Quick question] | I noticed you have no outbound process.
   We book meetings while you sleep. [Fifteen minutes|Ten minutes] on {soon}?
[Following up|Bumping this|Any thoughts?] | Just bumping this to the top of your inbox. Is {soon} better?
[Should I close your file?|Last try|Did I do something wrong?] | I have not heard back since {lastday}, so I assume
   you are busy growing. [One last try?|Reply 1, 2 or 3.]
[{m} per cent more replies|The secret of {m} founders|An idea for you] | Teams like yours get {m} per cent more
   replies with us. May I show you on {soon}?
"""
"""Subject, text: from the blocked domain."""

NEWSLETTERS: Final = """
Fleet Weekly | news@fleetweekly.example | [Electric vans in winter|Tyres for all seasons|The quiet depot|Cargo bikes
   at work|Night deliveries], and what {m} fleets measured
Road Notes | editor@roadnotes.example | [New limits in pedestrian areas|Bridges under repair|Roundabouts, again|Toll
   from {nextmonth}], and {m} towns that follow
The Release Train | hello@releasetrain.example | [Shipping on Fridays|Small tests|The long branch|Feature
   flags|Names for things], {n} years later
Warehouse Letters | letters@warehouse-letters.example | [Ramps|Pallets|Scanners|Shelves|Forklifts]: {n} questions to
   {m} people who know
Support Craft | craft@supportcraft.example | [The honest answer|Reading before writing|Saying no|The second mail],
   in {n} examples
"""
"""Name, address, subject."""

NEWS_ITEMS: Final = """
What {m} dispatchers wish for, and the [one|two] things they all named.
A visit to a depot that plans [with chalk|on one sheet of paper], and is rarely late.
[Numbers|Figures] of {lastmonth}: kilometres down by {n} per cent, coffee up.
Letters of our readers: about [windows|ramps|bells that nobody answers].
How {m} towns mark their loading bays, with a map to print.
The tool of the month: a [torch|clipboard|thermos flask], tested for {n} weeks.
Calendar: {n} meetings in {nextmonth}, two of them without slides.
"""
"""Text of one item of a newsletter."""

SPAM: Final = """
[You have won a fleet of {n} vans|{m} vans are waiting for you|Final notice: your vans] | Congratulations. To receive
   your vans, send us your bank details today.
[Cheap tyres, today only|Tyres, {m} per cent off|Midnight tyre sale] | All sizes, {m} per cent off. The offer ends at
   midnight, and begins again after it.
[Your mailbox is full|Storage limit reached|Mailbox warning {k}] | Confirm your password within {n} hours or lose all
   your mail. Sincerely, the mail.
[Parcel {order} is held|Customs fee for {order}|Delivery failed] | Your parcel {order} waits for a fee of {n} euros.
   Pay by the button that you cannot see.
[Loan of {k} thousand approved|Approved!|Money for your depot] | Your loan is approved, although you never asked.
   Answer with your full name and a copy of everything.
"""
"""Subject, text."""

MACHINES: Final = """
Build Watch | builds | [Night run {order} is green|Night run {order} failed in step {n}] | {k} tests, {n} skipped, {m}
   minutes. [Nothing to do.|See the log for the first red one.]
Ticket Desk | tickets | [{ticket} waits for an answer|{ticket} was closed|{ticket} was moved to {v}] | {ticket} [was
   changed by {v}|waits since {lastday}|has a new remark]. This mail is written by a program.
Door and Lights | doors | [Window open in room {n}|Alarm was set at {time2}|Lights on in the lab] | Noted by the
   building at {time2}. [Nobody has to come.|Please look on the way home.]
"""
"""Name, local part, subject, text: programs of the company's own that write to colleagues."""

AWAY: Final = """
en | Out of office | I am out of the office until {soon} and read mail after that. In urgent cases please call
   dispatch.
en | Automatic reply | Thank you for your message. I am on leave until {soon}; {d} stands in for me.
de | Abwesend | Ich bin bis {soon} nicht im Büro. In dringenden Fällen hilft euch {d}.
fr | Absence du bureau | Je ne suis pas au bureau jusqu'à {soon} inclus. En cas d'urgence, merci d'écrire à {d}.
es | Fuera de la oficina | Estoy fuera de la oficina hasta el {soon}. Si es urgente, por favor escribid a {d}.
"""
"""Language, subject, text."""

DRAFTS: Final = """
[Offer for {m} vehicles|Our talk about {depot}|Ramp times at {depot}] | Before I send this: check the number of
   vehicles, and whether {d} should be in copy.
[Sorry for {lastday}|About {lastday}|A word about {depot}] | I am sorry about {lastday}. It should not have
[Answer to {ticket}|{ticket}: what we found|{ticket}] | The cause is
"""
"""Subject, text: begun and not sent."""

THROWN_AWAY: Final = """
[Seats at the trade fair|Please ignore my last mail|Wrong attachment] | Please ignore my last mail, [it was meant for
   {d}|the right one follows].
[Test|Testing the scanner|Test {n}] | Only a test [of the scanner at gate {n}|from the new phone]. Please throw away.
"""
"""Subject, text."""

BLOCKED_TALK: Final = """
[Liability in section {n}|Section {n}|Wording of section {n}] | Our lawyers read along from [here|section {n}] on.
   Please keep them in copy, they like to be asked[.| before {soon}.| twice.]
[Draft of the settlement|Draft {n}|Version {n} of the draft] | Attached is version {n}. Only section {n} is new. @
   Draft {n}.pdf
"""
"""Subject, text: with a blocked address in copy."""

CONSULTING: Final = """
[Notes from {account}|{depot}: what I saw|Short report {account}] | I was at {depot} {lastday}. In short: {n} gates,
   {m} vans, and one person who knows everything. @ Notes {depot}.pdf
[Question from {account}|Asked for you: {account}|{account} would like to know] | {account} would like to know
   whether [two depots may share vans|{n} vans may start at {depot2}|{depot} can plan for {soon} already|windows of
   {m} minutes are too short]. I said I would ask rather than guess.
[Dates in {nextmonth}|My days in {nextmonth}|{nextmonth}] | I have {n} days free in {nextmonth}. Shall I keep two for
   {account}?
"""
"""Subject, text: from the consultant who is nobody's customer."""
