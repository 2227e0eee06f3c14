"""What customers and we write to and fro when something does not work. Texts of our own, and nothing else.

See ``grammar`` for how they are read.
"""

from __future__ import annotations

from typing import Final

SUPPORT: Final = """
# [Drivers' app shows yesterday's tour|Driver app: old tour on {n} phones|Wrong tour in the app since {time}]
c: [Since this morning|Since about {time}] {n} of our drivers [see|have] yesterday's tour in the app. Logging out
   and in again helps for a while, then it is back. [{driver} noticed it first.|It is mostly the phones of
   {depot}.|]
u: Thank you for telling us [quickly|so soon]. I see the phones in our log: they kept an old connection after the
   night's update.

   {v} is on it, I write again [within the hour|before noon|as soon as I know more].
v: Found it. Phones that were offline at two in the morning asked for changes since a time we no longer keep. They now
   get the whole tour instead. [Please have one driver pull down to refresh.|Could one driver refresh and tell me what
   it shows?]
c: [Two|{n}] drivers tried, [both correct|all correct] now. I leave it open until {nextday}.
c+1: All quiet [this morning|since then]. You can close it.
u: Good to hear, closing {ticket}. The cause and the fix are on our status page.

# [Slow planning in the morning|Planning takes {n} minutes|Plan of {depot} very slow today]
c: Planning [{depot}|the {depot} tours] took {n} minutes today instead of one. Nothing changed on our side that I know
   of. [We had to send {driver} out with the old plan.|The first van left at {time}, half an hour late.|]
u: There were [two|three] orders with a window of one minute each, at the same time in different towns. The planner
   tried very hard. I marked them for you, could you look?
c: They were meant as [phone reminders|notes for {d}], not deliveries. Removed, and it is fast again[.|: {n} seconds.]
u: [We will say so on the page|The page will say so] when an order cannot be met by anybody, instead of trying for
   minutes. {v} has it on the list for the next version.
v+2: It is in {ver}. Impossible orders are listed on top, in red.

# [Scanner does not print labels|Labels come out empty at {depot}|Label printer {depot}]
c: The scanner at [gate {n}|the back gate of {depot}] reads parcels, but the label comes out [empty|without the tour
   number]. Other printers [are fine|print as always]. {driver} writes the numbers by hand for now.
u: That printer asks for a field we renamed in {ver}. [I set the old name as a second one|I put the old name back
   beside the new one], please print one label and tell me.
c: The number is there, the town is cut off after {n} letters.
v: The town has its own width, that was mine. [Corrected just now.|It is corrected, no restart needed.] Two labels
   with long names came out whole here: [Stratton-on-the-Hill|Upper Wetherby Common] and {street}.
c: Whole here too. {driver} says thank you, on behalf of both hands.

# [Message "route not found" on the map|Map error near {street}|No way found to {street}]
c: For [one stop|a stop] in {street} the map says there is no way. There is, our van stands in it [every day|every
   morning]. [See the picture.|]
u: The street was entered as closed [since spring|for the gas works], and the closing had no end. I reported it to the
   map people and opened it for you by hand.
c: [Works.|It works now.] Could I do that myself the next time?
u: You can: right click on the road, then "Passable for us". It stays until you take it away, and only your plans use
   it. [I will add a picture to the manual.|]

# [Cannot sign in after holiday|Password of {d}|Sign-in locked]
c: {d} is back from holiday and cannot sign in. It says the account is locked. [Could you help?|Is that something I
   can undo?]
u: Somebody tried an old password {m} times from the tablet at {depot}, [probably the tablet itself|I think it was the
   tablet on its own]. I unlocked it, please enter the new password there too.
d: It was the tablet. [Both work now, thank you.|Thank you, everything is open again.]

# [Stops twice on tour {tour}|Duplicate stops since the import|Every stop appears twice]
c: After [this morning's|the {time}] import every stop of tour {tour} is there twice. The driver [would knock
   twice|called me from the second stop].
u: The file came twice, at {time} and four minutes later, with different order numbers. [Shall I take the second
   delivery back as a whole?|I can take back the second one as a whole, only say so.]
c: Yes please, [the second one|that one]. Our system restarted in between, I hear now.
u: Taken back: {k} stops gone, none of them had started. [If you send an id with each file|If each file has an id], we
   notice repeats ourselves.
d: I asked our IT for the id. [They put it in next week.|It comes with their change on {soon}.]
v: I saw the first file with an id just now. A repeat is refused and says why, [tried it with yours|as it should].

# [Push messages arrive late|Late messages on the phones|Driver messages {m} minutes late]
c: Messages to drivers arrive [up to {m} minutes|about {m} minutes] late, only on the [new|grey] phones. The old ones
   ring at once.
u: The [new|{m} new] phones put our app to sleep. There is a setting "May run in the background", could you try it on
   [one|one of them|the one of {driver}]?
c: [Tried it on the phone of {driver}|On {driver}'s phone]: rings at once. Do I have to do that on all {m}?
v: Not by hand. I attach a profile for your device management which sets it on all of them. @ Profile for phones.txt
c+1: Rolled out [last night|yesterday evening]. No complaint today, and {driver} complains about everything.

# [Report shows wrong kilometres|Kilometres of {lastmonth}|Distance in the monthly report]
c: The report for {lastmonth} says {k}0 kilometres for {depot}. The odometers say [almost {m} per cent less|much
   less]. Which of them is [right|wrong]?
u: The odometers. Two vans were on the ferry with the app running, [so the ferry counted|and the ferry's way was
   counted]. I take ferries out and send it again.
u: Here is the corrected report. The difference to the odometers is now below one per cent. @ Report {lastmonth}.pdf
c: [That fits.|That fits, thank you.] I pass it on to {d} for the fuel tax.
d: Received. [One question less for the auditor.|It goes into the folder.]

# [App crashes when taking a photo|Photo of proof of delivery|App closes with camera]
c: The app closes when a driver takes a photo of the [parcel|delivery note]. Only on {n} of the phones, and only in
   the dark[ as far as I see|, strange as it sounds].
v: It is less strange than it sounds: in the dark the picture is larger. [I found the limit it runs into.|There is a
   limit it runs into.] Version {ver} comes to your phones tonight.
c+1: {n} photos last night, no crash. [Even {driver} is content.|The one of a cat on a pallet is very sharp.]
u: I close {ticket} then. [Cats are welcome.|Write again any time.]

# [Export of stops ends early|CSV export incomplete|Export stops at line {k}]
c: The export of stops ends at line {k}00. [Is that a limit, and can it be raised?|We need all of {lastmonth}.]
u: It is a limit of the page, [not of the data|the data is all there]. The full month is under Reports, Exports; it is
   made in the background and you get a link.
c: Found it. [The link came after {n} minutes.|It came within {n} minutes.] Can that happen by itself every month?
u: Yes, tick "First working day". I ticked it for {lastmonth} already so that you see what it looks like.

# [Time zone on delivery notes|Delivery notes one hour off|Clock on the notes]
c: Since the [clocks changed|last update] our delivery notes are one hour early. [Nobody minds except one
   hospital.|One customer insists on the minute.]
u: The notes took the depot's clock as it was when the tour was planned, and [these|some] tours were planned before
   the change. New ones are right. I can print the old ones again.
c: [Only those of {street} please|Only the ones of {depot}, please], {m} pieces.
u: Printed as one file, attached. @ Delivery notes again.pdf
c: The hour is back. [The hospital is content.|They are content.]

# [Connection to our order system|Interface: error {k}|Orders do not come through]
c: Our order system reports error {k} since {time}, and no orders come through. [We type them in by hand.|{d} types
   the urgent ones in by hand.]
u: I see it: the certificate on your side ended at midnight, so we refuse the connection. [Whoever looks after your
   server can renew it.|Your IT can renew it in minutes.]
d: Renewed. The first {m} orders are through. [Could you tell us before it happens, the next time?|Next time a warning
   would be nice.]
v: You get a mail [thirty|twenty] days before from now on, to you and {c}. The orders of the night have all arrived, I
   counted {k}.
c: [Counted the same here.|{k} here too.] Thank you all, back to normal.
"""
