package main

import (
	"bytes"
	"errors"
	"sync"
	"testing"

	"github.com/cockroachdb/pebble/v2"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/seatledger/seatledger/projections"
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

// spoil changes one version of a row: seats that a pool has.
func spoil(views string) error {
	db, err := pebble.Open(views, &pebble.Options{
		Comparer: projections.Comparer, FormatMajorVersion: pebble.FormatNewest, Logger: quiet{}})
	if err != nil {
		return err
	}
	it, err := db.NewIter(nil)
	if err != nil {
		return err
	}
	for ok := it.First(); ok && err == nil; ok = it.Next() {
		if v := it.Value(); bytes.HasPrefix(v, []byte(`{"product":"miteam_meetings","total":1,"assigned":0}`)) {
			err = db.Set(bytes.Clone(it.Key()), bytes.Replace(v, []byte(`"total":1`), []byte(`"total":9`), 1), pebble.Sync)
			break
		}
	}
	return errors.Join(err, it.Close(), db.Close())
}

// quiet says nothing of what the database does.
type quiet struct{}

func (quiet) Infof(string, ...any)  {}
func (quiet) Errorf(string, ...any) {}
func (quiet) Fatalf(string, ...any) {}

// TestScripts plays the transcripts in testdata/script. Besides testscript's
// own commands they have:
//
//	serve [flags]  starts a ledger on free ports, in $WORK/data unless told
//	stop           ends it by SIGTERM and wants status 0
//	crash          ends it by SIGKILL
//	spoil folder   changes one row of the views in a folder: seats of a pool
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
			"spoil": func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(spoil(ts.MkAbs(args[0]))) },
			"crash": func(ts *testscript.TestScript, _ bool, _ []string) { nodeOf(ts).kill() },
		},
	})
}
