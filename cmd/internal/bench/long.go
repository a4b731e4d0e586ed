package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"
)

// Shape of the ledger with the long log: at 1,000,000 events 10,000 accounts
// and 100,000 users; what is left of them is licences that come and go, of as
// many users as B1 has.
const (
	eventsPerAccount = 100
	usersPerAccount  = 10
)

// long is the ledger with the long log. It is made once a run, and opened by
// one benchmark after another; it grows a little with each.
type long struct {
	dir    string
	seats  *seats // all; their licences are not looked after here
	active *seats // whose licences come and go
	cold   *seats // the others
	last   *highest
}

// longLog makes the ledger, unless it is there.
func (b *bench) longLog(ctx context.Context) (*long, error) {
	if b.long != nil {
		return b.long, nil
	}
	l, err := b.ledgerOf(ctx, "long", b.Events)
	if err == nil {
		b.long = l
	}
	return l, err
}

// ledgerOf makes a ledger with so many events, and closes it.
func (b *bench) ledgerOf(ctx context.Context, id string, events int) (*long, error) {
	l := &long{
		dir:   filepath.Join(b.dir, id, "ledger"),
		seats: evenSeats(max(1, events/eventsPerAccount), usersPerAccount), last: new(highest),
	}
	l.active, l.cold = l.seats.split(b.Seats)
	h, err := b.made(ctx, id, l.seats, l.active, l.last, events, fillCallers)
	if err != nil {
		return nil, err
	}
	return l, h.Close()
}

// made makes a ledger with seats, and sends commands about some of them through
// so many callers until its log is long enough.
func (b *bench) made(ctx context.Context, id string, s, active *seats, last *highest, events, callers int) (history, error) {
	began := time.Now()
	l, err := b.furnished(ctx, id, last, s)
	if err != nil {
		return nil, err
	}
	h, ok := l.(history)
	if !ok {
		return nil, errors.Join(errors.New("the log of this ledger cannot be read again from here"), l.Close())
	}
	if err := b.fill(ctx, h, active, last, events, callers); err != nil {
		return nil, errors.Join(err, h.Close())
	}
	b.Say(fmt.Sprintf("%s: a log of %s events is made by %s (%.1f s)", id, number(float64(last.Load())), callersText(callers), time.Since(began).Seconds()))
	return h, nil
}

// open opens the ledger in this process.
func (l *long) open(ctx context.Context, b *bench) (*logged, error) {
	opened, err := b.Open(ctx, l.dir)
	if err != nil {
		return nil, err
	}
	h, ok := opened.(history)
	if !ok {
		return nil, errors.Join(errors.New("the log of this ledger cannot be read again from here"), opened.Close())
	}
	return &logged{h, l.last.Load(), l.seats.all[0].account}, nil
}
