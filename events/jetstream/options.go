package jetstream

import (
	"crypto/tls"
	"log/slog"
	"time"
)

// Limits.
const (
	// MaxPayloadBytes is the largest message of the embedded server, headers
	// included.
	MaxPayloadBytes = 8 << 20
	// headRoomBytes is left of that for the headers and subject of a message.
	headRoomBytes = 1 << 10

	startTimeout = 30 * time.Second // for the embedded server to answer
	callTimeout  = 5 * time.Second  // for one request, unless the caller gives less
	tlsTimeout   = 5 * time.Second  // for a network client's handshake
	// silence is how long a write waits before the server is asked for its
	// health: it does not answer what it could not store.
	silence = 100 * time.Millisecond
	// readStall is how long a read waits for the next message, and readStalls
	// how often in a row it does so for one that is there.
	readStall  = 2 * time.Second
	readStalls = 3
	// healthLooks and healthPause: how often, and how far apart, a server is
	// seen to be stuck before it is taken for that.
	healthLooks = 3
	healthPause = 5 * time.Millisecond

	// readAheadMessages and readAheadBytes are what a read asks for at once.
	readAheadMessages = 8192
	readAheadBytes    = 32 << 20
	// reconnectWait is between two tries to reach the server again.
	reconnectWait = 20 * time.Millisecond
)

// Names of the streams and their subjects.
const (
	JournalStream  = "LEDGER_JOURNAL"
	FeedStream     = "LEDGER" // unless Options says otherwise
	journalSubject = "journal."
	feedSubjects   = "ledger.>"
)

// Options of the embedded server.
type Options struct {
	// StoreDir holds everything the server stores.
	StoreDir string
	// Listen is the address for network clients, "127.0.0.1:0" for a free
	// port, "" for none.
	Listen string
	// Dev lets network clients in without credentials.
	Dev bool
	// Admit says, without Dev, who a network client is that comes from an
	// address (host:port) with a token, or why it may not come in; nil lets
	// nobody in. It may be called by many goroutines at once.
	Admit func(address, token string) (Guest, error)
	// Feed names the feed's stream; empty: FeedStream.
	Feed string
	// Made, if set, is called when a consumer was made, changed or removed,
	// before it is told. It may be called by several goroutines.
	Made func()
	// Unsynced fsyncs nothing until Close, which then fsyncs all that was
	// stored: for a store that is filled at once, before it is used.
	Unsynced bool
	// TLS, if set, is what network clients must speak.
	TLS *tls.Config
	// Log receives what the server says; nil: slog.Default.
	Log *slog.Logger
}

func (o Options) withDefaults() Options {
	if o.Feed == "" {
		o.Feed = FeedStream
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	return o
}
