package e2e

import (
	"fmt"
	"testing"
	"time"
)

// orderLife is how long the orders of these tests live: long enough to be
// assigned and used on a busy machine.
const orderLife = 1500 * time.Millisecond

// expiryPatience is how long the ledger's clock may take to notice.
const expiryPatience = 10 * time.Second

// ORD-5: an order expires once, while the ledger runs or while it is stopped.
func TestOrdersExpireOnce(t *testing.T) {
	t.Parallel()
	for _, stopped := range []bool{false, true} {
		t.Run(fmt.Sprintf("stopped=%v", stopped), func(t *testing.T) {
			t.Parallel()
			b := start(t)
			b.founded()
			b.seats("p", "a", 1)
			for i := range 4 {
				b.done("AddUser", addUser("a", fmt.Sprintf("u%d", i)))
			}
			end := time.Now().Add(orderLife).UTC()
			id := b.seats("p", "a", 2, "expires_at", end.Format(time.RFC3339Nano))
			for i := range 3 {
				b.done("AssignLicense", seat("a", fmt.Sprintf("u%d", i)))
			}
			if stopped {
				b.process.Kill()
				time.Sleep(time.Until(end.Add(50 * time.Millisecond)))
				b.up()
			}
			b.eventually(expiryPatience+orderLife, "the order expires", func() bool { return len(b.expiries()) > 0 })
			b.overAllocated(id)
			b.down()
			b.up() // it must not expire again
			b.done("EnableMiCCIntegration", body{"account_id": "a"})
			if got := b.expiries(); len(got) != 2 || got[0]["type"] != "OrderExpired" || got[1]["type"] != "LicensesExpired" {
				t.Fatalf("expired: %v", got)
			}
		})
	}
}

func (b *bed) expiries() []map[string]any {
	b.Helper()
	return append(b.history(1, "type", "OrderExpired"), b.history(1, "type", "LicensesExpired")...)
}

// overAllocated wants three licences on one seat: nobody lost any, nobody gets
// another, and giving two back opens nothing.
func (b *bed) overAllocated(order string) {
	b.Helper()
	wantPool := func(assigned, available float64, over bool) {
		b.Helper()
		p := b.pool("a", b.end())
		if p["total"] != 1.0 || p["assigned"] != assigned || p["available"] != available || p["over_allocated"] != over {
			b.Fatalf("pool: %v", p)
		}
	}
	wantPool(3, 0, true)
	if wrong := refusal(b.Do("AssignLicense", seat("a", "u3")), 409, "no_licenses_available"); wrong != "" {
		b.Error(wrong)
	}
	if wrong := refusal(b.Do("UnassignOrder", body{"order_id": order, "reason": "x"}), 409, "order_expired"); wrong != "" {
		b.Error(wrong)
	}
	b.done("UnassignLicense", seat("a", "u0"))
	wantPool(2, 0, true)
	b.done("UnassignLicense", seat("a", "u1"))
	wantPool(1, 0, false)
	if wrong := refusal(b.Do("AssignLicense", seat("a", "u3")), 409, "no_licenses_available"); wrong != "" {
		b.Error(wrong)
	}
	b.done("UnassignLicense", seat("a", "u2"))
	wantPool(0, 1, false)
	b.done("AssignLicense", seat("a", "u3"))
	view := b.seen("/v1/orders/" + order).View
	if view["status"] != "expired" || view["perpetual"] != false {
		b.Errorf("order: %v", view)
	}
}
