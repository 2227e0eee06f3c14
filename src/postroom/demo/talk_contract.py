"""What customers and we write to and fro about offers, contracts and invoices. Texts of our own, and nothing else.

See ``grammar`` for how they are read.
"""

from __future__ import annotations

from typing import Final

CONTRACT: Final = """
# [Renewal for next year|Contract {account}: renewal|Your contract ends in {nextmonth}] @ Offer {account}.pdf
u: your contract ends with the quarter. I have put an offer together for {m} vehicles on the same terms, with the map
   updates included.

   Shall we talk on {day}?
c: {weekday} works. Before that, two questions: is the price per vehicle fixed for two years, and can {d} have
   read-only access for the controllers?
u: Yes to both. Two years fixed is in section three, and read-only seats cost nothing.

   {d}, I will send you an invitation once this is signed.
d: Thanks, no hurry. I only need the [monthly kilometres per depot|kilometres of {depot} and {depot2}|totals of the
   month].
c+day: As discussed on {weekday}: signed copy attached, [the order follows from purchasing|purchasing sends the order
   number]. @ Contract signed.pdf
u: [Received, thank you.|It is here, thank you very much.] {m} vehicles, two years. I look forward to both.

# [Invoice {inv}|Question about invoice {inv}|Invoice {inv}: too many vehicles]
c: [The invoice|Invoice {inv}] lists {n} vehicles more than we have. [Two vans|They] were returned in spring, could
   you correct it and send a new one?
u: You are right, they were still marked active. I have ended them with the day you returned them; the corrected
   invoice is attached and the old one cancelled. @ Invoice {inv} corrected.pdf
c: Received and passed on to [accounting|{d}|the people who pay]. Thank you.

# [Payment of invoice {inv}|Reminder: invoice {inv}|Invoice {inv} still open]
w: our books show invoice {inv} over {sum} euros as open since {lastmonth}. [Could you look whether it reached
   you?|Has it perhaps not reached you?]
c: It reached the [wrong cost centre|mailbox of a colleague who left]. I have it now, it is paid with the next run on
   {soon}.
w: Thank you. [No new reminder then.|I stop the reminders.] Which address shall we use from now on?
c: invoices, at our domain, please. [A person reads it every day.|That one is read every day.]
w+3: The payment is in. [Have a good week.|Everything is settled.]

# [More vehicles from {nextmonth}|{n} additional vans|Order: {n} more vehicles]
c: We take over {n} vans from a colleague's firm in {nextmonth}. What do they cost for the rest of the year, and what
   do you need from us?
u: {sum} euros for all of them until December, counted by the month. I need only the plates; the rest comes from the
   app. Offer attached. @ Offer {n} vehicles.pdf
c: [Fine.|That is fine.] Plates follow when we have the papers. {d} signs.
d: Signed. [One of the vans is blue, the others we paint.|Order number {order}.]
u: Thank you. All {n} are in with a start on the first, so no day is paid for nothing.

# [Fewer vehicles|Giving back {n} vans|Reducing our contract]
c: We give back {n} vans at the end of {nextmonth}. Can we reduce the contract, or [only at renewal|must we wait for
   the renewal]?
u: Up to ten per cent at any time, so {n} are fine. I need a short mail with the plates and the last day. [This one
   counts if you add them.|]
c: The plates are in the attached list, last day is the 30th. @ Plates.csv
u: Ended with that day. The next invoice is smaller by {sum} euros. [We hope the rest stays busy.|]

# [Data protection questionnaire|Questionnaire for suppliers|Yearly security questions]
c: Our data protection officer asks all suppliers to fill in the attached questionnaire until [the end of the
   month|the end of {nextmonth}]. It has {m} pages, I am sorry. @ Questionnaire.pdf
u: No need to be. {w} from our legal side fills it in, you have it by {soon}.
w: Filled in and attached, with the list of places where data lies and who can see it. The short answer to question
   nine: nobody but you sees drivers' names. @ Questionnaire filled in.pdf
c: Thank you, that was quick. She has one more question: how long do you keep positions?
w: Ninety days, then only the totals per tour. You can set it lower under Settings, Retention.
c: [She is content, and that is rare.|She is content.] Filed.

# [Purchase order number|Order number for {nextmonth}|New rule: order numbers on invoices]
c: From {nextmonth} on our accounting pays only invoices with an order number. Ours for you is {order}.
u: Entered. It stands on every invoice from now on, also on those made by [itself|hand]. Do you need the last one
   again with the number?
c: [Please, yes.|That would save me a form.] {inv}, if you have it at hand.
w: Attached, [same date and sum|with {order} on it, otherwise the same|date and sum are the same]. @ Invoice {inv}.pdf

# [Terms for the pilot|Pilot at {depot}: what it costs|Three months on trial]
c: Before we put {depot} on the new module, we would like three months on trial. What would that cost, [and how do we
   end it if it does not fit|and what if it does not fit]?
u: Nothing for three months, and it ends by itself if you do not say yes. You pay for [set-up only|the two days of
   set-up], {sum} euros, and keep them as credit if you stay.
d: [Fair.|Sounds fair.] One change: count the months from the first real tour, not from the signature.
u: Changed, see section two. @ Pilot terms.pdf
d: Signed. First real tour is planned for {day}.
u: It is in my calendar. {v} is at {depot} that morning, [with coffee|in case of questions].

# [Price list {nextmonth}|New price list|Prices from {nextmonth} on]
u: from {nextmonth} on we have a new price list. For you nothing changes until your contract ends; I send it so that
   you do not hear it from others first. @ Price list.pdf
c: Thank you for saying so. [Roughly, what would it be for us?|What would it mean for us at renewal?]
u: About {n} per cent more, because maps cost us more. With two years fixed it would be half of that.
c: [Then let us talk about two years in time.|Noted. Remind me eight weeks before, please.]
u: I will. [It stands in my calendar.|]
"""
