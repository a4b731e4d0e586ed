package server

import (
	"os"
	"runtime/debug"
)

// What the garbage collector of a node aims at, unless GOGC or GOMEMLIMIT say
// otherwise. The heap holds Pebble's tables and cache, which live long, so
// collecting at Go's usual rate would take a tenth of the processor for little.
const (
	gcPercent        = 200
	memoryLimitBytes = 512 << 20 // a goal, not a bound
)

// TuneMemory sets up the garbage collector of a process that is a node.
func TuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimitBytes)
	}
}
