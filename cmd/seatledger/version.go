package main

import (
	"fmt"
	"runtime"
)

// version is set by the build.
var version = "unknown"

type versionVerb struct{}

// Run prints what was built, and with what.
func (*versionVerb) Run(con *console) error {
	_, err := fmt.Fprintf(con.out, "seatledger %s %s %s/%s\n", version, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
