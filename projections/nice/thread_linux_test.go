package nice

import (
	"syscall"
	"testing"
)

// priority is that of the thread that calls: 20 less its niceness, as the
// kernel tells it.
func priority() int {
	p, err := syscall.Getpriority(syscall.PRIO_PROCESS, syscall.Gettid())
	if err != nil {
		return -1
	}
	return p
}

// The goroutine's thread is nice, and no other goroutine ever gets it.
func TestThread(t *testing.T) {
	before := priority()
	found := make(chan int)
	go func() {
		Thread()
		found <- priority()
	}()
	if got := <-found; got != before-level {
		t.Errorf("the thread's priority is %d, that of the process %d", got, before)
	}
	for range 1000 {
		go func() { found <- priority() }()
		if got := <-found; got != before {
			t.Fatalf("a goroutine that asked for nothing has a thread of priority %d, not %d", got, before)
		}
	}
}
