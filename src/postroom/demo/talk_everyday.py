"""What customers and we write to and fro on ordinary days. Texts of our own, and nothing else.

See ``grammar`` for how they are read.
"""

from __future__ import annotations

from typing import Final

EVERYDAY: Final = """
# [Weekly figures|Weekly report on Fridays|Report before our Monday meeting]
c: Could the weekly report come on Friday evening instead of Monday? Our meeting is on Monday at [eight|half past
   seven|nine], and {d} [prints|reads] it first.
u: Changed, it comes on Fridays at [six|five|seven] from this week on. Kilometres and stops per tour are on the
   first page, as you asked [in spring|the other day].
c+5: It came. One wish: could the late deliveries be counted by depot? {m} of ours were late and I do not know whose.
u: By depot is possible, I [have switched it on for you|switched it on, also for {depot2}]. The next one on Friday has
   it.

# [Phone number for emergencies|Who do we call at four in the morning?|Night number]
c: Which number do we call when something breaks at four in the morning? The one on the contract rings in your office.
u: The night number is on the second page of the attached sheet. {v} has the duty this month. @ Emergency contacts.pdf
c: The sheet is on the wall [beside the coffee machine|at every desk]. I hope never to meet {v} that way.

# [New colleague in dispatch|{e} joins us|Access for {e}]
c: {e} starts in dispatch at {depot} on {day}. Could you make an access with [the same rights as mine|planning rights,
   but no prices]?
u: Done, the invitation is on its way to {e}. It is valid for two weeks.
e+day: I am in. Thank you! [Where do I find the exercises the others talked about?|Is there something to read for the
   first week?]
u: Welcome, {e}. I attach the exercises; the third one is about {depot}, you will know the streets. @ Exercises.pdf
e: [Third one done, with one tour less than the answer sheet.|I know the streets. The answer sheet has one wrong.]
u: [Then the sheet is wrong, I correct it.|You are right, corrected.] Good start!

# [Two addresses have changed|New address of our branch in {street}|Branches moved]
c: [Two|{n}] of our branches moved. The new addresses are in the planner, [please check the windows|could you check
   that the windows moved along]?
u: They moved along, except at {street}: there the new place has no ramp, so I took the long van off. Right?
c: Right, [well seen|I had forgotten the ramp].

# [Vans back at the depot|Plan for {nextday}|All vans back]
c: All {m} vans are back, [one with a broken mirror|one without its mirror]. Van {van} stays out {tomorrow}. [Is it
   enough to set it to "Workshop"?|]
u: It is. Its {n} stops went to the neighbours, no window is missed. [The longest tour ends at {time2}.|]

# [Forgotten parcel|Stop at {street} not done|Customer waits in {street}]
c: {driver} forgot the parcel for {street} and is {n} kilometres away. Can I put the stop back on the tour without
   [new planning|planning all again]?
u: Yes: open the stop, "Back on the tour", "next". The windows behind it shift by {n} minutes and two customers get a
   message.
c: Delivered. [The customer gave him an apple.|All is well.]

# [Thank you for {lastday}|Thanks to {v}|A word about {v}]
c: I wanted to say thank you for {lastday}. {v} stayed on the phone until the last van was out, [and even laughed|and
   called again in the evening].
u: That is good to read. I pass it on.
v: Thank you, {c}. It was the van with the {n} spare keys that I will remember.

# [Parking permit for {street}|Access to {street} from {nextmonth} on|New rules in the old town]
c: From {nextmonth} on the old town is closed to vans above 3.5 tonnes after {time2}. Does the planner [hear of such
   things|know] or do we enter it?
u: The map knows it on the day it is valid. Until then you can look at it: Map, Date, first of {nextmonth}.
c: Looked: {n} of our stops are affected. [Could you list them for {d}?|{d} would like the list.]
u: Here they are, with the last possible hour of each. @ Stops in the old town.csv
d: Thank you. I called all {n}, [they all take mornings|two want evenings and get a cargo bike].

# [Your update of {soon}|What changes with {ver}?|Questions on version {ver}]
c: The notice about {ver} says "windows are read more strictly". What does that mean [for us|in practice]?
u: A stop that is reached one minute too late counted as in time until now. From {ver} on it counts as late. You have
   about {n} of them a day.
c: Can we get [a grace of two minutes|two minutes of grace] for our own shops? They do not mind.
v: There is one, per customer group: Customers, Groups, Grace. I put two minutes for "{account} own" in your test
   access; look whether that is it.
c: [That is it.|Exactly that.|Looks right.] Please copy it over [on the day|before {soon}|with the update].
v+3: Copied with the update this morning. {n} stops late today, all really late.

# [Number of the week|A funny stop|Longest tour so far]
c: For your statistics: tour {tour} had {more} stops yesterday and was back at {time2}. Our longest without a
   complaint.
u: [Impressive.|That beats ours.] May we put it (without your name) into the news for customers?
c: With our name, please. {driver} wants to [show it at home|frame it].

# [Meeting moved|{weekday} does not work|Can we move our call?]
c: {weekday} does not work after all, [the auditors are here|we have visitors]. Would the day after do, same hour?
u: It does. [I moved it.|Moved, the invitation changed by itself.] Shall we talk about {depot} first? {v} has only
   half an hour.
c: {depot} first, then prices. [Until then.|See you then.]

# [Documents for the audit|Auditors ask for {lastmonth}|Proof of deliveries {lastmonth}]
c: Our auditors want the proof of {n} deliveries in {lastmonth}, with signature and time. [Numbers are below.|The
   numbers:]

   {order}-1, {order}-4, {order}-7
u: Attached as one file. One of them has a photo instead of a signature, the customer's hand was in plaster. @ Proofs
   {lastmonth}.pdf
c: [The auditor laughed and accepted it.|Accepted, plaster included.] Thank you.

# [Colours on the big screen|Screen in the dispatch office|Dark display for the night shift]
c: The night shift finds the big screen too bright. Is there [a dark one|something darker]?
u: Profile, Display, Dark. For the wall screen there is "Dark from sunset on", it then changes by itself.
d: The night shift says thank you. [They had a towel over it.|The towel over the screen is gone.]

# [Lunch next week?|{day}: lunch?|In {town} on {weekday}]
u: I am in {town} on {day}, not for work, but hungry. Lunch?
c: Gladly. The [place|kitchen] at the canal, half past twelve? {d} comes along and promises not to talk about windows.
d: I promise nothing. [See you there.|]
"""
