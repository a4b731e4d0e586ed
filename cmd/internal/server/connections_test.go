package server

import (
	"io"
	"net"
	"testing"
	"time"
)

// TestConnectionsAreBounded: what is too many, in all or from one address, is
// closed at once, and a place that was left is there again.
func TestConnectionsAreBounded(t *testing.T) {
	for name, c := range map[string]struct{ all, each int }{"in all": {2, 9}, "from one address": {9, 2}} {
		t.Run(name, func(t *testing.T) {
			plain, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			l := newConnections(plain, c.all, c.each)
			defer l.Close()
			accepted := make(chan net.Conn)
			go func() {
				for {
					c, err := l.Accept()
					if err != nil {
						return
					}
					accepted <- c
				}
			}()
			dial := func() net.Conn {
				c, err := net.Dial("tcp", plain.Addr().String())
				if err != nil {
					t.Fatal(err)
				}
				c.SetDeadline(time.Now().Add(20 * time.Second))
				t.Cleanup(func() { c.Close() })
				return c
			}
			dial()
			first := <-accepted
			dial()
			<-accepted
			if _, err := dial().Read(make([]byte, 1)); err != io.EOF {
				t.Errorf("a third: %v", err)
			}
			first.Close()
			first.Close()
			dial()
			<-accepted
			if l.open != 2 || len(l.from) != 1 {
				t.Errorf("%d are open, %v", l.open, l.from)
			}
		})
	}
}
