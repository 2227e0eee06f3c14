"""What colleagues write to and fro. Texts of our own, and nothing else.

See ``grammar`` for how they are read; here all who speak are of the company,
and ``<…>`` says of which departments.
"""

from __future__ import annotations

from typing import Final

AMONG_COLLEAGUES: Final = """
# <Customers Customers> [Who has the duty over the holidays?|Duty plan {nextmonth}|Swap of duty on {weekday}]
u: I still need somebody for [the last week of {nextmonth}|the night of {weekday}]. {v}, could you?
v: I can take Monday to Wednesday. After that I am away [without a net, on purpose|and not reachable].
u: Then I take the rest. Written into the calendar.

# <Product Engineering> [Release notes for review|Release notes {ver}|Text for {ver}]
u: Draft of the release notes for {ver} is in the usual place. Please look at the part about the driver app, I am not
   sure about the order.
v: I would start with [the refresh fix|the camera fix], {n} customers wait for it. And say 'tour' everywhere, once it
   says 'route'.
u: Both changed. Goes out on {soon}.

# <Customers Engineering Product> [Planner tries too hard|Impossible orders|{ticket}: windows of one minute]
u: We should stop planning when an order cannot be met by anybody, and say which. It is the {mth} ticket about it.
v: Agreed. The check is cheap: windows against driving times before we start. I make a branch today.
u: Put the list on top of the page, please, nobody scrolls at five in the morning.
v+2: On top, in red. Ready for you to try.
w: Tried it with [three|{n}] customers' data: it finds all we know of and {n} we did not.

# <Sales Sales> [Budget for the fair|Stand at the fair in {nextmonth}|Fair: what it costs] @ Fair budget.csv
u: The stand costs {m} per cent more than last year. Do we keep the same size?
v: Same size, but without the coffee machine. Last year people came for the coffee and left with it.
u: Booked. Details in the attached sheet.

# <Customers Office> [Laptop for the new colleague|First day of the new colleague|Desk and laptop for {day}]
u: Our new colleague in support starts on {day}. Laptop, phone and desk are {n} floors apart at the moment.
v: I bring them together {tomorrow}. Which keyboard?
u: [English.|English, and a big screen.] Thank you.

# <Customers Customers Engineering> [Interview candidates this week|Candidate on {day}|Support engineer: second round]
u: {n} candidates for support, the second on {day}. Who joins me?
v: I do. I would ask less about tools and more about the worst mail they ever answered.
w: I take the last half hour and show them [the office|the lab with the phones].
v+day: My notes are in the usual place. I would [invite the second again|make the second an offer].

# <Sales Customers> [Ramp times|{account}: planned and real minutes|Numbers for {account}]
u: Before my call with {account}: can you get me planned against real minutes at the ramp, last {n} weeks?
v: In the attached sheet. Look at {depot}, the rest is fine. @ Ramp times.csv
u: {depot} is {m} minutes off. That explains the tone of the last mail. Thank you.

# <Sales Engineering> [Visit at {account}|Who joins me at {account}?|Car for {day}]
u: I drive to {account} on {day} and have a free seat. {v}, you wanted to see a night shift.
v: I do! What time do we leave?
u: [Half past two, in the morning.|At three in the morning.] There will be rolls.
v+day: I learned more in {n} hours than in a month of tickets. Two small things are written up already.

# <Engineering Product> [Map data for {nextmonth}|Map update delayed|Test of the new map]
u: The map for {nextmonth} came with [{k} closed roads|a river that is a road]. I would wait a week.
v: Waiting is fine, but {n} customers were promised the pedestrian areas. Can we take only those?
u: We can. Running overnight, result {tomorrow}.
u+1: Only the areas are in, {k} of them, looked at {m} by hand. No river.

# <Office Sales> [Invoice run {lastmonth}|Open invoices|{n} invoices bounced]
u: {n} invoices of {lastmonth} came back because the address is gone. Who knows the new ones?
v: I have two of them from {account}. The others I ask {tomorrow}.
u: Thank you. Sent again, [nothing is open but one|two are still open].

# <Office Customers> [Office on {weekday}|Fire drill on {day}|No water on {weekday}]
u: On {day} [there is a fire drill at eleven|the water is off until noon]. If you have calls, please take them from
   home.
v: I have {n} calls and a kettle. From home then.

# <Customers Engineering Product> [Text for the status page|Status page after last night|What we say about {time}]
u: The note about last night says what happened but not what we do about it. Two sentences more?
v: Added: phones get the whole tour when they were away for long, and we keep changes for a week instead of a night.
w: Good. I would drop the word "only". [It was not only for them.|Nobody feels like an only.]
u: Dropped. Published at {time2}.

# <Customers Customers Customers> [Holiday in {nextmonth}|Away from {day} on|Two weeks off]
u: I would like to be away for two weeks from {day} on. {v}, could you look after {account} meanwhile?
v: Yes. Is there anything open that I should know?
u: One invoice and one wish, both written in the account. [They are friendly.|Call {d} rather than write.]
w: Approved. Have a good time.

# <Engineering Engineering> [Test phones|Phones in the lab|Where is the grey phone?]
u: The grey phone is not in the lab. It is the only one on which the camera bug happens.
v: It is in my bag, sorry. [On the train to {town}.|I am at {account} with it.] Back {tomorrow}.
u: No harm. I look at the logs until then.

# <Management Customers Product> [Numbers for the board|Quarter in five lines|Figures until {soon}]
u: For the board I need five lines from each of you by {soon}: what went well, what did not, one number.
v: Support: {k} tickets, median answer {m} minutes, {n} open for more than a week. Not well: mornings at one customer.
w: Product: two releases, map trial with {n} customers. Not well: printing slipped by [two weeks|a month].
u: Thank you, both. Clear and short as I like it.

# <Engineering Engineering> [Review of {ticket}|Branch ready: {ticket}|Second pair of eyes]
u: {ticket} is ready for review: [{n}|{m}] files, half of them tests. The odd part is the clock change, I wrote down
   why.
v: Two remarks: the name promises more than it does, and a test for a depot without vans. Otherwise good.
u: Both done. Merging before lunch.
v: [Approved.|Fine with me.] Watch the night run, please.
u+1: Night run was green. In {ver}.

# <Engineering Engineering> [Night run red|Night run failed in step {n}|Tests red since {time}]
u: The night run is red since {time}, step {n}: a tour ends before it starts. Only in one time zone.
v: That is my change of yesterday. I look at it now.
v: The test was right and I was wrong. Corrected, the run is green.

# <Product Engineering Product> [Wording: late or delayed?|Glossary|One word for stops]
u: In the app it is "late", on the web "delayed". Customers ask about the difference. There is none. Which one stays?
v: "Late". It is shorter and nobody has to think.
w: "Late", also in the {n} translations. I have a list of {m} places.
u+3: All {m} places say "late" now.

# <Customers Customers> [Onboarding plan {account}|Start with {account}|Checklist for {account}]
u: The start with {account} is fixed for {day}. I do the data, {v} the first two mornings on site. What is missing?
v: The phones. They have {m} and order {n} more. And somebody who knows the gates.
u: I ask them about both. Plan attached. @ Start {account}.pdf
v+day: First morning done: out by six, one phone in a bread basket. They are good.

# <Office Engineering Sales> [Cake|In the kitchen|Second floor]
u: There is cake [in the kitchen|on the second floor], for no reason at all.
v: That is the best reason.
w: There was cake.

# <Customers Product Engineering> [Wish: photos on returns|Idea from {account}|Customer wish number {m}]
u: {account} would like photos on returns. It is the {nth} customer who asks. Should I write it up?
v: Please, with how they do it today. I guess it is two days of work if the camera code is reused.
w: Three. [The camera code has opinions.|Somebody has to look at old phones.]
u: Written up, on the list for {nextmonth}.

# <Engineering Engineering> [Backup test|Restore exercise of {date}|We restored {depot}]
u: Restore exercise: a whole customer came back in {m} minutes from the night's copy, {k} tours, none missing.
v: Better than the {more} of last time. What was the slowest part?
u: Finding the form for it. I linked it on the first page of the manual.

# <Office Sales> [Travel costs {lastmonth}|Receipts please|Missing receipts]
u: I close the travel costs of {lastmonth} {tomorrow}. From you {n} receipts are missing.
v: [Handed in.|Handed in just now.] The parking ticket was research.
u: Declined with a smile.

# <Office Engineering Customers> [Seat for a trainee|Trainee in {nextmonth}|Who takes a trainee?]
u: In {nextmonth} we have a trainee for {n} weeks. Which of you has work that is real and not urgent?
v: Sorting map complaints by town: real, useful, and one learns what customers see.
w: And one morning with us in support, please. [It makes engineers kinder.|]
u: Sorting with {v}, Wednesdays with {w}. Perfect.
"""
