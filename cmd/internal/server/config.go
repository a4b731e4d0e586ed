package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"path/filepath"

	"github.com/seatledger/seatledger/cmd/internal/heal"
)

// Defaults of a Config.
const (
	DefaultDataDir    = "data"
	DefaultHTTPListen = "127.0.0.1:8080"
	DefaultNATSListen = "127.0.0.1:4222"
	DefaultStream     = "LEDGER"
	DefaultScrubBytes = 1 << 20 // a second
)

// Config is all that a node is told. The zero value of a field means its
// default; see [Config.Complete].
type Config struct {
	DataDir    string // folder of everything that the node stores
	HTTPListen string // host:port of the HTTP API; port 0 picks a free one
	NATSListen string // host:port for consumers of the feed
	Stream     string // name of the feed's stream
	LogKey     string // file of the key that signs the log's checkpoints; made at the first start
	LogOrigin  string // the log's name, given at the first start; "" is the key's, or a random one

	// ScrubBytes is how much of the stored log is read again in a second, to
	// see that it is still what it was; 0 is the default.
	ScrubBytes int64
	// Operations, if set, is told of what is healed.
	Operations heal.Operations

	// Dev: no authentication; only where nobody else can connect.
	Dev bool
	// Insecure: others may connect, though nothing is encrypted.
	Insecure bool

	Log *slog.Logger

	// Listening, if set, is called once, when requests are answered.
	Listening func(Addresses)
}

// Addresses are where a node really listens, as host:port.
type Addresses struct {
	HTTP string
	NATS string
}

// ErrConfig reports settings that cannot stand together; the text says which.
var ErrConfig = errors.New("configuration")

// Complete sets what was left out and checks the whole; errors are [ErrConfig].
func (c *Config) Complete() error {
	defaults(&c.DataDir, DefaultDataDir)
	defaults(&c.HTTPListen, DefaultHTTPListen)
	defaults(&c.NATSListen, DefaultNATSListen)
	defaults(&c.Stream, DefaultStream)
	defaults(&c.ScrubBytes, DefaultScrubBytes)
	defaults(&c.Log, slog.Default())
	var err error
	if c.DataDir, err = filepath.Abs(c.DataDir); err != nil {
		return fmt.Errorf("%w: data folder: %w", ErrConfig, err)
	}
	defaults(&c.LogKey, filepath.Join(c.DataDir, logKeyFile))
	return c.checkListeners()
}

func defaults[T comparable](v *T, otherwise T) {
	var zero T
	if *v == zero {
		*v = otherwise
	}
}

func (c *Config) checkListeners() error {
	for flag, address := range map[string]string{"--http": c.HTTPListen, "--nats-listen": c.NATSListen} {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return fmt.Errorf("%w: %s=%s is not host:port", ErrConfig, flag, address)
		}
		if c.Dev && !isLoopback(host) {
			return fmt.Errorf("%w: --dev has no authentication, so %s=%s must be on loopback (127.0.0.1)",
				ErrConfig, flag, address)
		}
		if !c.Insecure && !isLoopback(host) {
			return fmt.Errorf("%w: %s=%s can be reached by others and is not encrypted; put a TLS proxy in front, or say --insecure",
				ErrConfig, flag, address)
		}
	}
	return nil
}

// isLoopback reports that a listener on host can be reached from this machine
// alone. No name but localhost is trusted: a name can come to mean another
// address.
func isLoopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.Unmap().IsLoopback()
}
