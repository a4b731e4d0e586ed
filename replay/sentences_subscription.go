package replay

// subscriptionSentences tell of the provisioning of a Webex subscription. In
// braces stands what is filled in: subscription, and what a step names.
var subscriptionSentences = map[string][3]string{
	"sub_title": {
		"How far subscription {subscription} is",
		"A che punto è l'abbonamento {subscription}",
		"Wie weit das Abonnement {subscription} ist"},
	"letter_of_subscription": {
		"Subscription {subscription}, as of {when} (position {position} of the log)",
		"Abbonamento {subscription}, al {when} (posizione {position} del registro)",
		"Abonnement {subscription}, Stand {when} (Position {position} des Registers)"},

	"sub_due_DeclareOrderFor": {
		"It has not been said yet whom the order is for. That comes first; then it is mapped to the partner, to the customer, and set up.",
		"Non è ancora stato detto per chi è l'ordine. Viene prima questo; poi si associano il partner e il cliente, e si configurano i servizi.",
		"Es wurde noch nicht gesagt, für wen die Bestellung ist. Das kommt zuerst; dann werden Partner und Kunde zugeordnet und die Dienste eingerichtet."},
	"sub_due_MapPartnerOrganization": {
		"It has to be mapped to the partner's organisation now; the customer and the set-up come after that.",
		"Ora va associato all'organizzazione del partner; il cliente e la configurazione vengono dopo.",
		"Jetzt muss es der Organisation des Partners zugeordnet werden; Kunde und Einrichtung kommen danach."},
	"sub_due_MapCustomerOrganization": {
		"It has to be mapped to the customer's organisation now; the set-up comes after that.",
		"Ora va associato all'organizzazione del cliente; la configurazione viene dopo.",
		"Jetzt muss es der Organisation des Kunden zugeordnet werden; die Einrichtung kommt danach."},
	"sub_due_SetUpMeetings": {
		"Its meeting sites have to be set up now.",
		"Ora vanno configurati i suoi siti per le riunioni.",
		"Jetzt müssen seine Meeting-Sites eingerichtet werden."},
	"sub_due_SetUpCalling": {
		"Its calling location has to be set up now.",
		"Ora va configurata la sua sede per le chiamate.",
		"Jetzt muss sein Standort für Anrufe eingerichtet werden."},
	"sub_due_CompleteSetup": {
		"Every service is set up; what is left is to complete the set-up. No licence is in a pool before that.",
		"Tutti i servizi sono configurati; resta da completare la configurazione. Prima di allora nessuna licenza è disponibile.",
		"Alle Dienste sind eingerichtet; es bleibt, die Einrichtung abzuschließen. Vorher ist keine Lizenz verfügbar."},
	"sub_provisioned_now": {
		"It was provisioned with {event}: every service was set up, and its licences are those of account {account}.",
		"È stato attivato con l'{event}: tutti i servizi erano configurati, e le sue licenze sono dell'account {account}.",
		"Es wurde bereitgestellt mit {event}: Alle Dienste waren eingerichtet, und seine Lizenzen gehören dem Konto {account}."},
	"sub_postponed_now": {
		"It was left with {event}; nothing was lost, and the next visit goes on there.",
		"È stato lasciato con l'{event}; nulla è andato perso, e la prossima visita riprende da lì.",
		"Es wurde verlassen mit {event}; nichts ging verloren, und der nächste Besuch macht dort weiter."},
	"sub_role_full_admin": {
		"In account {account} partner {partner} is full administrator.",
		"Nell'account {account} il partner {partner} è amministratore completo.",
		"Im Konto {account} ist der Partner {partner} Volladministrator."},
	"sub_role_provisioning_admin": {
		"In account {account}, which it did not create, partner {partner} is provisioning administrator.",
		"Nell'account {account}, che non ha creato, il partner {partner} è amministratore del provisioning.",
		"Im Konto {account}, das er nicht angelegt hat, ist der Partner {partner} Bereitstellungsadministrator."},

	"sub_received": {
		"The order came in, for {services}. Its provisioning contact was sent a message.",
		"È arrivato l'ordine, per {services}. Al contatto per il provisioning è stato inviato un messaggio.",
		"Die Bestellung kam, für {services}. Dem Kontakt für die Bereitstellung wurde eine Nachricht gesandt."},
	"sub_message_again": {
		"The message was sent to the provisioning contact again.",
		"Il messaggio è stato inviato di nuovo al contatto per il provisioning.",
		"Die Nachricht wurde dem Kontakt für die Bereitstellung noch einmal gesandt."},
	"sub_for_customer": {
		"The order is for a customer.",
		"L'ordine è per un cliente.",
		"Die Bestellung ist für einen Kunden."},
	"sub_for_own_company": {
		"The order is for the partner's own company, so that mapping the partner maps the customer, too.",
		"L'ordine è per l'azienda del partner stesso: associando il partner si associa anche il cliente.",
		"Die Bestellung ist für die eigene Firma des Partners: Mit dem Partner ist auch der Kunde zugeordnet."},
	"sub_someone_else": {
		"Somebody else is the provisioning contact from here on, and was sent the message; provisioning started over.",
		"Da qui in poi il contatto per il provisioning è un'altra persona, a cui è stato inviato il messaggio; il provisioning è ricominciato.",
		"Ab hier ist jemand anders der Kontakt für die Bereitstellung und erhielt die Nachricht; die Bereitstellung begann von vorn."},
	"sub_partner_mapped": {
		"It was mapped to partner {partner}.",
		"È stato associato al partner {partner}.",
		"Es wurde dem Partner {partner} zugeordnet."},
	"sub_customer_mapped": {
		"It was mapped to account {account}.",
		"È stato associato all'account {account}.",
		"Es wurde dem Konto {account} zugeordnet."},
	"sub_handed_over": {
		"The customer sets its services up; its administrator was sent a message. The partner keeps access.",
		"Il cliente configura i propri servizi; al suo amministratore è stato inviato un messaggio. Il partner mantiene l'accesso.",
		"Der Kunde richtet seine Dienste selbst ein; sein Administrator erhielt eine Nachricht. Der Partner behält den Zugang."},
	"sub_postponed": {
		"Set-up was left for later. Nothing was provisioned by that.",
		"La configurazione è stata rimandata. Con questo nulla è stato attivato.",
		"Die Einrichtung wurde auf später verschoben. Damit wurde nichts bereitgestellt."},
	"sub_sites": {
		"Meeting sites were set up: {sites}. Their licences add up to what was bought.",
		"Sono stati configurati i siti per le riunioni: {sites}. Le loro licenze danno in tutto quelle acquistate.",
		"Meeting-Sites wurden eingerichtet: {sites}. Ihre Lizenzen ergeben zusammen, was gekauft wurde."},
	"sub_location": {
		"The main calling location was set up: {location}.",
		"È stata configurata la sede principale per le chiamate: {location}.",
		"Der Hauptstandort für Anrufe wurde eingerichtet: {location}."},
	"sub_provisioned": {
		"Set-up was complete: the licences joined account {account}.",
		"La configurazione è stata completata: le licenze sono entrate nell'account {account}.",
		"Die Einrichtung war abgeschlossen: Die Lizenzen kamen zum Konto {account}."},
	"sub_full_requested": {
		"Partner {partner} asked the administrators of account {account} to make it full administrator.",
		"Il partner {partner} ha chiesto agli amministratori dell'account {account} di diventare amministratore completo.",
		"Der Partner {partner} bat die Administratoren des Kontos {account}, Volladministrator zu werden."},
	"sub_full_granted": {
		"Partner {partner} was made full administrator of account {account}.",
		"Il partner {partner} è diventato amministratore completo dell'account {account}.",
		"Der Partner {partner} wurde Volladministrator des Kontos {account}."},
	"sub_account_deleted": {
		"Account {account} was deleted: its meeting sites are free again, and what was not provisioned has to be mapped anew.",
		"L'account {account} è stato eliminato: i suoi siti per le riunioni sono di nuovo liberi, e ciò che non era attivato va associato di nuovo.",
		"Das Konto {account} wurde gelöscht: Seine Meeting-Sites sind wieder frei, und was nicht bereitgestellt war, muss neu zugeordnet werden."},
}
