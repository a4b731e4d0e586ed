package replay

// stepSentences tell single events.
var stepSentences = map[string][3]string{
	"user_added": {
		"{user} joined the account.",
		"{user} fa parte dell'account da qui in poi.",
		"{user} kam zum Konto."},
	"user_converted": {
		"{user} came from the consumer organisation; the account manages the user from here on.",
		"{user} proviene dall'organizzazione consumer; da qui in poi è gestito dall'account.",
		"{user} kam aus der Verbraucherorganisation; ab hier verwaltet das Konto den Benutzer."},
	"user_invited": {
		"{user} was invited to the account.",
		"{user} è stato invitato nell'account.",
		"{user} wurde in das Konto eingeladen."},
	"invitation_accepted": {
		"{user} accepted the invitation.",
		"{user} ha accettato l'invito.",
		"{user} nahm die Einladung an."},
	"user_removed": {
		"{user} left the account; all licences were given back.",
		"{user} ha lasciato l'account; tutte le licenze sono state restituite.",
		"{user} verließ das Konto; alle Lizenzen wurden zurückgegeben."},
	"account_deactivated": {
		"The account was deactivated. That keeps all licences.",
		"L'account è stato disattivato. Tutte le licenze restano.",
		"Das Konto wurde stillgelegt. Alle Lizenzen bleiben bestehen."},
	"account_reactivated": {
		"The account was activated again.",
		"L'account è stato riattivato.",
		"Das Konto wurde wieder in Betrieb genommen."},
	"account_deleted": {
		"The account was deleted, and with it all licences were released.",
		"L'account è stato eliminato, e con esso sono state rilasciate tutte le licenze.",
		"Das Konto wurde gelöscht, und damit wurden alle Lizenzen freigegeben."},

	"seats_added": {
		"Seats of {product} joined the account with order {order}: {n}.",
		"Con l'ordine {order} sono entrati nell'account posti {product}: {n}.",
		"Mit der Bestellung {order} kamen {product}-Plätze zum Konto: {n}."},
	"seats_provisioned": {
		"Seats of {product} joined the account when the set-up of subscription {order} was complete: {n}.",
		"Completata la configurazione dell'abbonamento {order}, sono entrati nell'account posti {product}: {n}.",
		"Als die Einrichtung des Abonnements {order} abgeschlossen war, kamen {product}-Plätze zum Konto: {n}."},
	"seats_removed": {
		"Order {order} was taken back, and its seats of {product} with it: {n}.",
		"L'ordine {order} è stato ritirato, e con esso i suoi posti {product}: {n}.",
		"Die Bestellung {order} wurde zurückgenommen, und mit ihr ihre {product}-Plätze: {n}."},
	"seats_expired": {
		"Order {order} expired, and its seats of {product} left the account: {n}. Nobody loses a licence by that alone.",
		"L'ordine {order} è scaduto, e i suoi posti {product} hanno lasciato l'account: {n}. Nessuno perde una licenza solo per questo.",
		"Die Bestellung {order} lief ab, und ihre {product}-Plätze verließen das Konto: {n}. Dadurch allein verliert niemand eine Lizenz."},

	"assigned_by_hand": {
		"{user} was given a {product} licence by hand: {manager} was disabled, {own} was enabled, and a seat was free.",
		"A {user} è stata assegnata a mano una licenza {product}: {manager} era disabilitata, {own} era abilitata, e un posto era libero.",
		"{user} erhielt von Hand eine {product}-Lizenz: {manager} war deaktiviert, {own} war aktiviert, und ein Platz war frei."},
	"assigned_micollab": {
		"The {manager} server gave {user} a {product} licence: {manager} was enabled and manages them, {own} was enabled, and a seat was free.",
		"Il server {manager} ha assegnato a {user} una licenza {product}: {manager} era abilitata e le gestisce, {own} era abilitata, e un posto era libero.",
		"Der {manager}-Server gab {user} eine {product}-Lizenz: {manager} war aktiviert und verwaltet sie, {own} war aktiviert, und ein Platz war frei."},
	"assigned_family": {
		"{user} was given a {product} licence: {own} was enabled, and a seat was free.",
		"A {user} è stata assegnata una licenza {product}: {own} era abilitata, e un posto era libero.",
		"{user} erhielt eine {product}-Lizenz: {own} war aktiviert, und ein Platz war frei."},
	"assigned_service": {
		"{user} was given a {product} licence: a seat was free.",
		"A {user} è stata assegnata una licenza {product}: un posto era libero.",
		"{user} erhielt eine {product}-Lizenz: Ein Platz war frei."},

	"unassigned_by_hand": {
		"The {product} licence of {user} was taken back; its seat was available at once.",
		"La licenza {product} di {user} è stata ritirata; il suo posto era subito disponibile.",
		"Die {product}-Lizenz von {user} wurde zurückgenommen; ihr Platz war sofort verfügbar."},
	"unassigned_micollab": {
		"The {manager} server took the {product} licence of {user} back; its seat was available at once.",
		"Il server {manager} ha ritirato la licenza {product} di {user}; il suo posto era subito disponibile.",
		"Der {manager}-Server nahm die {product}-Lizenz von {user} zurück; ihr Platz war sofort verfügbar."},
	"unassigned_user_removed": {
		"The {product} licence of {user} was given back, because the user left the account.",
		"La licenza {product} di {user} è stata restituita, perché l'utente ha lasciato l'account.",
		"Die {product}-Lizenz von {user} wurde zurückgegeben, weil der Benutzer das Konto verließ."},
	"unassigned_account_deleted": {
		"The {product} licence of {user} was released, because the account was deleted.",
		"La licenza {product} di {user} è stata rilasciata, perché l'account è stato eliminato.",
		"Die {product}-Lizenz von {user} wurde freigegeben, weil das Konto gelöscht wurde."},
	"unassigned_tier": {
		"The {product} licence of {user} was given back for another tier: a user has one tier of {topic} at a time.",
		"La licenza {product} di {user} è stata restituita per un altro livello: un utente ha un solo livello {topic} alla volta.",
		"Die {product}-Lizenz von {user} wurde für eine andere Stufe zurückgegeben: Ein Benutzer hat je nur eine Stufe von {topic}."},

	"disabled_after_micollab": {
		"The {topic} licence of {user} was disabled, with all others of the account: {own} was disabled when {manager} had already been disabled ({earlier}). The seat went back to the account.",
		"La licenza {topic} di {user} è stata disabilitata, con tutte le altre dell'account: {own} è stata disabilitata quando {manager} era già stata disabilitata ({earlier}). Il posto è tornato all'account.",
		"Die {topic}-Lizenz von {user} wurde deaktiviert, mit allen anderen des Kontos: {own} wurde deaktiviert, als {manager} bereits deaktiviert war ({earlier}). Der Platz ging an das Konto zurück."},
	"disabled_standalone": {
		"The {topic} licence of {user} was disabled, with all others of the account: {own} was disabled, and {manager} had never been enabled. The seat went back to the account.",
		"La licenza {topic} di {user} è stata disabilitata, con tutte le altre dell'account: {own} è stata disabilitata, e {manager} non era mai stata abilitata. Il posto è tornato all'account.",
		"Die {topic}-Lizenz von {user} wurde deaktiviert, mit allen anderen des Kontos: {own} wurde deaktiviert, und {manager} war nie aktiviert. Der Platz ging an das Konto zurück."},

	"manager_on": {
		"The {manager} integration was enabled: from here on its server manages {topic} licences. No licence changed by that.",
		"L'integrazione {manager} è stata abilitata: da qui in poi il suo server gestisce le licenze {topic}. Nessuna licenza è cambiata per questo.",
		"Die Integration {manager} wurde aktiviert: Ab hier verwaltet ihr Server die {topic}-Lizenzen. Keine Lizenz änderte sich dadurch."},
	"manager_off": {
		"The {manager} integration was disabled: {topic} licences are managed by hand. No licence changed by that.",
		"L'integrazione {manager} è stata disabilitata: le licenze {topic} si gestiscono a mano. Nessuna licenza è cambiata per questo.",
		"Die Integration {manager} wurde deaktiviert: {topic}-Lizenzen werden von Hand verwaltet. Keine Lizenz änderte sich dadurch."},
	"manager_off_kept": {
		"The {manager} integration was disabled. {own} had been disabled before ({earlier}), while {manager} was enabled; disabling {manager} later changed nothing, and the licence of {user} stayed active.",
		"L'integrazione {manager} è stata disabilitata. {own} era stata disabilitata prima ({earlier}), mentre {manager} era abilitata; disabilitare {manager} dopo non ha cambiato nulla, e la licenza di {user} è rimasta attiva.",
		"Die Integration {manager} wurde deaktiviert. {own} war vorher deaktiviert worden ({earlier}), während {manager} aktiviert war; {manager} danach zu deaktivieren änderte nichts, und die Lizenz von {user} blieb aktiv."},

	"own_on": {
		"The {own} integration was enabled: {topic} licences can be assigned.",
		"L'integrazione {own} è stata abilitata: si possono assegnare licenze {topic}.",
		"Die Integration {own} wurde aktiviert: {topic}-Lizenzen können zugewiesen werden."},
	"own_on_revives_none": {
		"The {own} integration was enabled again. That revives no licence: the one of {user} stayed disabled.",
		"L'integrazione {own} è stata abilitata di nuovo. Questo non riattiva alcuna licenza: quella di {user} è rimasta disabilitata.",
		"Die Integration {own} wurde wieder aktiviert. Das belebt keine Lizenz wieder: Die von {user} blieb deaktiviert."},
	"own_off_family": {
		"The {own} integration was disabled. That changes no licence, but none can be assigned.",
		"L'integrazione {own} è stata disabilitata. Questo non modifica alcuna licenza, ma non se ne possono assegnare.",
		"Die Integration {own} wurde deaktiviert. Das ändert keine Lizenz, doch können keine zugewiesen werden."},
	"own_off_while_managed": {
		"The {own} integration was disabled. {manager} was enabled at that moment ({earlier}), so all existing licences stayed as they were.",
		"L'integrazione {own} è stata disabilitata. In quel momento {manager} era abilitata ({earlier}), perciò tutte le licenze esistenti sono rimaste com'erano.",
		"Die Integration {own} wurde deaktiviert. {manager} war zu diesem Zeitpunkt aktiviert ({earlier}), daher blieben alle bestehenden Lizenzen, wie sie waren."},
	"own_off_after": {
		"The {own} integration was disabled. {manager} had been disabled before ({earlier}), so all existing licences of the account were disabled with it.",
		"L'integrazione {own} è stata disabilitata. {manager} era stata disabilitata prima ({earlier}), perciò con essa sono state disabilitate tutte le licenze esistenti dell'account.",
		"Die Integration {own} wurde deaktiviert. {manager} war vorher deaktiviert worden ({earlier}), daher wurden alle bestehenden Lizenzen des Kontos mit ihr deaktiviert."},
	"own_off_standalone": {
		"The {own} integration was disabled. {manager} had never been enabled, so all existing licences of the account were disabled with it.",
		"L'integrazione {own} è stata disabilitata. {manager} non era mai stata abilitata, perciò con essa sono state disabilitate tutte le licenze esistenti dell'account.",
		"Die Integration {own} wurde deaktiviert. {manager} war nie aktiviert, daher wurden alle bestehenden Lizenzen des Kontos mit ihr deaktiviert."},
}
