package server

import (
	"os"
	"runtime"
	"runtime/debug"

	"github.com/seatledger/seatledger/projections/nice"
)

// gcPercent is how much the heap of a node may grow before garbage is
// collected, unless GOGC says otherwise. The heap holds Pebble's tables and
// cache, which live long, so collecting at Go's usual rate would take a tenth
// of the processor for little. There is no memory limit on purpose: a large
// commit near one would spend its time collecting.
const gcPercent = 200

// Tune sets up the runtime of a process that is a node: the garbage collector,
// and a slot more for every thread that gives way, unless GOMAXPROCS says how
// many there are.
func Tune() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if nice.Possible && os.Getenv("GOMAXPROCS") == "" {
		runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + nice.Slots)
	}
}
