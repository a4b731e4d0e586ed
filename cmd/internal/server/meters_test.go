package server

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
)

// What promtool check metrics would say of /metrics: nothing.
func TestMetricsAreWellFormed(t *testing.T) {
	s, err := Open(t.Context(), Config{DataDir: t.TempDir(), Dev: true, HTTPListen: "127.0.0.1:0", NATSListen: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	a, err := s.api()
	if err != nil {
		t.Fatal(err)
	}
	answer := httptest.NewRecorder()
	a.ServeHTTP(answer, httptest.NewRequest("GET", "http://127.0.0.1/metrics", nil))
	text := answer.Body.String()
	if answer.Code != 200 || !strings.Contains(text, "seatledger_jetstream_stored_bytes ") {
		t.Fatalf("%d\n%s", answer.Code, text)
	}
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		if strings.HasPrefix(p.Metric, "seatledger_") {
			t.Errorf("%s: %s", p.Metric, p.Text)
		}
	}
}
