package replay

import "maps"

// sentences are what explanations are made of: English, Italian, German. In
// braces stands what is filled in: user, topic (the product or family), own
// (its integration), manager (the integration whose server manages it).
var sentences = func() map[string][3]string {
	all := maps.Clone(answerSentences)
	maps.Copy(all, stepSentences)
	maps.Copy(all, packageSentences)
	maps.Copy(all, subscriptionSentences)
	return all
}()

// answerSentences are those of the answer, and of the letter around it.
var answerSentences = map[string][3]string{
	"when":      {"{day} {month} {year} at {time} UTC", "{day} {month} {year} alle {time} UTC", "{day}. {month} {year} um {time} UTC"},
	"event":     {"event {position}, on {when}, by {by}", "evento {position}, il {when}, da {by}", "Ereignis {position}, am {when}, durch {by}"},
	"by":        {"{actor}, {role}", "{actor}, {role}", "{actor}, {role}"},
	"by_ledger": {"the ledger's own clock", "l'orologio del registro", "die Uhr des Registers"},

	"role_admin":         {"administrator of the ledger", "amministratore del registro", "Administrator des Registers"},
	"role_partner":       {"partner", "partner", "Partner"},
	"role_account_admin": {"administrator of the account", "amministratore dell'account", "Administrator des Kontos"},
	"role_micollab":      {"MiCollab server", "server MiCollab", "MiCollab-Server"},
	"role_system":        {"connected system", "sistema collegato", "angebundenes System"},

	"title_active": {
		"Why {user} has a {topic} licence",
		"Perché {user} ha una licenza {topic}",
		"Warum {user} eine {topic}-Lizenz hat"},
	"title_disabled": {
		"Why the {topic} licence of {user} is disabled",
		"Perché la licenza {topic} di {user} è disabilitata",
		"Warum die {topic}-Lizenz von {user} deaktiviert ist"},
	"title_none": {
		"Why {user} has no {topic} licence",
		"Perché {user} non ha una licenza {topic}",
		"Warum {user} keine {topic}-Lizenz hat"},

	"answer_active": {
		"{user} has an active {product} licence: it was assigned with {event}.",
		"{user} ha una licenza {product} attiva: è stata assegnata con l'{event}.",
		"{user} hat eine aktive {product}-Lizenz: Sie wurde zugewiesen mit {event}."},
	"answer_kept": {
		"It stayed active when the {own} integration was disabled, because the {manager} integration was still enabled at that moment.",
		"È rimasta attiva quando l'integrazione {own} è stata disabilitata, perché in quel momento l'integrazione {manager} era ancora abilitata.",
		"Sie blieb aktiv, als die Integration {own} deaktiviert wurde, weil die Integration {manager} zu diesem Zeitpunkt noch aktiviert war."},
	"answer_family_off": {
		"The {own} integration is disabled ({event}); that changes no licence.",
		"L'integrazione {own} è disabilitata ({event}); questo non modifica alcuna licenza.",
		"Die Integration {own} ist deaktiviert ({event}); das ändert keine Lizenz."},
	"answer_disabled": {
		"The {topic} licence of {user} was disabled with {event}: the {own} integration was disabled while the {manager} integration was not enabled, and then all existing {topic} licences of the account's users are disabled with it.",
		"La licenza {topic} di {user} è stata disabilitata con l'{event}: l'integrazione {own} è stata disabilitata mentre l'integrazione {manager} non era abilitata, e in tal caso vengono disabilitate tutte le licenze {topic} esistenti degli utenti dell'account.",
		"Die {topic}-Lizenz von {user} wurde deaktiviert mit {event}: Die Integration {own} wurde deaktiviert, während die Integration {manager} nicht aktiviert war; dann werden alle bestehenden {topic}-Lizenzen der Benutzer des Kontos mit ihr deaktiviert."},
	"answer_anew": {
		"Its seat is available again; a disabled licence does not come back by itself, it must be assigned anew.",
		"Il suo posto è di nuovo disponibile; una licenza disabilitata non torna attiva da sola, va assegnata di nuovo.",
		"Ihr Platz ist wieder verfügbar; eine deaktivierte Lizenz kommt nicht von selbst zurück, sie muss neu zugewiesen werden."},
	"answer_unassigned": {
		"The licence of {user} was taken back with {event}.",
		"La licenza di {user} è stata ritirata con l'{event}.",
		"Die Lizenz von {user} wurde zurückgenommen mit {event}."},
	"answer_never": {
		"No {topic} licence was ever assigned to {user}.",
		"A {user} non è mai stata assegnata una licenza {topic}.",
		"{user} wurde nie eine {topic}-Lizenz zugewiesen."},
	"answer_gone": {
		"{user} is no longer in the account: removed with {event}. Whoever leaves gives all licences back.",
		"{user} non è più nell'account (rimozione: {event}). Chi lascia l'account restituisce tutte le licenze.",
		"{user} ist nicht mehr im Konto: entfernt mit {event}. Wer das Konto verlässt, gibt alle Lizenzen zurück."},
	"answer_account_deleted": {
		"The account was deleted with {event}, and all its licences were released.",
		"L'account è stato eliminato con l'{event}, e tutte le sue licenze sono state rilasciate.",
		"Das Konto wurde gelöscht mit {event}, und alle seine Lizenzen wurden freigegeben."},

	"order_manager_first": {
		"{manager} was disabled first ({first}), {own} after it ({second}).",
		"{manager} è stata disabilitata per prima ({first}), {own} dopo ({second}).",
		"{manager} wurde zuerst deaktiviert ({first}), {own} danach ({second})."},
	"order_own_first": {
		"{own} was disabled first ({first}), {manager} after it ({second}): disabling {manager} later changes no licence.",
		"{own} è stata disabilitata per prima ({first}), {manager} dopo ({second}): disabilitare {manager} in seguito non modifica alcuna licenza.",
		"{own} wurde zuerst deaktiviert ({first}), {manager} danach ({second}): {manager} später zu deaktivieren ändert keine Lizenz."},
	"order_own_only": {
		"{own} was disabled ({first}) while {manager} was enabled, as it still is ({on}).",
		"{own} è stata disabilitata ({first}) mentre {manager} era abilitata, e lo è tuttora ({on}).",
		"{own} wurde deaktiviert ({first}), während {manager} aktiviert war und es noch ist ({on})."},
	"order_standalone": {
		"{own} was disabled ({first}); {manager} had never been enabled, which counts as disabled.",
		"{own} è stata disabilitata ({first}); {manager} non era mai stata abilitata, il che vale come disabilitata.",
		"{own} wurde deaktiviert ({first}); {manager} war nie aktiviert, was als deaktiviert gilt."},

	"now_managed": {
		"While the {manager} integration is enabled ({event}), its server alone assigns {topic} licences.",
		"Finché l'integrazione {manager} è abilitata ({event}), solo il suo server assegna le licenze {topic}.",
		"Solange die Integration {manager} aktiviert ist ({event}), weist nur ihr Server {topic}-Lizenzen zu."},
	"now_off": {
		"None can be assigned now: the {own} integration is disabled.",
		"Ora non se ne può assegnare: l'integrazione {own} è disabilitata.",
		"Zurzeit kann keine zugewiesen werden: Die Integration {own} ist deaktiviert."},
	"now_no_seat": {
		"None can be assigned now: the account has no free seat of {topic}.",
		"Ora non se ne può assegnare: l'account non ha posti {topic} liberi.",
		"Zurzeit kann keine zugewiesen werden: Das Konto hat keinen freien {topic}-Platz."},
	"now_free": {
		"A seat is free, and nothing stands in the way of assigning one.",
		"C'è un posto libero, e nulla impedisce di assegnarne una.",
		"Ein Platz ist frei, und nichts steht einer Zuweisung im Weg."},

	"page_on": {
		"The user's page shows the switch on, and it can be changed there [{rule}].",
		"La pagina dell'utente mostra l'interruttore attivo, e lo si può cambiare [{rule}].",
		"Die Seite des Benutzers zeigt den Schalter eingeschaltet, und er lässt sich ändern [{rule}]."},
	"page_on_managed": {
		"The user's page shows the switch on; it cannot be changed there, since {manager} manages it [{rule}].",
		"La pagina dell'utente mostra l'interruttore attivo; lì non si può cambiare, perché lo gestisce {manager} [{rule}].",
		"Die Seite des Benutzers zeigt den Schalter eingeschaltet; dort lässt er sich nicht ändern, da {manager} ihn verwaltet [{rule}]."},
	"page_off": {
		"The user's page shows the switch off, and it can be changed there [{rule}].",
		"La pagina dell'utente mostra l'interruttore spento, e lo si può cambiare [{rule}].",
		"Die Seite des Benutzers zeigt den Schalter ausgeschaltet, und er lässt sich ändern [{rule}]."},
	"page_message": {
		"The user's page shows: “{message}” [{rule}].",
		"La pagina dell'utente mostra: «{message}» [{rule}].",
		"Die Seite des Benutzers zeigt: „{message}“ [{rule}]."},

	"letter_of":      {"Account {account}, as of {when} (position {position} of the log)", "Account {account}, al {when} (posizione {position} del registro)", "Konto {account}, Stand {when} (Position {position} des Registers)"},
	"letter_steps":   {"How it came to this", "Come ci si è arrivati", "Wie es dazu kam"},
	"letter_omitted": {"({n} earlier steps are left out)", "({n} passi precedenti sono omessi)", "({n} frühere Schritte sind ausgelassen)"},
	"letter_step":    {"{position}  {when}, by {by}: {type}", "{position}  {when}, da {by}: {type}", "{position}  {when}, durch {by}: {type}"},
	"letter_end": {
		"Numbers are positions in the ledger's log, where each event can be proved; the ids in brackets are rules of the rule book.",
		"I numeri sono posizioni nel registro, dove ogni evento può essere provato; gli identificativi tra parentesi sono regole del regolamento.",
		"Zahlen sind Positionen im Register, in dem jedes Ereignis nachgewiesen werden kann; die Kürzel in Klammern sind Regeln des Regelbuchs."},
}
