package replay

import (
	"context"
	"fmt"

	"github.com/seatledger/seatledger/projections"
)

// View is what can be shown of one thing: a row of the table below.
type View struct {
	Name string
	Args []string // what it needs, in order: ids
	// of is whose history the view is made of: the aggregate of this kind with
	// the first of the ids.
	of   string
	make func(s *projections.Snapshot, a projections.Audience, ids []string) (any, error)
}

// Views is the table of what can be shown.
var Views = []View{
	{"account", []string{"ACCOUNT"}, "account", func(s *projections.Snapshot, a projections.Audience, ids []string) (any, error) {
		return projections.AccountByID(s, a, ids[0])
	}},
	{"pools", []string{"ACCOUNT"}, "account", func(s *projections.Snapshot, a projections.Audience, ids []string) (any, error) {
		return projections.Pools(s, a, ids[0])
	}},
	{"user", []string{"ACCOUNT", "USER"}, "account", func(s *projections.Snapshot, a projections.Audience, ids []string) (any, error) {
		return projections.UserByID(s, a, ids[0], ids[1])
	}},
	{"order", []string{"ORDER"}, "order", func(s *projections.Snapshot, a projections.Audience, ids []string) (any, error) {
		return projections.OrderByID(s, a, ids[0])
	}},
	{"partner", []string{"PARTNER"}, "partner", func(s *projections.Snapshot, a projections.Audience, ids []string) (any, error) {
		return projections.PartnerByID(s, a, ids[0])
	}},
	{"subscription", []string{"SUBSCRIPTION"}, ofSubscription, func(s *projections.Snapshot, a projections.Audience, ids []string) (any, error) {
		return projections.SubscriptionByID(s, a, ids[0])
	}},
}

// FindView finds a view by its name.
func FindView(name string) (View, bool) {
	for _, v := range Views {
		if v.Name == name {
			return v, true
		}
	}
	return View{}, false
}

const ofSubscription = "subscription"

// subject is whose history the view of something is made of. What a partner may
// do in an account depends on all subscriptions that map it, and on whose it
// is; who sees a subscription that is not mapped, on the audience's own people.
func (v View) subject(ids []string, a projections.Audience) subject {
	if v.of != ofSubscription {
		return aggregate(v.of, ids[0])
	}
	return func(p place) bool {
		return p.entry.OfKind(ofSubscription) || p.entry.OfKind("account", "AccountCreated", "AccountDeleted", "PersonErased") ||
			a.Caller.Partner != "" && (p.entry.Of("account", a.Caller.Partner) || p.entry.Of("partner", a.Caller.Partner))
	}
}

// Show is a view at a moment, made of the log alone. It is what a query with
// as_of answers; errors are rule.NotFound, projections.ErrBeyondEnd and
// projections.ErrFuture, as there, and those of the log.
func (l *Log) Show(ctx context.Context, v View, ids []string, at Moment, a projections.Audience) (any, error) {
	if len(ids) != len(v.Args) {
		return nil, fmt.Errorf("%s needs %v", v.Name, v.Args)
	}
	s, err := l.fold(ctx, v.subject(ids, a), at)
	if err != nil {
		return nil, err
	}
	return v.make(s, a, ids)
}
