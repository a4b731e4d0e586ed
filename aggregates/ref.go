package aggregates

// EventRef names one event in an answer to a command.
type EventRef struct {
	ID       string `json:"id"`
	Type     string `json:"type"`
	Position uint64 `json:"position"`
}
