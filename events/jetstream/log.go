package jetstream

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
)

// serverLog passes on what the nats-server says. Its notices are of interest
// only to who looks for them.
type serverLog struct{ log *slog.Logger }

func (l serverLog) say(level slog.Level, format string, v []any) {
	if l.log.Enabled(context.Background(), level) {
		l.log.Log(context.Background(), level, "nats-server", "says", fmt.Sprintf(format, v...))
	}
}

func (l serverLog) Noticef(format string, v ...any) { l.say(slog.LevelDebug, format, v) }
func (l serverLog) Debugf(format string, v ...any)  { l.say(slog.LevelDebug, format, v) }
func (l serverLog) Tracef(format string, v ...any)  { l.say(slog.LevelDebug, format, v) }
func (l serverLog) Warnf(format string, v ...any)   { l.say(slog.LevelWarn, format, v) }

// Errorf tells of errors of the server, and of what clients may not do, which
// is an error of theirs.
func (l serverLog) Errorf(format string, v ...any) {
	level := slog.LevelError
	if text := fmt.Sprintf(format, v...); slices.ContainsFunc(clientErrors, func(e string) bool { return strings.Contains(text, e) }) {
		level = slog.LevelWarn
	}
	l.say(level, format, v)
}

// clientErrors are how the server tells of errors of its clients.
var clientErrors = []string{
	"Publish Violation", "Subscription Violation", "authentication error", "Authorization Violation", "TLS handshake error",
	"maximum payload", "Client parser ERROR", "authentication timeout",
}

// Fatalf does not end the process: who started the server sees that it did
// not come up.
func (l serverLog) Fatalf(format string, v ...any) { l.say(slog.LevelError, format, v) }
