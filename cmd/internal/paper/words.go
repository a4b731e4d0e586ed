package paper

// labels are the words of a summary, by language.
type labels struct {
	title, order, status, purpose, contact, erased, partner, customer, id, dates string
	services, service, quantity, setUp, yes, no                                  string
	sites, url, zone, early, licenses, location, name, address, languageOf       string
	received, partnerMapped, customerMapped, provisioned, none                   string
	statuses, purposes                                                           map[string]string
}

var words = map[string]labels{
	"en": {
		title: "Order summary", order: "Order", status: "Status", purpose: "Order for", contact: "Provisioning contact",
		erased: "not shown", partner: "Partner", customer: "Customer", id: "Id", dates: "Dates",
		services: "Services", service: "Service", quantity: "Licenses", setUp: "Set up", yes: "yes", no: "no",
		sites: "Webex sites", url: "Site", zone: "Time zone", early: "Early release", licenses: "Licenses",
		location: "Main calling location", name: "Name", address: "Address", languageOf: "Language",
		received: "Received", partnerMapped: "Mapped to the partner", customerMapped: "Mapped to the customer", provisioned: "Provisioned", none: "–",
		statuses: map[string]string{"received": "received", "partner_mapped": "partner mapped", "customer_mapped": "customer mapped",
			"setting_up": "being set up", "provisioned": "provisioned"},
		purposes: map[string]string{"customer": "a customer", "own_company": "the partner's own company"},
	},
	"it": {
		title: "Riepilogo ordine", order: "Ordine", status: "Stato", purpose: "Ordine per", contact: "Contatto di provisioning",
		erased: "non mostrato", partner: "Partner", customer: "Cliente", id: "Id", dates: "Date",
		services: "Servizi", service: "Servizio", quantity: "Licenze", setUp: "Configurato", yes: "sì", no: "no",
		sites: "Siti Webex", url: "Sito", zone: "Fuso orario", early: "Release anticipata", licenses: "Licenze",
		location: "Sede principale per le chiamate", name: "Nome", address: "Indirizzo", languageOf: "Lingua",
		received: "Ricevuto", partnerMapped: "Associato al partner", customerMapped: "Associato al cliente", provisioned: "Provisioning completato", none: "–",
		statuses: map[string]string{"received": "ricevuto", "partner_mapped": "associato al partner", "customer_mapped": "associato al cliente",
			"setting_up": "in configurazione", "provisioned": "provisioning completato"},
		purposes: map[string]string{"customer": "un cliente", "own_company": "la società del partner"},
	},
	"de": {
		title: "Bestellübersicht", order: "Auftrag", status: "Status", purpose: "Auftrag für", contact: "Bereitstellungskontakt",
		erased: "nicht angezeigt", partner: "Partner", customer: "Kunde", id: "Kennung", dates: "Daten",
		services: "Dienste", service: "Dienst", quantity: "Lizenzen", setUp: "Eingerichtet", yes: "ja", no: "nein",
		sites: "Webex-Sites", url: "Site", zone: "Zeitzone", early: "Frühe Version", licenses: "Lizenzen",
		location: "Hauptstandort für Anrufe", name: "Name", address: "Adresse", languageOf: "Sprache",
		received: "Eingegangen", partnerMapped: "Dem Partner zugeordnet", customerMapped: "Dem Kunden zugeordnet", provisioned: "Bereitgestellt", none: "–",
		statuses: map[string]string{"received": "eingegangen", "partner_mapped": "dem Partner zugeordnet", "customer_mapped": "dem Kunden zugeordnet",
			"setting_up": "wird eingerichtet", "provisioned": "bereitgestellt"},
		purposes: map[string]string{"customer": "einen Kunden", "own_company": "das eigene Unternehmen des Partners"},
	},
}
