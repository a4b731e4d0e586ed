package heal

import (
	"context"
	"log/slog"
	"path/filepath"
)

// Ledger is the data folder of a ledger that does not run; who has it holds the
// folder's lock.
type Ledger struct {
	Data    string // the folder of all others
	NATS    string // of the embedded server
	Copy    string // of the verified copy
	Views   string // made of the log
	Feed    string // name of the feed's stream
	KeyFile string // of the log
	Deep    bool   // compare every frame of journal and copy, and read all views
	Log     *slog.Logger
	// Record, if set, is told of each healing once it is done.
	Record Operations
}

// Operations records what was done to a ledger, besides its log.
type Operations func(ctx context.Context, kind, detail string)

// Parts of a ledger that are looked at.
const (
	Journal     = "journal"
	Copy        = "copy"
	Checkpoints = "checkpoints"
	Feed        = "feed"
	Consumers   = "consumers"
	Views       = "views"
)

// Finding is something that healing makes good.
type Finding struct {
	Part   string `json:"part"`
	Found  string `json:"found"`
	Remedy string `json:"remedy"`
}

// Names in the data folder.
const (
	healingFolder = "healing" // new stores, until they take their place
	inquiryFolder = "inquiry" // what was replaced
	planFile      = "plan.json"
	suspectsFile  = "suspects.json"
	placesFile    = "consumers.json"
)

func (l *Ledger) in(names ...string) string {
	return filepath.Join(append([]string{l.Data}, names...)...)
}
