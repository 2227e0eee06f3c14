"""What customers and we write to and fro about planning tours. Texts of our own, and nothing else.

See ``grammar`` for how they are read.
"""

from __future__ import annotations

from typing import Final

PLANNING: Final = """
# [Delivery windows on {weekday}|Earlier start at {depot}|First van at {time} from {weekday}]
c: Our first van [now leaves|will leave] at {time} on {weekday}s, but the plan still starts at five.

   Can we move the first window ourselves, or is that something you set?
u: You can: Settings, Depots, Opening hours. Set {time} for {weekday} and press Plan again; tours that already left
   stay as they are.

   [If you like I look over it before the first run.|I can look over it before the first run.|]
c: Done, and the first tour looks right. Would you check [the second one|tour {tour}]? It comes back to the depot for
   {m} minutes and I do not see why.
u: That is the break rule: after six hours it plans a stop where parking is free, and the depot was the nearest. I
   added the lay-by at [the ring road|{street}] as a stop, now it stays out.
c: [Perfect, thank you.|Thank you.] The drivers noticed before I told them.

# [Question about tolls|Small vans and the toll bridge|Why the detour by the tunnel?]
c: Does the planner know that our small vans pay no toll on the bridge? It keeps sending them around by [the
   tunnel|{street}].
u: It goes by the weight entered for the vehicle. [Yours|Your small ones|Those at {depot}] have 3.6 tonnes, the
   limit is 3.5. Is that [the permitted weight or a typing error|right, or a typing error]?
c: A typing error, they are 3.49. [Corrected for all {m} of them.|I corrected it for {depot}.] Tours are {m} minutes
   shorter now.
u: {m} minutes [a day and van|per tour] is more than most features bring. [Glad you asked.|I noted it for the manual.]

# [Two depots, one tour|Sharing vans between {depot} and {depot2}|Tours across depots]
c: From {nextmonth} on {depot} and {depot2} share {n} vans. Can a tour begin at one and end at the other?
u: [Yes, if|It can, as long as] the vans belong to both: Vehicles, Home, "Any of these". The planner then weighs the
   [empty way back|way back from {depot2}].
c: It [works|plans], but every tour now ends in {depot2}. [The vans pile up there.|In the morning there are none
   left.]
v: Because ending there is always cheaper by {n} kilometres. There is a balance for that: "Vans wanted in the
   morning". [Put {n} for {depot}.|Try {n} for {depot}.]
c+1: That was it. [In the morning they stand where we need them.|{n} here and the rest there, as it should be.]

# [Cold and dry goods in one van|Compartments|Frozen goods on tour {tour}]
c: The new vans have two compartments, cold and dry. How do we tell the planner that [ice cream|frozen bread] must not
   travel with the [newspapers|dry boxes]?
u: Give the vehicle two compartments with their own capacity, and the goods a temperature. I made one as an example:
   van {van}. The other {n} can be copied from it.
c: Copied. One thing: an order with both now needs two vans, although one [would do|has room for both].
u: Tick "May be split over compartments" at the order type. I ticked it for [your mixed orders|deliveries to shops].
d: Since [{lastday}|yesterday] mixed orders travel together. [{driver} asks who turned the radio off, that was not
   you.|The first tour saved {m} kilometres.]

# [Holiday plan for {nextmonth}|Bank holiday tours|Only {n} tours on the holiday]
c: On the holiday we drive {n} tours only. Is there anything to switch off [on your side|or does it know]?
u: It knows the holiday, but not that you work on it. I attach how to make a day of its own; it takes [two|{n}]
   minutes. @
   Days of their own.pdf
c: Made one for the holiday, with {n} vans and the late opening at {depot}. [Looks right.|It looks right to me.]
u: To me too. I put a reminder in [my calendar|ours] for the next one.

# [Orders with two addresses|Pick up and deliver|Collections on the way back]
c: We would like to collect empty crates on the way back, from {m} shops at first. Is that an order or something else?
u: An order of kind "Collect". It wants a capacity on the way back: your vans have {k} crates, is that right?
c: [Rather {m} fewer|A little less], because the returned ones do not stack.
v: Then put the height instead of the number, and it counts stacked and loose ones by itself. I changed the unit for
   the {depot} vans as a trial.
c+2: The trial brought back {k} crates in two days. [We take it everywhere from {nextmonth}.|The yard is full, in a
   good way.]
u: Then I switch it on for all depots on [the first|{soon}].

# [New postcode areas|Area map for {depot}|Moving {street} to {depot2}]
c: {street} and what lies behind it should go to {depot2}. [In the area map I cannot take single streets.|How do I
   draw that?]
u: Hold Shift and draw a line, it cuts the area in two. Then drag the smaller half onto {depot2}. {k} addresses move
   along.
c: [That was easier than I thought.|Done.] Are the standing orders moved too?
u: From the next plan on. The ones planned for {nextday} stay, so nobody is surprised.

# [Drivers' breaks|Break rule on long tours|Tour {tour}: break after five hours]
c: Our works council asks for the break after five hours at the latest, not six. [From {nextmonth}.|It would be from
   {nextmonth} on.]
u: You can set it per group of drivers: People, Groups, Breaks. With five hours {n} of your tours get longer by about
   {m} minutes. Here is the comparison. @ Tours before and after.csv
c: {m} minutes are fine. [And two short breaks instead of a long one?|Could it be two breaks of fifteen minutes?]
v: Two are possible since {ver}. The planner then puts the first where there is a [bakery|toilet], people asked for
   that.
c: The works council [likes that more than the rest|had one question only: which bakery]. Set for all groups.

# [Big order on {weekday}|{k} boxes to {street}|Extra delivery for the festival]
c: On {day} we have one order of {k} boxes to {street}, [for the festival|for an opening]. No van takes that. Split by
   hand?
u: Let the planner split it: "May be delivered in parts", at most {n}. It then also keeps the parts close together.
c: It makes {n} parts, all [before ten|within one hour]. [Exactly right.|Very good.] Can the customer see all parts
   under one link?
u: They can, the link in the confirmation shows them together.
c+day: All {n} parts were there by [half past nine|a quarter to ten]. The brass band carried the last ones.

# [Tours before and after|Compare two plans|Does the new rule help?]
c: Is there a way to see the same day planned with the old and with the new rule? [I have to explain it to {d}.|{d}
   asks for numbers.]
u: Plan, then "Keep as comparison". Both stand beside each other with kilometres, hours and late stops. I kept last
   {weekday} for you.
d: [I see {m} fewer kilometres but {n} more late stops.|Fewer kilometres, but {n} stops are later.] What is the price
   of a late stop in there?
v: {n} minutes of driving. You can change it under Plan, Weights; with twice that you keep the saved kilometres
   [almost all|for the most part] and lose the late stops.
d: With twice that I am convinced. [Leave it so.|Please leave it that way.]
"""
