package spec

const addHQ = `P AddLocation {"account_id":"contoso","location_id":"hq","name":"Headquarters","country":"IT"}`

var locationRows = []proof{
	{"SUB-9", accounts, `C AddLocation {"account_id":"contoso","location_id":"hq","name":" Headquarters ","country":"IT","address":"Via Roma 1","city":"Roma","postal_code":"00100","language":"it","time_zone":"Europe/Rome"}`,
		then(`LocationAdded {"account_id":"contoso","location_id":"hq","name":"Headquarters","country":"IT","address":"Via Roma 1","city":"Roma","postal_code":"00100","language":"it","time_zone":"Europe/Rome"}`)},
	{"SUB-9", accounts, `P AddLocation {"account_id":"contoso","name":"Milano","country":"IT"}`, then(`LocationAdded {"location_id":"ID000016","address":null}`)},
	{"section-2", join(accounts, addHQ), addHQ, then("refused already_exists")},
	{"section-2", join(accounts, addHQ), `P AddLocation {"account_id":"fabrikam","location_id":"hq","name":"H","country":"DE"}`, then("LocationAdded")},
	{"SUB-9", accounts, `P AddLocation {"account_id":"contoso","location_id":"a b","name":" ","country":"Italy","language":"xx","time_zone":"Rome"}`,
		then("invalid location_id", "invalid name", "invalid country", "invalid language", "invalid time_zone")},
	{"section-2", accounts, `S AddLocation {"account_id":"contoso","name":"N","country":"IT"}`, then("refused forbidden")},
	{"section-2", accounts, `P:globex AddLocation {"account_id":"contoso","name":"N","country":"IT"}`, then("refused not_found")},
	{"section-2", join(accounts, deactivate), addHQ, then("refused account_deactivated")},

	{"SUB-9", join(accounts, addHQ), `C UpdateLocation {"account_id":"contoso","location_id":"hq","name":"Head office","country":"IT","time_zone":"Europe/Rome"}`,
		then(`LocationUpdated {"account_id":"contoso","location_id":"hq","changes":{"name":{"old":"Headquarters","new":"Head office"},"time_zone":{"old":"","new":"Europe/Rome"},"country":null}}`)},
	{"SUB-9", join(accounts, addHQ, `P UpdateLocation {"account_id":"contoso","location_id":"hq","city":"Roma","language":"it"}`),
		`P UpdateLocation {"account_id":"contoso","location_id":"hq","city":"","language":"","address":"A","postal_code":"1"}`,
		then(`LocationUpdated {"changes":{"city":{"old":"Roma","new":""},"language":{"old":"it","new":""},"address":{"new":"A"},"postal_code":{"new":"1"}}}`)},
	{"section-2", join(accounts, addHQ), `P UpdateLocation {"account_id":"contoso","location_id":"hq","name":"Headquarters"}`, then("nothing")},
	{"section-2", accounts, `P UpdateLocation {"account_id":"contoso","location_id":"hq","name":"H"}`, then("refused not_found")},
	{"section-2", join(accounts, addHQ), `P UpdateLocation {"account_id":"fabrikam","location_id":"hq","name":"H"}`, then("refused not_found")},
	{"SUB-9", join(accounts, addHQ), `P UpdateLocation {"account_id":"contoso","location_id":"hq","name":"","country":"","language":"xx","time_zone":"Rome"}`,
		then("invalid name", "invalid country", "invalid language", "invalid time_zone")},
}
