package nice

import (
	"runtime"
	"syscall"
)

// Thread gives the goroutine that calls it a nice thread, for the rest of its
// life; the thread ends with it. Where the kernel refuses, all are alike.
func Thread() {
	runtime.LockOSThread()
	_ = syscall.Setpriority(syscall.PRIO_PROCESS, syscall.Gettid(), level) // of a thread, on Linux
}

// Possible tells whether Thread does anything.
const Possible = true
