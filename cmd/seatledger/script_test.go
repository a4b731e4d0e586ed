package main

import (
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run the real main as the program seatledger.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"seatledger": main})
}

// nodes has the node that each script started last, by the script's folder.
var nodes sync.Map

func nodeOf(ts *testscript.TestScript) *node {
	n, ok := nodes.Load(ts.Getenv("WORK"))
	if !ok {
		ts.Fatalf("no node was started")
	}
	return n.(*node)
}

// TestScripts plays the transcripts in testdata/script. Besides testscript's
// own commands they have:
//
//	serve [flags]  starts a ledger on free ports, in $WORK/data unless told
//	stop           ends it by SIGTERM and wants status 0
//	crash          ends it by SIGKILL
//
// and SEATLEDGER_SERVER is set to where it is.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serve": func(ts *testscript.TestScript, _ bool, flags []string) {
				n, err := startNode(ts.Getenv("WORK"), flags)
				ts.Check(err)
				ts.Defer(n.kill)
				ts.Setenv("SEATLEDGER_SERVER", n.url)
				nodes.Store(ts.Getenv("WORK"), n)
			},
			"stop":  func(ts *testscript.TestScript, _ bool, _ []string) { ts.Check(nodeOf(ts).stop()) },
			"crash": func(ts *testscript.TestScript, _ bool, _ []string) { nodeOf(ts).kill() },
		},
	})
}
