package replay

// packageSentences tell of wholesale packages, add-ons and base licences. In
// braces stands what is filled in: user, topic (the add-on), and what a step
// names.
var packageSentences = map[string][3]string{
	"title_package": {
		"Why {user} has the package {package}",
		"Perché {user} ha il pacchetto {package}",
		"Warum {user} das Paket {package} hat"},
	"title_not_package": {
		"Why {user} does not have the package {package}",
		"Perché {user} non ha il pacchetto {package}",
		"Warum {user} das Paket {package} nicht hat"},
	"title_no_package": {
		"Why {user} has no package",
		"Perché {user} non ha un pacchetto",
		"Warum {user} kein Paket hat"},
	"title_add_on": {
		"Why {user} has {topic}",
		"Perché {user} ha {topic}",
		"Warum {user} {topic} hat"},
	"title_no_add_on": {
		"Why {user} does not have {topic}",
		"Perché {user} non ha {topic}",
		"Warum {user} {topic} nicht hat"},
	"title_base": {
		"Why {user} has base licences",
		"Perché {user} ha licenze di base",
		"Warum {user} Basislizenzen hat"},
	"title_no_base": {
		"Why {user} has no base licences",
		"Perché {user} non ha licenze di base",
		"Warum {user} keine Basislizenzen hat"},

	"answer_package": {
		"{user} has the package {package}: it was given with {event}.",
		"{user} ha il pacchetto {package}: è stato assegnato con l'{event}.",
		"{user} hat das Paket {package}: Es wurde zugewiesen mit {event}."},
	"answer_package_other": {
		"A user has one package at a time, and {user} has {package}: it was given with {event}.",
		"Un utente ha un solo pacchetto alla volta, e {user} ha {package}: è stato assegnato con l'{event}.",
		"Ein Benutzer hat je nur ein Paket, und {user} hat {package}: Es wurde zugewiesen mit {event}."},
	"answer_package_never": {
		"No package was ever given to {user}.",
		"A {user} non è mai stato assegnato un pacchetto.",
		"{user} wurde nie ein Paket zugewiesen."},
	"answer_package_taken": {
		"The package {package} of {user} was taken away with {event}.",
		"Il pacchetto {package} di {user} è stato ritirato con l'{event}.",
		"Das Paket {package} von {user} wurde zurückgenommen mit {event}."},
	"answer_package_gone": {
		"{user} is no longer in the account: removed with {event}. Whoever leaves gives everything back, numbers included.",
		"{user} non è più nell'account (rimozione: {event}). Chi lascia l'account restituisce tutto, anche i numeri.",
		"{user} ist nicht mehr im Konto: entfernt mit {event}. Wer das Konto verlässt, gibt alles zurück, auch die Nummern."},
	"answer_package_account_deleted": {
		"The account was deleted with {event}, and all its packages and numbers were released.",
		"L'account è stato eliminato con l'{event}, e tutti i suoi pacchetti e numeri sono stati rilasciati.",
		"Das Konto wurde gelöscht mit {event}, und alle seine Pakete und Nummern wurden freigegeben."},
	"answer_add_on": {
		"{user} has {topic} beside the package {package}: it was given with {event}.",
		"{user} ha {topic} oltre al pacchetto {package}: è stato assegnato con l'{event}.",
		"{user} hat {topic} neben dem Paket {package}: zugewiesen mit {event}."},
	"answer_add_on_never": {
		"{topic} was never given to {user}.",
		"A {user} non è mai stato assegnato {topic}.",
		"{topic} wurde {user} nie zugewiesen."},
	"answer_add_on_taken": {
		"{topic} was taken away from {user} with {event}.",
		"{topic} è stato ritirato a {user} con l'{event}.",
		"{topic} wurde von {user} zurückgenommen mit {event}."},
	"answer_base": {
		"{user} has these base licences: {base}. They came from a file of users, last with {event}, and use no pool.",
		"{user} ha queste licenze di base: {base}. Provengono da un file di utenti, da ultimo con l'{event}, e non occupano posti.",
		"{user} hat diese Basislizenzen: {base}. Sie kamen aus einer Benutzerdatei, zuletzt mit {event}, und belegen keine Plätze."},
	"answer_base_never": {
		"No base licences were ever given to {user}: only a file of users does that.",
		"A {user} non sono mai state assegnate licenze di base: lo fa solo un file di utenti.",
		"{user} wurden nie Basislizenzen zugewiesen: Das tut nur eine Benutzerdatei."},
	"answer_base_taken": {
		"The base licences of {user} were taken away, last with {event}.",
		"Le licenze di base di {user} sono state ritirate, da ultimo con l'{event}.",
		"Die Basislizenzen von {user} wurden zurückgenommen, zuletzt mit {event}."},

	"now_not_offered": {
		"{package} is not among the packages of the account.",
		"{package} non è tra i pacchetti dell'account.",
		"{package} ist keines der Pakete des Kontos."},
	"now_limit": {
		"{package} cannot be given now: its limit is {limit}, and users who have it: {used}.",
		"{package} ora non si può assegnare: il suo limite è {limit}, gli utenti che lo hanno: {used}.",
		"{package} kann zurzeit nicht zugewiesen werden: Limit {limit}, Benutzer, die es haben: {used}."},
	"now_package": {
		"{package} is among the packages of the account and below its limit: it can be given.",
		"{package} è tra i pacchetti dell'account e non ha raggiunto il limite: si può assegnare.",
		"{package} ist eines der Pakete des Kontos, sein Limit ist nicht erreicht: Es kann zugewiesen werden."},
	"now_change": {
		"{package} is among the packages of the account and below its limit: the user can change to it, and gives {old} up in the same step.",
		"{package} è tra i pacchetti dell'account e non ha raggiunto il limite: l'utente può passarvi, e nello stesso passo lascia {old}.",
		"{package} ist eines der Pakete des Kontos, sein Limit ist nicht erreicht: Der Benutzer kann dazu wechseln und gibt im selben Schritt {old} ab."},
	"now_packages": {
		"One of these can be given now: {packages}.",
		"Ora si può assegnare uno di questi: {packages}.",
		"Zurzeit kann eines von diesen zugewiesen werden: {packages}."},
	"now_packages_limit": {
		"None can be given now, all packages of the account are at their limit: {packages}.",
		"Ora non se ne può assegnare, tutti i pacchetti dell'account hanno raggiunto il limite: {packages}.",
		"Zurzeit kann keines zugewiesen werden, alle Pakete des Kontos sind an ihrem Limit: {packages}."},
	"now_packages_none": {
		"None can be given now: no packages are set for the account.",
		"Ora non se ne può assegnare: per l'account non sono impostati pacchetti.",
		"Zurzeit kann keines zugewiesen werden: Für das Konto sind keine Pakete festgelegt."},
	"now_add_on": {
		"It can be given now: it goes with {package}, which the user has.",
		"Ora si può assegnare: va con {package}, che l'utente ha.",
		"Es kann jetzt zugewiesen werden: Es gehört zu {package}, das der Benutzer hat."},
	"now_add_on_needs": {
		"It needs the package {packages}; {user} has {package}.",
		"Richiede il pacchetto {packages}; {user} ha {package}.",
		"Es setzt das Paket {packages} voraus; {user} hat {package}."},
	"now_add_on_needs_any": {
		"It needs the package {packages}; {user} has no package.",
		"Richiede il pacchetto {packages}; {user} non ha un pacchetto.",
		"Es setzt das Paket {packages} voraus; {user} hat kein Paket."},

	"at_most": {"{package} (at most {limit})", "{package} (al massimo {limit})", "{package} (höchstens {limit})"},
	"used_of": {"{package} ({used} of {limit})", "{package} ({used} di {limit})", "{package} ({used} von {limit})"},
	"either":  {"{some} or {last}", "{some} o {last}", "{some} oder {last}"},

	"calling_reach": {
		"Calling needs a location and a number; the user has: {reach}.",
		"Per le chiamate servono una sede e un numero; l'utente ha: {reach}.",
		"Für Anrufe braucht es einen Standort und eine Nummer; der Benutzer hat: {reach}."},
	"reach_location":  {"location {location}", "sede {location}", "Standort {location}"},
	"reach_extension": {"extension {extension}", "interno {extension}", "Durchwahl {extension}"},
	"reach_phone":     {"phone number {phone}", "numero di telefono {phone}", "Rufnummer {phone}"},
	"reach_hidden":    {"a phone number of the user's own", "un numero di telefono proprio dell'utente", "eine eigene Rufnummer"},
	"site_missing": {
		"It has meetings, and no preferred site for them was given: that is no obstacle, but a warning.",
		"Comprende le riunioni, e non è stato indicato un sito preferito: non è un ostacolo, ma un avviso.",
		"Es enthält Meetings, und eine bevorzugte Site dafür wurde nicht angegeben: Das ist kein Hindernis, aber eine Warnung."},
	"numbers_freed": {
		"Location and numbers were released.",
		"Sede e numeri sono stati rilasciati.",
		"Standort und Nummern wurden freigegeben."},
	"by_import": {
		"A row of a file of users said so.",
		"Così diceva una riga di un file di utenti.",
		"So stand es in einer Zeile einer Benutzerdatei."},

	"packages_set": {
		"It was set which packages the account may give out: {packages}.",
		"È stato impostato quali pacchetti l'account può assegnare: {packages}.",
		"Es wurde festgelegt, welche Pakete das Konto zuweisen darf: {packages}."},
	"packages_set_none": {
		"It was set that the account may give out no package.",
		"È stato impostato che l'account non può assegnare pacchetti.",
		"Es wurde festgelegt, dass das Konto kein Paket zuweisen darf."},
	"add_on_set": {
		"It was set how many users of the account may have it: {packages}.",
		"È stato impostato quanti utenti dell'account possono averlo: {packages}.",
		"Es wurde festgelegt, wie viele Benutzer des Kontos es haben dürfen: {packages}."},
	"package_joined": {
		"{user} joined the account with the package {package}: it was one of the account's, and below its limit.",
		"{user} fa parte dell'account da qui in poi, con il pacchetto {package}: era tra quelli dell'account e sotto il suo limite.",
		"{user} kam mit dem Paket {package} zum Konto: Es war eines des Kontos, und sein Limit war nicht erreicht."},
	"package_given": {
		"{user} was given the package {package}: it was one of the account's, and below its limit.",
		"A {user} è stato assegnato il pacchetto {package}: era tra quelli dell'account e sotto il suo limite.",
		"{user} erhielt das Paket {package}: Es war eines des Kontos, und sein Limit war nicht erreicht."},
	"package_changed": {
		"The package of {user} was changed from {old} to {package} in one step; only the limit of {package} counted.",
		"Il pacchetto di {user} è passato da {old} a {package} in un solo passo; contava solo il limite di {package}.",
		"Das Paket von {user} wurde in einem Schritt von {old} zu {package} gewechselt; es zählte nur das Limit von {package}."},
	"package_reach": {
		"It was changed where {user} is reached; the package stayed.",
		"È cambiato dove si raggiunge {user}; il pacchetto è rimasto.",
		"Es wurde geändert, wo {user} erreicht wird; das Paket blieb."},
	"package_taken": {
		"The package {package} of {user} was taken away.",
		"Il pacchetto {package} di {user} è stato ritirato.",
		"Das Paket {package} von {user} wurde zurückgenommen."},
	"package_user_removed": {
		"{user} left the account; everything was given back, numbers included.",
		"{user} ha lasciato l'account; tutto è stato restituito, anche i numeri.",
		"{user} verließ das Konto; alles wurde zurückgegeben, auch die Nummern."},
	"package_account_deleted": {
		"The account was deleted, and with it all packages and numbers were released.",
		"L'account è stato eliminato, e con esso sono stati rilasciati tutti i pacchetti e i numeri.",
		"Das Konto wurde gelöscht, und damit wurden alle Pakete und Nummern freigegeben."},
	"add_on_given": {
		"{user} was given {topic}, which goes with the package {package}.",
		"A {user} è stato assegnato {topic}, che va con il pacchetto {package}.",
		"{user} erhielt {topic}, das zum Paket {package} gehört."},
	"add_on_taken": {
		"{topic} was taken away from {user}.",
		"{topic} è stato ritirato a {user}.",
		"{topic} wurde von {user} zurückgenommen."},
	"add_on_taken_changed": {
		"{topic} was taken away from {user}: it does not go with the new package.",
		"{topic} è stato ritirato a {user}: non va con il nuovo pacchetto.",
		"{topic} wurde von {user} zurückgenommen: Es gehört nicht zum neuen Paket."},
	"add_on_taken_unassigned": {
		"{topic} was taken away from {user}, together with the package.",
		"{topic} è stato ritirato a {user}, insieme al pacchetto.",
		"{topic} wurde von {user} zurückgenommen, zusammen mit dem Paket."},
	"base_given": {
		"{user} got the base licences {base}: a file of users said so, or gave a package, with which they come. They use no pool.",
		"A {user} sono state assegnate le licenze di base {base}: lo diceva un file di utenti, o assegnava un pacchetto, con cui vengono. Non occupano posti.",
		"{user} erhielt die Basislizenzen {base}: So stand es in einer Benutzerdatei, oder sie wies ein Paket zu, mit dem sie kommen. Sie belegen keine Plätze."},
	"base_taken": {
		"These base licences of {user} were taken away, because a row of a file of users said FALSE: {base}.",
		"Queste licenze di base di {user} sono state ritirate, perché una riga di un file di utenti diceva FALSE: {base}.",
		"Diese Basislizenzen von {user} wurden zurückgenommen, weil in einer Zeile einer Benutzerdatei FALSE stand: {base}."},
}
