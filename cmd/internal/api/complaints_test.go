package api

import (
	"fmt"
	"strings"
	"testing"
)

// TestComplaintsAreBounded: who makes the server complain does not fill the
// log.
func TestComplaintsAreBounded(t *testing.T) {
	s := newServer(t)
	out := NewServer(s.api).ErrorLog
	for i := range 10_000 {
		out.Printf("http: TLS handshake error %d%s", i, strings.Repeat(" and so on", 1000))
	}
	lines := strings.Count(s.log.String(), "\n")
	if lines < complaintBurst || lines > complaintBurst+60 || s.log.Len() > (complaintBurst+60)*2*maxComplaintBytes {
		t.Errorf("%d lines, %d bytes", lines, s.log.Len())
	}
	if !strings.Contains(s.log.String(), fmt.Sprintf("handshake error %d ", 0)) {
		t.Error(s.log.String()[:200])
	}
}
