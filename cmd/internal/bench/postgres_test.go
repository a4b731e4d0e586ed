package bench

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// withCluster runs a test on PostgreSQL. Where there is none, what is said of
// that is what is tested.
func withCluster(t *testing.T, test func(t *testing.T, c *cluster)) {
	c, err := startCluster(t.Context(), filepath.Join(disk(t), "postgres"))
	if errors.Is(err, errNoPostgres) {
		if !strings.Contains(err.Error(), "apt-get install postgresql") {
			t.Errorf("does not say how to get it: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer c.stop()
	test(t, c)
}

// count asks for a number.
func (c *cluster) count(t *testing.T, sql string) (n int) {
	t.Helper()
	conn, err := c.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatal(sql, err)
	}
	return n
}

func TestPostgresKeepsTheRules(t *testing.T) {
	withCluster(t, func(t *testing.T, c *cluster) {
		if err := c.exec(t.Context(), `insert into pools values
			('a', 'm', 1, 0, true, false), ('off', 'm', 1, 0, false, false), ('managed', 'm', 1, 0, true, true)`); err != nil {
			t.Fatal(err)
		}
		for _, step := range []struct {
			sql    string
			refuse string
		}{
			{"select assign_license('off', 'u', 'm', '', '')", "integration_disabled"},
			{"select assign_license('managed', 'u', 'm', '', '')", "managed_by_micollab"},
			{"select assign_license('none', 'u', 'm', '', '')", "not_found"},
			{"select unassign_license('a', 'u', 'm', '', '')", ""}, // has none: no change
			{"select assign_license('a', 'u', 'm', '', '')", ""},
			{"select assign_license('a', 'u', 'm', '', '')", ""}, // again: no change
			{"select assign_license('a', 'v', 'm', '', '')", "no_licenses_available"},
		} {
			err := c.exec(t.Context(), step.sql)
			if (err == nil) != (step.refuse == "") || err != nil && !strings.Contains(err.Error(), step.refuse) {
				t.Errorf("%s: %v, want %q", step.sql, err, step.refuse)
			}
		}
		if got := c.count(t, "select count(*) from events"); got != 1 {
			t.Errorf("%d events, want 1", got)
		}
		if got := c.count(t, "select sum(assigned) from pools"); got != 1 {
			t.Errorf("%d assigned, want 1", got)
		}
	})
}

func TestPostgresIsDurableAndLosesNothing(t *testing.T) {
	withCluster(t, func(t *testing.T, c *cluster) {
		version, settings, err := c.about(t.Context())
		if err != nil || version == "" {
			t.Fatal(version, err)
		}
		for _, s := range []string{"synchronous_commit=on", "fsync=on", "full_page_writes=on"} {
			if !strings.Contains(settings, s) {
				t.Errorf("%s is not among %s", s, settings)
			}
		}
		s := hotSeats(100)
		p, err := c.seat(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		cs, hangUp, err := p.callers(t.Context(), 8)
		if err != nil {
			t.Fatal(err)
		}
		defer hangUp()
		if _, err := measure(t.Context(), cs, 100*time.Millisecond); err != nil {
			t.Fatal(err)
		}
		taken := 0
		for _, seat := range s.all {
			if seat.taken {
				taken++
			}
		}
		if got := c.count(t, "select count(*) from assignments"); got != taken {
			t.Errorf("%d assignments, callers count %d", got, taken)
		}
		if got := c.count(t, "select sum(assigned) from pools"); got != taken {
			t.Errorf("the pool counts %d, callers %d", got, taken)
		}
		if got := c.count(t, "select count(*) from events"); got != int(p.next.Load()) {
			t.Errorf("%d events of %d commands", got, p.next.Load())
		}
	})
}
