package server

import (
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/access"
	"github.com/seatledger/seatledger/cmd/internal/api"
	"github.com/seatledger/seatledger/cmd/internal/mail"
	"github.com/seatledger/seatledger/cmd/internal/processes"
)

// Defaults of a Config.
const (
	DefaultDataDir    = "data"
	DefaultHTTPListen = "127.0.0.1:8080"
	DefaultNATSListen = "127.0.0.1:4222"
	DefaultStream     = "LEDGER"
	DefaultScrubBytes = 256 << 10 // a second
	DefaultSMTPFrom   = "seatledger@localhost"
)

// MaxRate is the largest limit of requests a second.
const MaxRate = 1e9

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

	// CheckpointFile gets every new checkpoint, and at the start is compared
	// with the log: a file outside of the data folder. "" is none.
	CheckpointFile string

	TLSCert string // file of the certificate of both listeners, in PEM; "" is no TLS
	TLSKey  string // file of its key

	OIDCIssuer   string // URL of an OpenID Connect issuer whose tokens are taken; "" is none
	OIDCAudience string // for whom its tokens must be

	// CallerRate is how many requests a second a caller may send, and
	// AddressRate how many without a good token an address may; 0 is no limit,
	// and nil the default: none with Dev, else access's.
	CallerRate, AddressRate *float64
	// Public is what is shown without a token, of api.Publics.
	Public []string

	// Dev: no authentication; only where nobody else can connect.
	Dev bool
	// Insecure: others may connect, though nothing is encrypted.
	Insecure bool

	SMTPURL    string        // mail server; "" is none, and letters go to the outbox
	SMTPFrom   string        // address of the sender
	SMTPGiveUp time.Duration // how long a message is tried
	PublicURL  string        // where people reach this ledger; "" is the HTTP listener

	Log *slog.Logger

	mailer *mail.SMTP       // of SMTPURL
	past   func() time.Time // clock of a made-up past; see [OpenPast]

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
	defaults(&c.SMTPFrom, DefaultSMTPFrom)
	defaults(&c.SMTPGiveUp, processes.DefaultGiveUp)
	var err error
	if c.DataDir, err = filepath.Abs(c.DataDir); err != nil {
		return fmt.Errorf("%w: data folder: %w", ErrConfig, err)
	}
	defaults(&c.LogKey, filepath.Join(c.DataDir, logKeyFile))
	c.rates()
	return errors.Join(c.checkListeners(), c.checkFiles(), c.checkCheckpointFile(), c.checkCallers(), c.checkMail())
}

func (c *Config) rates() {
	caller, address := float64(access.DefaultCallerRate), float64(access.DefaultAddressRate)
	if c.Dev {
		caller, address = 0, 0
	}
	defaults(&c.CallerRate, &caller)
	defaults(&c.AddressRate, &address)
}

// checkFiles checks the settings of TLS; the files are read later.
func (c *Config) checkFiles() error {
	switch {
	case c.TLSCert != "" && c.TLSKey == "":
		return fmt.Errorf("%w: --tls-cert needs --tls-key", ErrConfig)
	case c.TLSKey != "" && c.TLSCert == "":
		return fmt.Errorf("%w: --tls-key needs --tls-cert", ErrConfig)
	}
	return nil
}

// checkCallers checks who may come in, and how often.
func (c *Config) checkCallers() error {
	switch {
	case c.OIDCIssuer != "" && c.OIDCAudience == "":
		return fmt.Errorf("%w: --oidc-issuer needs --oidc-audience: a token for somebody else must not be good here", ErrConfig)
	case c.OIDCIssuer == "" && c.OIDCAudience != "":
		return fmt.Errorf("%w: --oidc-audience needs --oidc-issuer", ErrConfig)
	case c.OIDCIssuer != "" && c.Dev:
		return fmt.Errorf("%w: --oidc-issuer has no meaning with --dev, which asks nobody for a token", ErrConfig)
	}
	if c.OIDCIssuer != "" {
		if err := access.CheckIssuerURL(c.OIDCIssuer); err != nil {
			return fmt.Errorf("%w: --oidc-issuer=%s %w", ErrConfig, c.OIDCIssuer, err)
		}
	}
	for flag, rate := range map[string]float64{"--rate-limit": *c.CallerRate, "--address-rate-limit": *c.AddressRate} {
		if rate < 0 || rate > MaxRate || math.IsNaN(rate) {
			return fmt.Errorf("%w: %s must be from 0, which is none, to %d", ErrConfig, flag, int(MaxRate))
		}
	}
	for _, p := range c.Public {
		if !slices.Contains(api.Publics, p) {
			return fmt.Errorf("%w: --public=%s must be of %s", ErrConfig, p, strings.Join(api.Publics, ", "))
		}
	}
	return nil
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
		if !c.Insecure && c.TLSCert == "" && !isLoopback(host) {
			return fmt.Errorf("%w: %s=%s can be reached by others and is not encrypted; give --tls-cert and --tls-key, or say --insecure",
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

// checkCheckpointFile refuses a file that would be rolled back with the folder.
func (c *Config) checkCheckpointFile() (err error) {
	if c.CheckpointFile == "" {
		return nil
	}
	if c.CheckpointFile, err = filepath.Abs(c.CheckpointFile); err != nil {
		return fmt.Errorf("%w: --checkpoint-file: %w", ErrConfig, err)
	}
	if in, err := filepath.Rel(c.DataDir, c.CheckpointFile); err == nil && filepath.IsLocal(in) {
		return fmt.Errorf("%w: --checkpoint-file=%s is in the data folder: it would be rolled back with it", ErrConfig, c.CheckpointFile)
	}
	return nil
}
