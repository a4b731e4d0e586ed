package server

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
)

// Defaults of a Config.
const (
	DefaultDataDir    = "data"
	DefaultHTTPListen = "127.0.0.1:8080"
	DefaultNATSListen = "127.0.0.1:4222"
	DefaultStream     = "LEDGER"
	DefaultReplicas   = 3 // on a cluster; an embedded server has one

	// maxReplicas is what JetStream can do.
	maxReplicas = 5
)

// Config is all that a node is told. The zero value of a field means its
// default; see [Config.Complete].
type Config struct {
	DataDir    string // folder of everything that the node stores
	HTTPListen string // host:port of the HTTP API; port 0 picks a free one
	NATSListen string // host:port for consumers of the feed; embedded only
	Stream     string // name of the feed's stream

	// Dev: no authentication; only where nobody else can connect.
	Dev bool

	NATSURL   string // servers of a JetStream cluster, by commas; empty: embedded
	NATSCreds string // file with the credentials for it
	Replicas  int    // of the journal, on a cluster

	PublicURL string // how people reach the node; for links in messages
	Log       *slog.Logger

	// Listening, if set, is called once, when requests are answered.
	Listening func(Addresses)
}

// Addresses are where a node really listens, as host:port.
type Addresses struct {
	HTTP string
	NATS string // empty on a cluster
}

// ErrConfig reports settings that cannot stand together; the text says which.
var ErrConfig = errors.New("configuration")

// Embedded reports that the node runs its own nats-server.
func (c *Config) Embedded() bool { return c.NATSURL == "" }

// Complete sets what was left out and checks the whole; errors are [ErrConfig].
func (c *Config) Complete() error {
	defaults(&c.DataDir, DefaultDataDir)
	defaults(&c.HTTPListen, DefaultHTTPListen)
	defaults(&c.NATSListen, DefaultNATSListen)
	defaults(&c.Stream, DefaultStream)
	defaults(&c.Log, slog.Default())
	if c.Embedded() {
		defaults(&c.Replicas, 1)
	} else {
		defaults(&c.Replicas, DefaultReplicas)
	}
	var err error
	if c.DataDir, err = filepath.Abs(c.DataDir); err != nil {
		return fmt.Errorf("%w: data folder: %w", ErrConfig, err)
	}
	return errors.Join(c.checkListeners(), c.checkCluster(), c.checkPublicURL())
}

func defaults[T comparable](v *T, otherwise T) {
	var zero T
	if *v == zero {
		*v = otherwise
	}
}

func (c *Config) checkListeners() error {
	listeners := map[string]string{"--http": c.HTTPListen}
	if c.Embedded() {
		listeners["--nats-listen"] = c.NATSListen
	}
	for flag, address := range listeners {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return fmt.Errorf("%w: %s=%s is not host:port", ErrConfig, flag, address)
		}
		if c.Dev && !isLoopback(host) {
			return fmt.Errorf("%w: --dev has no authentication, so %s=%s must be on loopback (127.0.0.1)",
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

func (c *Config) checkCluster() error {
	switch {
	case c.Embedded() && c.NATSCreds != "":
		return fmt.Errorf("%w: --nats-creds needs --nats-url", ErrConfig)
	case c.Embedded() && c.Replicas != 1:
		return fmt.Errorf("%w: --replicas=%d needs --nats-url: an embedded server is alone", ErrConfig, c.Replicas)
	case !c.Embedded() && c.Dev:
		return fmt.Errorf("%w: --dev cannot be used with --nats-url: others can reach a cluster", ErrConfig)
	case !c.Embedded() && (c.Replicas < 3 || c.Replicas > maxReplicas || c.Replicas%2 == 0):
		return fmt.Errorf("%w: --replicas=%d must be 3 or 5: with fewer, an acknowledged event could be lost", ErrConfig, c.Replicas)
	}
	return nil
}

func (c *Config) checkPublicURL() error {
	if c.PublicURL == "" {
		return nil
	}
	u, err := url.Parse(c.PublicURL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%w: --public-url=%s is not an http or https address", ErrConfig, c.PublicURL)
	}
	return nil
}
