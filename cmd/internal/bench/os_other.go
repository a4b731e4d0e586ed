//go:build !linux

package bench

import (
	"io/fs"
	"os"
	"os/exec"
)

// fdatasync makes a file durable.
func fdatasync(f *os.File) error { return f.Sync() }

// onDisk is a file's length: what it takes is told in too many ways.
func onDisk(info fs.FileInfo) int64 { return info.Size() }

// flushDisks does nothing: it is not known how.
func flushDisks() {}

// runAs changes nothing: only Linux is known to refuse nobody but root here.
func runAs(*exec.Cmd, uint32, uint32) {}

// fileSystem is not known elsewhere.
func fileSystem(string) (string, error) { return "unknown", nil }
