package server

import (
	"os"
	"runtime/debug"
)

// gcPercent is how much the heap of a node may grow before garbage is
// collected, unless GOGC says otherwise. The heap holds Pebble's tables and
// cache, which live long, so collecting at Go's usual rate would take a tenth
// of the processor for little. There is no memory limit on purpose: a large
// commit near one would spend its time collecting.
const gcPercent = 200

// TuneMemory sets up the garbage collector of a process that is a node.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
}
