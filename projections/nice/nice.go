// Package nice lets work that nobody waits for give way to work that somebody
// waits for: following the log, flushes, compactions. Go's scheduler knows no
// priorities, but the kernel's does, and it shares the processors out among
// threads. So such work has threads of its own, which are nice, and the process
// more slots for goroutines than processors (Slots), or a nice thread that does
// not run would take one away.
//
// On two processors B1 with 16 callers gave a fifth more commands a second than
// with all alike; without the slots, no more.
package nice

// level is how nice a thread is, of 0 to 19: with it the kernel gives the thread
// about a thirtieth of what it gives any other that wants to run.
const level = 15

// Slots is how many goroutines should be able to run beside those of the
// processors: as many as there are nice threads at a time.
const Slots = 4
