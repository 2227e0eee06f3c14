"""What customers who write German and we write to and fro. Texts of our own, and nothing else; see ``grammar``."""

from __future__ import annotations

from typing import Final

IN_GERMAN: Final = """
# [Erste Tour ab {time}|Früherer Start in {depot}|Öffnungszeit {depot}]
c: unser erster Wagen fährt ab {nextmonth} schon um {time}, der Plan beginnt aber erst um fünf. [Können wir das selbst
   ändern?|Stellt ihr das ein oder machen wir das selbst?]
u: das geht bei euch unter Einstellungen, Depots, Öffnungszeiten. {time} eintragen und neu planen; Touren, die schon
   unterwegs sind, bleiben, wie sie sind.
c: [Erledigt, die erste Tour sieht gut aus.|Eingetragen, es passt.] Nur die zweite kommt für {m} Minuten ins Depot
   zurück, warum?
u: das ist die Pausenregel: Nach sechs Stunden plant sie einen Halt mit freiem Parkplatz, und das Depot war am
   nächsten. Ich habe den Rastplatz an der Ringstraße ergänzt.
c: [Jetzt stimmt es, danke.|Danke, die Fahrer haben es vor mir gemerkt.]

# [Rechnung {inv}|Frage zur Rechnung {inv}|Rechnung {inv}: zu viele Fahrzeuge]
c: auf der Rechnung {inv} stehen {n} Fahrzeuge zu viel. Wir haben sie [im Frühjahr|im {lastmonth}] abgegeben. Könnt
   ihr das bitte korrigieren?
u: du hast recht, sie standen noch auf aktiv. Die korrigierte Rechnung hängt an, die alte ist storniert. @ Rechnung
   {inv} korrigiert.pdf
c: [Angekommen und an die Buchhaltung weitergegeben.|Danke, ist bei der Buchhaltung.]

# [App zeigt alte Tour|Fahrer-App: Tour von gestern|{n} Handys mit falscher Tour]
c: seit heute früh sehen {n} Fahrer in der App die Tour von gestern. Ab- und wieder anmelden hilft nur kurz.
u: danke für die schnelle Nachricht. Die Handys hatten nach dem Update noch eine alte Verbindung. {v} ist dran, ich
   melde mich [in einer Stunde|vor Mittag].
v: gefunden: Wer nachts um zwei offline war, bekam keine Änderungen mehr. Jetzt wird die ganze Tour geladen. Bitte
   einmal nach unten ziehen.
c: [Zwei|{n}] Fahrer haben es probiert, beide Male richtig. [Danke euch!|Danke.]
c+1: [Heute früh war alles ruhig.|Heute keine einzige Meldung.] Ihr könnt es schließen.

# [Schulung für neue Kollegen|Einführung für die Disposition|{n} neue Leute in {depot}]
c: bei uns fangen {n} neue Leute in der Disposition an. Kannst du die Einführung vom letzten Jahr wiederholen, etwa
   zwei Stunden?
u: sehr gerne. Am {day} um zehn? Ich bringe Übungen mit euren eigenen Depots mit.
c: {weekday} um zehn passt. [Beamer und Kaffee sind da.|Es gibt Kaffee und Brezeln.]
c+day: danke für gestern! Heute früh haben sie den ganzen Plan allein gemacht.

# [Vertrag: Verlängerung|Angebot für {m} Fahrzeuge|Verlängerung ab {nextmonth}] @ Angebot {account}.pdf
u: euer Vertrag läuft zum Quartalsende aus. Im Anhang ist ein Angebot für {m} Fahrzeuge zu gleichen Bedingungen.
   Wollen wir am {day} sprechen?
c: [{weekday} passt.|Gut, am {weekday}.] Vorab: Ist der Preis für zwei Jahre fest, und kann {d} lesend dazukommen?
u: beides ja. Die zwei Jahre stehen in Abschnitt drei, und Zugänge zum Lesen kosten nichts.
d: [Danke, ich brauche nur die Kilometer je Depot.|Danke, mir reichen die Monatszahlen.]

# [Maut für kleine Wagen|Umweg durch den Tunnel|Frage zur Brücke]
c: weiß der Planer, dass unsere kleinen Wagen auf der Brücke keine Maut zahlen? Er schickt sie immer durch den Tunnel.
u: er richtet sich nach dem Gewicht. Bei euch stehen 3,6 Tonnen, die Grenze ist 3,5. Ist das ein Tippfehler?
c: ein Tippfehler, es sind 3,49. Die Touren sind jetzt {m} Minuten kürzer.

# [Pfandkisten zurückholen|Leergut auf dem Rückweg|Kisten von {m} Märkten]
c: wir möchten auf dem Rückweg Leergut mitnehmen, zuerst von {m} Märkten. Ist das ein Auftrag oder etwas anderes?
u: ein Auftrag der Art „Abholen“. Er braucht die freie Kapazität auf dem Rückweg: Stimmen {k} Kisten je Wagen?
c: [eher {m} weniger, volle Kästen stapeln wir nicht so hoch.|etwas weniger, weil leere nicht so gut stapeln.]
v: dann nehmt die Höhe statt der Zahl. Für die Wagen aus {depot} habe ich es zur Probe umgestellt.
c+2: in zwei Tagen {k} Kisten zurück, [der Hof ist voll|und keiner musste doppelt fahren]. Das machen wir überall.

# [Termin am {weekday}|Besuch in {depot}|Bin am {weekday} in {town}]
u: ich bin am {day} in {town}. Darf ich für eine Stunde vorbeikommen und mir die Nachtschicht ansehen?
c: sehr gerne, ab drei Uhr früh ist hier Licht. {d} zeigt dir die Rampe.
u+day: danke für die Führung! Vier Wünsche habe ich notiert, sie hängen an. @ Notizen {depot}.pdf
d: Nummer drei meinten wir je Depot, nicht je Wagen. [Sonst genau so.|Der Rest stimmt.]

# [Betriebsrat fragt nach Pausen|Pause nach fünf Stunden|Pausenregel Tour {tour}]
c: unser Betriebsrat möchte die Pause spätestens nach fünf Stunden statt nach sechs. Geht das ab {nextmonth}?
u: ja, je Gruppe von Fahrern. {n} Touren werden dadurch etwa {m} Minuten länger, der Vergleich hängt an. @
   Vergleich.csv
c: {m} Minuten sind in Ordnung. [Gehen auch zwei kurze Pausen?|Wären zwei kurze Pausen möglich?]
u: seit {ver} geht das. Ich habe es für {depot} eingeschaltet.
"""
