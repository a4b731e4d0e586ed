package pace

import (
	"fmt"
	"testing"
)

func TestEachKeyHasItsOwn(t *testing.T) {
	b := New(0.001, 3, 100)
	for i := range 5 {
		if got := b.Allow("a"); got != (i < 3) {
			t.Errorf("take %d: %v", i, got)
		}
	}
	if !b.Allow("b") {
		t.Error("another key has none left")
	}
	var none *Buckets
	if none = New(0, 3, 100); none != nil || !none.Allow("a") {
		t.Error("a rate of 0 bounds")
	}
}

func TestKeysAreBoundedAndABusyOneIsKept(t *testing.T) {
	b := New(0.001, 1, 100)
	b.Allow("busy")
	for i := range 10_000 {
		b.Allow(fmt.Sprint(i))
		if b.Allow("busy") {
			t.Fatalf("forgotten after %d others", i)
		}
	}
	if n := b.Keys(); n > 101 {
		t.Errorf("%d keys", n)
	}
}
