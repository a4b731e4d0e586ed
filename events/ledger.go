package events

// LedgerID is the id of the aggregate "ledger", of which a log has one. Its
// partner is [NoPartner].
const LedgerID = "ledger"

// Reasons of an [OriginBegun].
const (
	// OriginPointInTime: the ledger was restored as it was at a moment.
	OriginPointInTime = "point_in_time"
	// OriginBackup: what the backup was made after may be lost, or its key was
	// not at hand.
	OriginBackup = "restored_anew"
	// OriginLoss: journal and copy were damaged, and the loss was accepted.
	OriginLoss = "loss_accepted"
)

// OriginBegun: the log has another name and key from here on. Everything
// before it is the history of the old origin up to a size, leaf by leaf; it is
// the first entry that is the new origin's own.
type OriginBegun struct {
	OldOrigin string `json:"old_origin"`
	OldKey    string `json:"old_key,omitzero"` // that verifies the old origin's checkpoints (vkey)
	OldSize   uint64 `json:"old_size"`         // of the old log's tree, as far as it was kept
	OldRoot   []byte `json:"old_root"`         // of the tree at that size, in both logs
	// NewestSize is that of the newest checkpoint of the old origin that was
	// known: what it has behind OldSize was given up.
	NewestSize uint64 `json:"newest_size,omitzero"`
	Reason     string `json:"reason"`
}

// EventType is OriginBegun.
func (*OriginBegun) EventType() string { return "OriginBegun" }
