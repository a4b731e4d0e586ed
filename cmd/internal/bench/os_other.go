//go:build !linux

package bench

import (
	"os"
	"os/exec"
)

// fdatasync makes a file durable.
func fdatasync(f *os.File) error { return f.Sync() }

// flushDisks does nothing: it is not known how.
func flushDisks() {}

// runAs changes nothing: only Linux is known to refuse nobody but root here.
func runAs(*exec.Cmd, uint32, uint32) {}

// fileSystem is not known elsewhere.
func fileSystem(string) (string, error) { return "unknown", nil }
