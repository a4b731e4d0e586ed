//go:build !linux

package nice

// Thread does nothing: elsewhere niceness belongs to whole processes.
func Thread() {}

// Possible tells whether Thread does anything.
const Possible = false
