package main

import (
	"github.com/seatledger/seatledger/cmd/internal/client"
)

const defaultServer = client.DefaultServer

// remote is the ledger that a verb speaks to, and who speaks.
type remote struct {
	Server  string `default:"http://127.0.0.1:8080" placeholder:"URL" help:"Address of the ledger (${default})."`
	Token   string `placeholder:"TOKEN" help:"Access token."`
	CAFile  string `name:"ca-file" env:"SEATLEDGER_CA_FILE" placeholder:"FILE" help:"Certificates, in PEM, that the ledger's must come from (https); the system's if not given."`
	AsRole  string `env:"SEATLEDGER_ROLE" placeholder:"ROLE" help:"Role to play on a ledger that runs with --dev."`
	AsScope string `env:"SEATLEDGER_SCOPE" placeholder:"ID" help:"Partner or account of that role."`
	AsActor string `env:"SEATLEDGER_ACTOR" placeholder:"ID" help:"Who is recorded as having acted, with --dev."`
}

func (r remote) client() (*client.Client, error) {
	return client.New(r.Server, r.options(""))
}

// options say who speaks, and in which language people are answered.
func (r remote) options(language string) client.Options {
	return client.Options{Token: r.Token, CAFile: r.CAFile, Role: r.AsRole, Scope: r.AsScope, Actor: r.AsActor, Language: language}
}

// again is what a command line needs to reach the same ledger: nothing, if it
// is where a ledger usually is.
func (r remote) again() string {
	if r.Server == defaultServer {
		return ""
	}
	return " --server " + r.Server
}
