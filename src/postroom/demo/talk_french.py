"""What customers who write French and we write to and fro. Texts of our own, and nothing else; see ``grammar``."""

from __future__ import annotations

from typing import Final

IN_FRENCH: Final = """
# [Départ à {time}|Horaires du dépôt {depot}|Premier camion à {time}]
c: notre premier camion part désormais à {time}, mais le plan commence toujours à cinq heures. [Pouvons-nous le
   changer nous-mêmes ?|Est-ce à vous ou à nous de le régler ?]
u: vous pouvez le faire : Réglages, Dépôts, Horaires. Mettez {time} puis relancez le plan ; les tournées déjà
   parties ne changent pas.
c: [C'est fait, merci.|Fait, la première tournée est bonne.] La deuxième revient au dépôt pendant {m} minutes, est-ce
   normal ?
u: c'est la règle des pauses : le dépôt était le parking le plus proche. J'ai ajouté l'aire de la rocade, il n'y
   passera plus.
c: [Parfait, les chauffeurs vous remercient.|C'est parfait maintenant.]

# [Facture {inv}|Question sur la facture {inv}|Facture {inv} : véhicules en trop]
c: la facture {inv} compte {n} véhicules de trop. Ils ont été rendus [au printemps|en {lastmonth}]. Pourriez-vous la
   corriger ?
u: vous avez raison, ils étaient encore actifs. La facture corrigée est jointe, l'ancienne est annulée. @ Facture
   {inv} corrigee.pdf
c: [Bien reçue, merci.|Reçue et transmise à la comptabilité.]

# [Ancienne tournée dans l'application|Application : tournée d'hier|{n} téléphones en retard]
c: depuis ce matin, {n} chauffeurs voient la tournée d'hier dans l'application. Se reconnecter n'aide que quelques
   minutes.
u: merci de nous avoir prévenus aussi vite. Les téléphones ont gardé une ancienne connexion après la mise à jour. {v}
   s'en occupe.
v: trouvé : les téléphones éteints à deux heures du matin ne recevaient plus rien. Ils reçoivent maintenant la tournée
   entière.
c: deux chauffeurs ont essayé, [tout est bon|c'est correct]. Merci à vous deux.
c+1: rien à signaler ce matin, vous pouvez fermer le ticket.

# [Formation à {depot}|Formation des nouveaux|{n} nouvelles personnes à la planification]
c: nous avons {n} nouvelles personnes à la planification. Pourriez-vous refaire la formation de l'an dernier ?
u: avec plaisir. {day} à dix heures ? J'apporte des exercices avec vos propres dépôts.
c: {weekday} à dix heures, c'est noté. [Il y aura du café.|Il y aura du café et un écran.]
c+day: merci pour hier. Ce matin, ils ont fait tout le plan sans nous.

# [Renouvellement du contrat|Offre pour {m} véhicules|Votre contrat] @ Offre {account}.pdf
u: votre contrat se termine à la fin du trimestre. Voici une offre pour {m} véhicules aux mêmes conditions. En
   parlons-nous {day} ?
c: {weekday} me convient. Une question : le prix est-il fixe pendant deux ans ?
u: oui, c'est écrit à l'article trois. Les accès en lecture sont gratuits, pour {d} par exemple.
d: merci, [il me faut seulement les kilomètres par dépôt|les chiffres du mois me suffisent].

# [Livraison du {weekday}|Grande commande du {weekday}|{k} caisses à livrer]
c: {day}, nous avons une commande de {k} caisses pour un seul client. Aucun camion ne suffit, faut-il la diviser à la
   main ?
u: laissez faire le planificateur : « En plusieurs parties », {n} au plus. Elles arriveront à peu près ensemble.
c+day: les {n} parties sont arrivées [avant dix heures|en moins d'une heure]. Le client était ravi.

# [Péage du pont|Détour par le tunnel|Petits camions et péage]
c: le planificateur sait-il que nos petits camions ne paient pas le péage du pont ? Il les envoie toujours par le
   tunnel.
u: il regarde le poids. Chez vous il est écrit 3,6 tonnes et la limite est de 3,5. Serait-ce une faute de frappe ?
c: une faute de frappe, c'est 3,49. Les tournées sont plus courtes de {m} minutes.

# [Visite à {town}|Je passe {weekday} ?|{day} à {town}]
u: je suis à {town} {day}. Puis-je passer une heure pour voir le quai [de nuit|le matin] ?
c: bien sûr, la lumière est allumée dès trois heures. {d} vous montrera le quai.
u+day: merci pour la visite. J'ai noté quatre souhaits, ils sont joints. @ Notes {depot}.pdf
d: le troisième était par dépôt et non par camion. [Le reste est juste.|Sinon, c'est exact.]
"""
