package processes

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/message"
	"github.com/seatledger/seatledger/aggregates/partner"
	"github.com/seatledger/seatledger/aggregates/subscription"
	"github.com/seatledger/seatledger/cmd/internal/mail"
	"github.com/seatledger/seatledger/events"
	"github.com/seatledger/seatledger/projections"
)

// Limits of the sender.
const (
	// mailTick is how often the sender looks for messages.
	mailTick = 250 * time.Millisecond
	// maxLetters is how many letters it takes at one look.
	maxLetters = 64
	// setupPath is where the page to set a subscription up is, under the
	// public URL; the subscription's id follows.
	setupPath = "/setup/"
)

// DefaultGiveUp is how long a message is tried, from the event that it tells of.
const DefaultGiveUp = 48 * time.Hour

// Snapshots is a read side that can be asked about now.
type Snapshots interface {
	At(context.Context, projections.AsOf) (*projections.Snapshot, error)
}

// letters makes letters of messages.
type letters struct {
	From      string // address
	PublicURL func() string
	Clock     func() time.Time
	GiveUp    time.Duration
	Log       *slog.Logger
}

// tooOld reports that a message is not tried any more.
func (x *letters) tooOld(m *message.Message) bool { return x.Clock().Sub(m.CausedAt) > x.GiveUp }

// letter makes the letter of a message whose recipient is known.
func (x *letters) letter(s *projections.Snapshot, m *message.Message) (*mail.Letter, error) {
	l := &mail.Letter{
		ID: m.MessageID, PersonID: m.PersonID, Header: m.EventID, From: x.From, To: m.To.Plain, Date: m.CausedAt,
	}
	if !m.Alone {
		l.Header += "." + m.PersonID
	}
	f := mail.Facts{Kind: m.Kind, Subscription: m.SubscriptionID, Link: x.PublicURL()}
	if a := account.Accounts.Get(s, m.AccountID, ""); a != nil {
		f.Account, f.Language = a.Name, a.DefaultLanguage
	}
	if sub := subscription.Subscriptions.Get(s, m.SubscriptionID, ""); sub != nil {
		f.Link += setupPath + m.SubscriptionID
		if m.AccountID == "" {
			f.Language = sub.Language
		}
	}
	e, err := s.Event(m.Position)
	if err := errors.Join(err, s.Err()); err != nil {
		return nil, err
	}
	switch p := e.Data.(type) {
	case *events.ProblemReported:
		f.Summary = p.Summary
	case *events.FullAdministratorRequested:
		if by := partner.Partners.Get(s, p.PartnerID, ""); by != nil {
			f.Partner = by.Name
		}
	}
	return l, l.Compose(f)
}

// run looks again and again until ctx ends.
func (x *letters) run(ctx context.Context, look func(context.Context) error) {
	tick := time.NewTicker(mailTick)
	defer tick.Stop()
	for {
		if err := look(ctx); err != nil && ctx.Err() == nil {
			x.Log.Warn("the sender could not look for messages; it will try again", "cause", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}
