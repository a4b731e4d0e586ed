package api

import (
	"slices"
	"strings"
)

// What can be shown to everybody, without a token.
const (
	PublicMetrics = "metrics" // /metrics
	PublicLog     = "log"     // checkpoints, key and hashes of the log, not its entries
	PublicReady   = "ready"   // /readyz
)

// Publics has them all.
var Publics = []string{PublicMetrics, PublicLog, PublicReady}

// public reports a path that is shown without a token. Entries are everybody's
// history, and never are.
func (a *API) public(path string) bool {
	if len(a.Public) == 0 {
		return false
	}
	switch {
	case path == metricsPath:
		return slices.Contains(a.Public, PublicMetrics)
	case path == readyPath:
		return slices.Contains(a.Public, PublicReady)
	case strings.HasPrefix(path, logPath):
		return slices.Contains(a.Public, PublicLog) && !strings.HasPrefix(path, logPath+"tile/"+entriesTile)
	}
	return false
}
