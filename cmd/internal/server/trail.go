package server

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/order"
	"github.com/seatledger/seatledger/cmd/internal/trail"
)

// maxFindings is how many findings of a start are kept.
const maxFindings = 8

func (s *Server) openOperations(context.Context) (err error) {
	s.operations, err = trail.OpenOperations(filepath.Join(s.DataDir, operationsFolder), time.Now)
	return err
}

func (s *Server) openAttempts(context.Context) (err error) {
	s.attempts, err = trail.OpenAttempts(filepath.Join(s.DataDir, attemptsFolder), time.Now, s.partnerOf, s.Log)
	return err
}

// partnerOf finds whose an account or an order is, or "".
func (s *Server) partnerOf(accountID, orderID string) (partner string) {
	snap, err := s.views.Snapshot()
	if err != nil {
		return ""
	}
	defer snap.Close()
	if accountID != "" {
		if a := account.Accounts.Get(snap, accountID, ""); a != nil {
			return a.PartnerID
		}
		return ""
	}
	if o := order.Orders.Get(snap, orderID, ""); o != nil {
		return o.PartnerID
	}
	return ""
}

// record keeps an operation; what was done stays done if that cannot be.
func (s *Server) record(kind trail.Kind, detail trail.Detail) {
	if err := s.operations.Record(context.Background(), kind, detail); err != nil {
		s.Log.Error("an operation is not kept", "operation", string(kind), "error", err)
	}
}

// started keeps that the node was opened, and what its checks found.
func (s *Server) started(found *findings) error {
	d := trail.Detail{
		"version": Version, "position": strconv.FormatUint(s.views.Position(), 10),
		"signed_position": strconv.FormatUint(s.log.Signed(), 10),
	}
	for i, f := range found.end() {
		d[fmt.Sprintf("finding_%d", i+1)] = f
	}
	return s.operations.Record(context.Background(), trail.Started, d)
}

// listen hears what is warned of while the node opens: that is what its checks
// found.
func (s *Server) listen() *findings {
	f := &findings{}
	s.Log = slog.New(&hearing{s.Log.Handler(), f})
	return f
}

// findings are the warnings of a start.
type findings struct {
	mu    sync.Mutex
	over  bool
	lines []string
}

func (f *findings) add(r slog.Record) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over || len(f.lines) == maxFindings {
		return
	}
	var line strings.Builder
	line.WriteString(r.Message)
	r.Attrs(func(a slog.Attr) bool {
		fmt.Fprintf(&line, "; %s: %v", a.Key, a.Value)
		return true
	})
	f.lines = append(f.lines, line.String())
}

// end is what was found; nothing more is heard.
func (f *findings) end() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = true
	return f.lines
}

// hearing passes log lines on, and lets warnings be heard.
type hearing struct {
	slog.Handler
	found *findings
}

// Handle passes a line on.
func (h *hearing) Handle(ctx context.Context, r slog.Record) error {
	if r.Level >= slog.LevelWarn {
		h.found.add(r)
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs is for lines with attributes.
func (h *hearing) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &hearing{h.Handler.WithAttrs(attrs), h.found}
}

// WithGroup is for lines within a group.
func (h *hearing) WithGroup(name string) slog.Handler {
	return &hearing{h.Handler.WithGroup(name), h.found}
}
