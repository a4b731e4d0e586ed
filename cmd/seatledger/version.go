package main

import (
	"fmt"
	"runtime"

	"github.com/seatledger/seatledger/cmd/internal/server"
)

type versionVerb struct{}

// Run prints what was built, and with what.
func (*versionVerb) Run(con *console) error {
	_, err := fmt.Fprintf(con.out, "seatledger %s %s %s/%s\n", server.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
