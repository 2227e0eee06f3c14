"""What customers and we write to and fro in projects: visits, trials, trainings, roll-outs. Texts of our own.

See ``grammar`` for how they are read.
"""

from __future__ import annotations

from typing import Final

PROJECTS: Final = """
# [Training for the new dispatchers|Introduction for {n} new colleagues|Training at {depot}]
c: We have {n} new colleagues in dispatch. Could you repeat the introduction you gave us last year, about two hours?
u: With pleasure. {day} at ten, or the day after at two? I bring the exercises with your own depots, so that nobody
   has to imagine anything.
c: {weekday} at ten. There will be a screen and [coffee|tea].
v: I join for the last half hour, for questions about the driver app.
c+day: Thank you both for yesterday. They planned the whole of this morning alone.

# [Visit on {day}|May I come by on {day}?|{day}: an hour at {depot}]
u: I am in {town} on {day}. May I come by for an hour? I would like to see how dispatch works with two screens, and
   show you what we plan for [the next months|next year].
c: Please do. Come at eleven and stay for lunch, {d} would like to hear about [that|the plans] too.
d: Yes! Especially whether tours can be compared before and after a change[, say at {depot}|. And who did the change].
u: They can, I will bring it on my laptop. See you on {weekday}.
u+day: thank you for the lunch and the [honest answers|two hours]. I noted four wishes and attach them; tell me if I
   misunderstood one. @ Notes from {depot}.pdf
d: The third was: per depot, not per van. [The rest is as we said it.|Otherwise exactly so.]

# [Trial of the new map|New map: two weeks at {depot}|Would you try our new map?]
u: we look for three customers to try the new map for two weeks. It knows loading bays and time limits in pedestrian
   areas. Would you be one of them?
c: Gladly, the pedestrian area is our daily trouble. What do we have to do?
u: Nothing but plan as always. I switch it on tonight for {depot}, and ask you on {weekday} what was better and what
   was not.
c+day: Better: no more tickets in [the market square|{street}]. Not better: it avoids the bus lane that we may use.
v: The permit for the bus lane is now a property of the vehicle. Please tick it for your vans and tell me if it helps.
c+2: It does. [We would like to keep the map.|Can we keep the map?]

# [Import of our customer list|{k}0 addresses from a spreadsheet|Moving our addresses over]
c: I have about {k}0 delivery addresses in a spreadsheet. What columns do you need, and does it find duplicates?
u: Name, street, postcode, town; opening hours if you have them. Duplicates by address are shown before anything is
   saved. I attach a sheet with one line filled in. @ Addresses example.csv
c: Sent it through. It says {m} addresses were not found on the map.
u: Those are new streets. You can place them by hand with a click on the map, or wait for the map of next week, which
   has them.
d: I placed them by hand, took [ten|twenty] minutes. [All good.|One was a roundabout.]

# [Roll-out at {depot}|{depot} goes live on {day}|Going live: {depot}]
u: the plan for {depot}: data until {soon}, two dry runs, live on {day}. {v} is on site that day, I am on the phone
   from four in the morning. @ Roll-out {depot}.pdf
c: Agreed. {e} leads it on our side and knows every [gate|van] there.
e: Hello everybody. Dry run one: {m} tours, {n} of them with the wrong gate. I correct the gates [today|this
   afternoon].
v: Gates look right now. Dry run two had no wrong one, and the plan was ready at {time}.
e+day: We are live. {m} tours out, all before six, one phone left in a [bread basket|drawer]. Thank you, {v}.
u: [Congratulations to all of you.|Well done, all of you.] I look at the figures with you in a week.
c: [And thank you for staying awake.|Gladly.]

# [Connecting our shop system|Interface to the web shop|Orders straight from the shop]
c: Our web shop is to send orders straight to the planner. {e} does it on our side, could we have the
   [documentation|manual] and a test access?
u: {e}, welcome. The access comes in a mail of its own; the documentation is linked there. {v} answers whatever it
   does not.
e: Works up to the point where an order is changed. Do I send it whole again or only the change?
v: Whole, with the same id. What is not in it stays, what is null is cleared.
e: And an order that is taken back after the van left?
v: Then you get [409|an answer 409] with the tour on it, and dispatch sees a line in red. They decide, not we.
e+2: {k} test orders, {n} cancelled, all as expected. [I would go live on {weekday}.|From me: ready.]
u: [Good work.|That was quick.] I switch the shop from test to live on {day} at noon.

# [Feedback after the first month|A month with the planner|Three lines on the first month]
u: you have planned with us for a month. What went well, what did not, and what do you miss? Three lines are enough, I
   read all of them.
c: Well: fewer calls from drivers, by about {m} a day. Not well: colours, two of us cannot tell red from green.
   Missed: printing one tour on one page.
u: Thank you. Colours: there is a palette for that under Profile, Display. Printing: in work, I write when it is
   there.
u+4: One tour on one page is there since this morning: the small printer beside the tour's name.

# [New phones for drivers|{m} phones: which ones?|Recommendation for phones]
c: We replace {m} phones in {nextmonth}. Is there anything we should [watch for|avoid]? They get wet and fall down.
u: Battery, and a screen that works with gloves. I attach what others use and what breaks how often. @ Phones in
   use.csv
d: We took the second of the list, with the thick case. Can the app be put on all of them before we hand them out?
v: Yes, with the profile I send you separately. Scan the code on the box, leave it overnight on the charger, done.
d+3: {m} phones ready. [One fell already, nothing happened.|{driver} tested the case on the stairs.]

# [Recording of the meeting on {lastmonth} figures|Notes: quarterly review|Quarterly review {account}]
u: thank you for the review. In short: {m} per cent fewer late stops, {n} per cent fewer kilometres, one open wish
   (photos on returns). Slides attached. @ Quarterly review.pdf
c: Thank you. For the record: the late stops were fewer because {depot} [got a second gate|starts earlier], not only
   because of the planner.
u: Fair, I added a line. [Next review in three months, same hour?|Same hour in three months?]
c: [Same hour.|Agreed.] {d} joins us then and takes over the figures.
d: Looking forward to it. [Could I have the numbers as a table before?|I would like the table behind page four.]
u: Attached. @ Figures {account}.csv
"""

TROUBLE: Final = """
# [Third failure this month|Again no tours at {time}|This must stop: plan missing at {depot}]
c: For the {nth} time this month there was no plan at {time}. {m} drivers stood in the yard. I need to know [what is
   going on|what you do about it], not only that it is fixed.
u: You are right to be annoyed, and a fix is not an answer. I take this over myself; {v} looks for the cause today and
   you hear from me at four, whatever we know by then.
v: What I know: your import waits for a lock that our nightly export holds. Since {lastmonth} the export takes {m}
   minutes longer. Tonight they run apart.
c: So it was on your side.
u: It was on our side, yes. We credit {lastmonth} and I call you at {time} {tomorrow}, when the plan is there or not.
c+1: It was there. [I believe it after a week.|Let us see after a week.]
u+5: A week without a miss: the plan was ready before {time} every day. The report of what happened is
   attached. @ What happened.pdf

# [Escalation: late deliveries|Complaint from our largest customer|{more} late deliveries since {lastmonth}]
d: our largest customer counts {more} late deliveries since {lastmonth} and threatens to leave. My dispatchers say the
   planner expects too little time at the ramp. Who is responsible [on your side|for this at your end]?
u: I am, until it is solved. {v} compares planned and real minutes at the ramp for all {more} cases today.
v: You are right: ramp times are from [last year|before the rebuilding]. The real median is {m} minutes, planned are
   {n}. I changed it for that customer only, as a proposal; nothing is live.
d: Put it live. What about the others?
v: {n} more customers have a difference of over five minutes. The list is attached, I would change them all. @ Ramp
   times.csv
d: Change them. [I want this looked at every month.|And look at it every month from now on.]
u: Agreed: on the first working day you get the list, with what we changed. [The first comes on {soon}.|]

# [Thinking about leaving|Notice period|Alternatives for next year]
d: I want to be open: we look at alternatives for next year. Not because of the people, because of the [mornings|last
   two months].
u: Thank you for telling me rather than letting me find out. May I come on {day} with {v} and a plan, and you decide
   after that?
d: Come. [No slides, please.|Bring numbers, no slides.]
u: No slides. One page, attached: what broke, what we changed, what you may hold us to. @ One page.pdf
d+day: It was a good hour. We wait until the end of the quarter with our decision. The page is on my wall.
"""

PROSPECT: Final = """
# [First steps with the planner|Offer after our call|Your questions]
u: it was good to talk to you. As promised: the offer for {m} vehicles, and how a start would look week by week. @
   Offer {account}.pdf
c: Thank you. {d} and I have read it. What happens with our data if we stop after a year?
u: You get everything as files, and thirty days later it is deleted. It is in section six, in four sentences.
d: [Four sentences, I counted.|I like section six.] We still wait for the vote on the budget.

# [Demonstration for our team|Showing it to the drivers|Could you show it once more?]
c: Could you show the planner once more, this time to {m} drivers? They ask better questions than I do.
u: I would love to. {day}, after their shift? {v} brings phones so that everybody can touch it.
c+day: They liked it. One asked whether it knows when the [school crossing|level crossing] is busy. Does it?
v: It learns it in a week. [Tell him it was the best question this month.|A good question.]

# [References|Who else uses it?|Talking to another customer]
d: Before we decide, could we talk to somebody of our size who uses it [every day|for longer than a year]?
u: I asked one; she has {m} vans and takes calls after two. I send you her number separately.
d+2: We talked for an hour. She was honest about the first month. [That helped.|That convinced us more than the
   offer.]
u: [She always is.|I am glad.] Shall I hold the start date for you?

# [Budget approved|Good news|We would like to start]
d: The budget is approved, {k} thousand for two years. [When can we start?|What is the first step?]
u: Wonderful. First step: the list of depots and vehicles. {v} leads your start and calls {c} {tomorrow}.
v: Hello both. I attach the list of what we need, most of it you have. @ Checklist.pdf
c: Half of it is in the attached sheet, the rest follows by {soon}. @ Depots and vehicles.csv
"""
