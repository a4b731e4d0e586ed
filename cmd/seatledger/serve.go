package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/server"
)

type serveVerb struct {
	DataDir    string `default:"./data" placeholder:"DIR" help:"Folder of everything that is stored (${default})."`
	HTTP       string `name:"http" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Where the HTTP API listens; port 0 picks a free one (${default})."`
	NATSListen string `name:"nats-listen" default:"127.0.0.1:4222" placeholder:"HOST:PORT" help:"Where consumers of the feed connect to the embedded server (${default})."`
	Stream     string `default:"LEDGER" help:"Name of the feed's stream."`
	LogKey     string `placeholder:"FILE" help:"Key that signs the log's checkpoints; made at the first start (log.key in the data folder)."`
	LogOrigin  string `placeholder:"NAME" help:"Name of the log in its checkpoints, given at the first start (seatledger/ and a random id)."`
	wrapping
	ScrubRate  int64  `default:"256" placeholder:"KIB" help:"KiB a second of the stored log that are read again and compared (${default})."`
	TLSCert    string `name:"tls-cert" placeholder:"FILE" help:"Certificate of both listeners, in PEM with its chain; read again when it changes."`
	TLSKey     string `name:"tls-key" placeholder:"FILE" help:"Key of the certificate, in PEM."`
	OIDCIssuer string `name:"oidc-issuer" placeholder:"URL" help:"OpenID Connect issuer whose tokens are taken, besides the ledger's own."`
	OIDCAud    string `name:"oidc-audience" env:"SEATLEDGER_OIDC_AUDIENCE" placeholder:"NAME" help:"Audience that its tokens must have."`

	CheckpointFile string `placeholder:"FILE" help:"File outside of the data folder that gets every new checkpoint, and that the log is compared with at the start."`

	RateLimit        *float64 `placeholder:"N" help:"Requests a second of one caller; 0 is no limit (5000; with --dev none)."`
	AddressRateLimit *float64 `placeholder:"N" help:"Requests a second without a good token from one address; 0 is no limit (100; with --dev none)."`
	Public           []string `placeholder:"NAME,..." help:"What is shown without a token: metrics, log (checkpoints and hashes), ready."`

	PublicURL  string        `name:"public-url" placeholder:"URL" help:"Where people reach this ledger, for links in messages (where the HTTP API listens)."`
	SMTPURL    string        `name:"smtp-url" placeholder:"URL" help:"Mail server, smtp://user:password@host:port; best given by the environment. Without one, messages go to the folder outbox."`
	SMTPFrom   string        `name:"smtp-from" default:"seatledger@localhost" placeholder:"ADDRESS" help:"Who messages to people are from (${default})."`
	SMTPGiveUp time.Duration `name:"smtp-give-up" default:"48h" placeholder:"TIME" help:"How long a message is tried (${default})."`

	Dev      bool   `help:"No authentication, for trying out; refused unless every listener is on loopback."`
	Insecure bool   `help:"Listen where others can connect, though nothing is encrypted (without --tls-cert)."`
	LogLevel string `default:"info" enum:"debug,info,warn,error" help:"Least level that is logged: ${enum}."`
}

// Run serves until it is told to stop.
func (v *serveVerb) Run(ctx context.Context, con *console) error {
	server.Tune()
	s, err := server.Open(ctx, v.config(con))
	if errors.Is(err, server.ErrConfig) {
		return usageError{err}
	}
	if err != nil {
		return sought(err)
	}
	return errors.Join(s.Run(ctx), s.Close())
}

func (v *serveVerb) config(con *console) server.Config {
	var level slog.Level
	_ = level.UnmarshalText([]byte(v.LogLevel)) // one of the enum
	return server.Config{
		DataDir: v.DataDir, HTTPListen: v.HTTP, NATSListen: v.NATSListen, Stream: v.Stream, Dev: v.Dev,
		SMTPURL: v.SMTPURL, SMTPFrom: v.SMTPFrom, SMTPGiveUp: v.SMTPGiveUp, PublicURL: v.PublicURL,
		KEK: v.kek(), LogKey: v.LogKey, LogOrigin: v.LogOrigin, CheckpointFile: v.CheckpointFile, Insecure: v.Insecure, ScrubBytes: v.ScrubRate << 10,
		TLSCert: v.TLSCert, TLSKey: v.TLSKey, OIDCIssuer: v.OIDCIssuer, OIDCAudience: v.OIDCAud,
		CallerRate: v.RateLimit, AddressRate: v.AddressRateLimit, Public: v.Public,
		Log:       slog.New(slog.NewTextHandler(con.err, &slog.HandlerOptions{Level: level})),
		Listening: func(a server.Addresses) { v.greet(con, a) },
	}
}

// greet tells a person who tries the ledger out where it is, and what to do.
func (v *serveVerb) greet(con *console, a server.Addresses) {
	if !v.Dev {
		return
	}
	url := "http://" + a.HTTP
	if v.TLSCert != "" {
		url = "https://" + a.HTTP
	}
	at := remote{Server: url}.again()
	fmt.Fprintf(con.out, "\n%s at %s\n", con.styled(bold, "The ledger is open"), con.styled(cyan, url))
	fmt.Fprintf(con.out, "Anyone on this machine may do anything (--dev). Try next, in another terminal:\n\n")
	tries := table{rows: [][]string{
		{" ", con.program + " demo" + at, "# a story of two accounts, and the events it makes"},
		{" ", con.program + " get accounts" + at, "# what the views say now"},
		{" ", con.program + " watch" + at, "# every event as it is recorded"},
	}}
	_ = tries.print(con.out, func(_, column int, text string) string {
		if column == 2 {
			return con.styled(faint, text)
		}
		return text
	})
	fmt.Fprintln(con.out)
}
