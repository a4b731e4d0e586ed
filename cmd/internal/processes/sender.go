package processes

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/message"
	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/mail"
	"github.com/seatledger/seatledger/projections"
)

// Pauses between tries of one message, and between tries to reach the server;
// they grow from the first to the last.
const (
	firstPause = time.Second
	lastPause  = 15 * time.Minute
	// recordPatience bounds the record of what became of a message.
	recordPatience = 5 * time.Second
)

func pauses() *backoff.ExponentialBackOff {
	p := &backoff.ExponentialBackOff{InitialInterval: firstPause, MaxInterval: lastPause, Multiplier: 2, RandomizationFactor: 0.2}
	p.Reset()
	return p
}

// Sender hands messages to a mail server, and records what became of each. It
// goes through all that wait, also after a long stop. A crash between the mail
// server's yes and the record of it sends a message twice, under one
// Message-ID; one that is recorded as sent is not sent again.
type Sender struct {
	letters
	Do     func(context.Context, writer.Request) (writer.Answer, error)
	Views  Snapshots
	Server *mail.SMTP

	tally *Tally
	tries map[string]*try // by message, of those that wait and were tried
	pause *backoff.ExponentialBackOff
	again time.Time // no conversation is begun before
}

// try is what this process knows of a message that waits.
type try struct {
	pause *backoff.ExponentialBackOff // nil until it is needed
	next  time.Time
	done  rule.Command // what is to be recorded, if that did not succeed yet
}

// NewSender makes the sender of a ledger with a mail server.
func NewSender(do func(context.Context, writer.Request) (writer.Answer, error), tally *Tally, server *mail.SMTP, from string, publicURL func() string, giveUp time.Duration, log *slog.Logger) *Sender {
	return &Sender{letters: letters{from, publicURL, time.Now, giveUp, log}, Do: do, Views: tally.Views, Server: server,
		tally: tally, tries: map[string]*try{}, pause: pauses()}
}

// Run sends until ctx ends.
func (x *Sender) Run(ctx context.Context) {
	x.tally.behind.Store(new(string)) // whatever is pending waits
	x.run(ctx, x.look)
}

// due is a message whose turn has come: with a letter to be sent, or with what
// is to be recorded.
type due struct {
	*try
	message *message.Message
	letter  *mail.Letter
}

func (x *Sender) look(ctx context.Context) error {
	list, err := x.due(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, d := range list {
		errs = append(errs, x.record(ctx, d))
	}
	return errors.Join(append(errs, x.send(ctx, list))...)
}

// due lists messages whose turn has come, oldest first. While the server is not
// to be asked, that is only what is to be recorded.
func (x *Sender) due(ctx context.Context) ([]due, error) {
	s, err := x.Views.At(ctx, projections.AsOf{})
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var list []due
	talk, young := !x.Clock().Before(x.again), false
	tries := map[string]*try{}
	for _, ref := range message.Pending.Scan(s, "") {
		t := x.tries[ref.MessageID]
		if t != nil {
			tries[ref.MessageID] = t
		}
		if len(list) == maxLetters || t != nil && x.Clock().Before(t.next) || young && (t == nil || t.done == nil) {
			continue
		}
		d, err := x.prepare(s, t, ref, talk)
		if err != nil {
			return nil, err
		}
		if d.letter == nil && d.done == nil {
			young = true // and what follows is younger: its turn has not come, either
			continue
		}
		tries[ref.MessageID], list = d.try, append(list, d)
	}
	x.tries = tries // what waits no longer is forgotten
	return list, s.Err()
}

// prepare writes a message's letter, or says why it will never be sent.
func (x *Sender) prepare(s *projections.Snapshot, t *try, ref *message.Ref, talk bool) (d due, err error) {
	m := message.Messages.Get(s, ref.Scope, ref.MessageID)
	if m == nil {
		return d, errors.Join(s.Err(), errors.New("a message that waits is not there"))
	}
	if t == nil {
		t = &try{}
	}
	d = due{try: t, message: m}
	switch {
	case t.done != nil:
	case m.To.Plain == "":
		t.done = failed(m, message.RecipientErased, 0)
	case x.tooOld(m):
		t.done = failed(m, message.GaveUp, 0)
	case talk:
		d.letter, err = x.letter(s, m)
	}
	return d, err
}

// send hands the letters over in one conversation, and records what became of
// each before the next. When no conversation comes about, none was tried, and
// the server is left alone for a while.
func (x *Sender) send(ctx context.Context, list []due) error {
	var letters []*mail.Letter
	var of []due
	for _, d := range list {
		if d.letter != nil {
			letters, of = append(letters, d.letter), append(of, d)
		}
	}
	if len(letters) == 0 {
		return nil
	}
	var errs []error
	err := x.Server.Send(ctx, letters, func(i int, err error) {
		x.settle(of[i], err)
		errs = append(errs, x.record(ctx, of[i]))
	})
	switch {
	case err == nil:
		x.pause.Reset()
	case ctx.Err() == nil:
		x.again = x.Clock().Add(x.pause.NextBackOff())
		x.tally.retried.Add(1)
		x.Log.Warn("no message could be sent; it will be tried again", "server", x.Server.String(), "at", x.again.UTC(), "cause", err)
	}
	return errors.Join(errs...)
}

// settle notes what became of a letter. Nothing of it names the recipient.
func (x *Sender) settle(d due, err error) {
	var rejected *mail.Rejected
	switch {
	case err == nil:
		d.done = &message.RecordMessageSent{OfMessage: of(d.message)}
	case errors.As(err, &rejected):
		d.done = failed(d.message, message.Rejected, rejected.Code)
	case errors.Is(err, mail.ErrAddress):
		d.done = failed(d.message, message.Rejected, 0)
	case errors.Is(err, context.Canceled):
	default:
		if d.pause == nil {
			d.pause = pauses()
		}
		d.next = x.Clock().Add(d.pause.NextBackOff())
		x.tally.retried.Add(1)
		x.Log.Info("a message will be tried again", "message", d.message.MessageID, "at", d.next.UTC(), "cause", err)
	}
}

func of(m *message.Message) message.OfMessage {
	return message.OfMessage{AccountID: m.AccountID, MessageID: m.MessageID}
}

func failed(m *message.Message, reason string, code int) rule.Command {
	return &message.RecordMessageFailed{OfMessage: of(m), Reason: reason, SMTPCode: code}
}

// record sends the command, if there is one; the views have it before the next
// look, which else would find the message again. It does so when the ledger
// stops, too: what was sent would be sent again.
func (x *Sender) record(ctx context.Context, d due) error {
	if d.done == nil {
		return nil
	}
	name, outcome := "RecordMessageSent", &x.tally.sent
	if _, ok := d.done.(*message.RecordMessageFailed); ok {
		name, outcome = "RecordMessageFailed", &x.tally.failed
	}
	spec, ok := aggregates.Find(name)
	if !ok {
		return errors.New("there is no command " + name)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordPatience)
	defer cancel()
	a, err := x.Do(ctx, writer.Request{
		Spec: spec, Command: d.done, Caller: rule.Caller{Role: rule.Ledger, Actor: "ledger"}, CausationID: d.message.EventID,
	})
	outcome.Add(uint64(len(a.Events)))
	return err
}
