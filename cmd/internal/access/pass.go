package access

import (
	"context"
	"time"

	"github.com/seatledger/seatledger/aggregates/rule"
)

// Pass is what credentials let in, for as long as they hold.
type Pass struct {
	rule.Caller
	// Key tells the holders of credentials apart, for limits. It is empty in
	// --dev, where there are none.
	Key string
	// Revoked ends when the credentials are revoked; nil: they never are.
	Revoked context.Context
	// Expires is when they end by themselves; zero: never.
	Expires time.Time
}

// Bound is ctx for as long as the pass holds. The caller ends it.
func (p *Pass) Bound(ctx context.Context) (context.Context, context.CancelFunc) {
	var cancel context.CancelFunc
	if p.Expires.IsZero() {
		ctx, cancel = context.WithCancel(ctx)
	} else {
		ctx, cancel = context.WithDeadline(ctx, p.Expires)
	}
	if p.Revoked == nil {
		return ctx, cancel
	}
	stop := context.AfterFunc(p.Revoked, cancel)
	return ctx, func() { stop(); cancel() }
}
