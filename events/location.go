package events

// LocationAdded: a place of the account's that users with calling are at.
type LocationAdded struct {
	AccountID  string `json:"account_id"`
	LocationID string `json:"location_id"`
	Name       string `json:"name"`
	Country    string `json:"country"`
	Address    string `json:"address,omitzero"`
	City       string `json:"city,omitzero"`
	PostalCode string `json:"postal_code,omitzero"`
	Language   string `json:"language,omitzero"`
	TimeZone   string `json:"time_zone,omitzero"`
}

// LocationUpdated: only the fields that changed, by name.
type LocationUpdated struct {
	AccountID  string            `json:"account_id"`
	LocationID string            `json:"location_id"`
	Changes    map[string]Change `json:"changes"`
}

func (*LocationAdded) EventType() string   { return "LocationAdded" }
func (*LocationUpdated) EventType() string { return "LocationUpdated" }
