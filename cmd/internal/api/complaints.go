package api

import (
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/seatledger/seatledger/cmd/internal/pace"
)

// Limits of what the HTTP server itself logs: strangers can make it complain,
// and are not to fill a disk.
const (
	complaintRate     = 1 // a second
	complaintBurst    = 20
	maxComplaintBytes = 512
)

// complaints writes what the HTTP server complains of as lines of the log.
type complaints struct {
	log     *slog.Logger
	pace    *pace.Buckets
	missing atomic.Uint64
}

// Write logs one complaint, or counts it for the next one that is logged.
func (c *complaints) Write(line []byte) (int, error) {
	if !c.pace.Allow("") {
		c.missing.Add(1)
		return len(line), nil
	}
	text := strings.TrimSpace(string(line[:min(len(line), maxComplaintBytes)]))
	c.log.Warn(text, "not_logged_before", c.missing.Swap(0))
	return len(line), nil
}
