"""What is written to and fro in the demo: with customers and among colleagues. Texts of our own, and nothing else.

``# subject @ attachment`` begins one; then turns, each begun by who speaks (see ``threads``).
"""

from __future__ import annotations

from typing import Final

WITH_CUSTOMERS: Final = """
# Delivery windows on {day}
c: Our first van now leaves at 04:30 on {day}, but the plan still starts at five.

   Can we move the first window ourselves, or is that something you set?
u: You can: Settings, Depots, Opening hours. Set 04:30 for {day} and press Plan again, tours that
   already left stay as they are.

   If you like I look over it before the first run.
c: Done, and the first tour looks right. Would you check the second one? It comes back to the depot for
   {n} minutes and I do not see why.
u: That is the break rule: after six hours it plans a stop where parking is free, and the depot was the
   nearest. I added the lay-by at the ring road as a stop, now it stays out.
c: Perfect, thank you. The drivers noticed before I told them.

# Renewal for next year @ Offer {account}.pdf
u: Hello {c},

   your contract ends with the quarter. I have put an offer together for {n} vehicles on the same terms,
   with the map updates included.

   Shall we talk on {day}?
c: {day} works. Before that, two questions: is the price per vehicle fixed for two years, and can {d}
   have read-only access for the controllers?
u: Yes to both. Two years fixed is in section three, and read-only seats cost nothing.

   {d}, I will send you an invitation once this is signed.
d: Thanks, no hurry. I only need the monthly kilometres per depot.
c: Signed copy attached on our side, the order follows from purchasing.

# Drivers' app shows yesterday's tour
c: Since this morning {n} of our drivers see yesterday's tour in the app. Logging out and in again helps
   for a while, then it is back.
u: Thank you for telling us quickly. I see the phones in our log: they kept an old connection after the
   night's update.

   {v} is on it, I write again within the hour.
v: Found it. Phones that were offline at two in the morning asked for changes since a time we no longer
   keep. They now get the whole tour instead. Please have one driver pull down to refresh.
c: Two drivers tried, both correct now. I leave it open until tomorrow morning.
c: All quiet this morning. You can close it.
u: Good to hear, closing it. The cause and the fix are on our status page.

# Invoice {n}0417 @ Invoice corrected.pdf
c: The invoice lists {n} vehicles more than we have. Two vans were returned in spring, could you correct
   it and send a new one?
u: You are right, the two vans were still marked active. I have ended them with the day you returned
   them; the corrected invoice is attached and the old one cancelled.
c: Received and passed on to accounting. Thank you.

# Import of our customer list @ Addresses example.csv
c: I have about {n}00 delivery addresses in a spreadsheet. What columns do you need, and does it find
   duplicates?
u: Name, street, postcode, town; opening hours if you have them. Duplicates by address are shown before
   anything is saved. I attach a sheet with one line filled in.
c: Sent it through. It says {n} addresses were not found on the map.
u: Those are new streets. You can place them by hand with a click on the map, or wait for the map of
   next week, which has them.
d: I placed them by hand, took ten minutes. All good.

# Training for the new dispatchers
c: We have {n} new colleagues in dispatch. Could you repeat the introduction you gave us last year,
   about two hours?
u: With pleasure. {day} at ten, or the day after at two? I bring the exercises with your own depots, so
   that nobody has to imagine anything.
c: {day} at ten. There will be a screen and coffee.
v: I join for the last half hour, for questions about the driver app.
c: Thank you both for yesterday. They planned the whole of this morning alone.

# Question about tolls
c: Does the planner know that our small vans pay no toll on the bridge? It keeps sending them around by
   the tunnel.
u: It goes by the weight entered for the vehicle. Yours have 3.6 tonnes, the limit is 3.5. Is that the
   permitted weight or a typing error?
c: A typing error, they are 3.49. Tours are {n} minutes shorter now.

# Slow planning in the morning
c: Planning took {n} minutes today instead of one. Nothing changed on our side that I know of.
u: There were two orders with a window of one minute each, at the same time in different towns. The
   planner tried very hard. I marked them for you, could you look?
c: They were meant as phone reminders, not deliveries. Removed, and it is fast again.
u: We will say so on the page when an order cannot be met by anybody, instead of trying for minutes. {v}
   has it on the list for the next version.
v: It is in, with the next update on {day}. Impossible orders are listed on top, in red.

# Data protection questionnaire @ Questionnaire filled in.pdf
c: Our data protection officer asks all suppliers to fill in the attached questionnaire until the end of
   the month. It has {n} pages, I am sorry.
u: No need to be. Filled in and attached, with the list of places where data lies and who can see it.
   The short answer to question nine: nobody but you sees drivers' names.
c: Thank you, that was quick. She has one more question: how long do you keep positions?
u: Ninety days, then only the totals per tour. You can set it lower under Settings, Retention.

# Visit on {day}
u: Hello {c},

   I am in town on {day}. May I come by for an hour? I would like to see how dispatch works with two
   screens, and show you what we plan for the autumn.
c: Please do. Come at eleven and stay for lunch, {d} would like to hear about the autumn too.
d: Yes! Especially whether tours can be compared before and after a change.
u: They can, I will bring it on my laptop. See you on {day}.

# Weekly figures
c: Could the weekly report come on Friday evening instead of Monday? Our meeting is on Monday at eight.
u: Changed, it comes on Fridays at six from this week on. Kilometres and stops per tour are on the first
   page, as you asked in spring.
c: It came. One wish: could the late deliveries be counted by depot? {n} of ours were late and I do not
   know whose.
u: By depot is possible, I have switched it on for you. The next one on Friday has it.

# Trial of the new map
u: Hello {c},

   we look for three customers to try the new map for two weeks. It knows loading bays and time limits
   in pedestrian areas. Would you be one of them?
c: Gladly, the pedestrian area is our daily trouble. What do we have to do?
u: Nothing but plan as always. I switch it on tonight for depot {n}, and ask you on {day} what was
   better and what was not.
c: Better: no more tickets in the market square. Not better: it avoids the bus lane that we may use.
v: The permit for the bus lane is now a property of the vehicle. Please tick it for your vans and tell
   me if it helps.
c: It does. We would like to keep the map.

# Phone number for emergencies @ Emergency contacts.pdf
c: Which number do we call when something breaks at four in the morning? The one on the contract rings
   in your office.
u: The night number is on the second page of the attached sheet, and on the sticker that comes with it.
   {v} has the duty this month.
c: Sticker is on the wall. I hope never to meet {v} that way.

# Feedback after the first month
u: Hello {c},

   you have planned with us for a month. What went well, what did not, and what do you miss? Three lines
   are enough, I read all of them.
c: Well: fewer calls from drivers, by about {n} a day. Not well: colours, two of us cannot tell red from
   green. Missed: printing one tour on one page.
u: Thank you. Colours: there is a palette for that under Profile, Display. Printing: in work, I write
   when it is there.
u: One tour on one page is there since this morning: the small printer beside the tour's name.
"""

AMONG_COLLEAGUES: Final = """
# Who has the duty over the holidays?
u: I still need somebody for the last week. {v}, could you?
v: I can take Monday to Wednesday. After that I am away without a net, on purpose.
u: Then I take the rest. Written into the calendar.

# Release notes for review
u: Draft of the release notes is in the usual place. Please look at the part about the driver app, I am
   not sure about the order.
v: I would start with the refresh fix, three customers wait for it. And say 'tour' everywhere, once it
   says 'route'.
u: Both changed. Goes out on {day}.

# Planner tries too hard
u: We should stop planning when an order cannot be met by anybody, and say which. It is the {n}. ticket
   about it.
v: Agreed. The check is cheap: windows against driving times before we start. I make a branch today.
u: Put the list on top of the page, please, nobody scrolls at five in the morning.
v: On top, in red. Ready for you to try.

# Budget for the autumn fair @ Fair budget.csv
u: The stand costs {n} per cent more than last year. Do we keep the same size?
v: Same size, but without the coffee machine. Last year people came for the coffee and left with it.
u: Booked. Details in the attached sheet.

# Laptop for the new colleague
u: Our new colleague starts on {day}. Is there a laptop left, or do we order one?
v: One is left, with {n} stickers on it. I set it up and take off the stickers.

# Minutes of the customer round @ Customer round.txt
u: Minutes are attached. In short: the map trial goes on, two renewals are open, the night number must
   be on every contract.

   Please correct me until {day}.
v: One thing: the second renewal was signed this afternoon.
u: Even better, corrected.

# Office closed on {day}
u: The heating will be repaired on {day}, so please work from home. Plants are cared for.
v: Mine has its own opinion about water, I left a note.

# Test data for the map
u: Could I have a day of tours without names for the map tests? {n} depots would do.
v: Exported with made-up names, it is in the test folder. Nothing in it is a customer's.
u: Just what I needed, thanks.

# Expenses for June
u: Please hand in your expenses until {day}. Trains count, parking counts, parking tickets do not.
v: Handed in. The parking ticket was research.
u: Declined with a smile.

# Status page after last night
u: The note about last night says what happened but not what we do about it. Two sentences more?
v: Added: phones get the whole tour when they were away for long, and we keep changes for a week instead
   of a night.
"""
