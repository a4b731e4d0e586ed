package jetstream

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	js "github.com/nats-io/nats.go/jetstream"
)

// Limits of consumers.
const (
	// MaxConsumers is how many the ledger makes, and MaxOwnConsumers how many
	// for one owner.
	MaxConsumers    = 2048
	MaxOwnConsumers = 32
	// MaxUnacknowledged is how many messages may be on their way to a consumer.
	MaxUnacknowledged = 10_000
	// AckWait is how long a message may go unacknowledged before it is sent
	// again.
	AckWait = 30 * time.Second
	// MaxPulls is how many requests of a consumer may wait, and MaxPullWait
	// for how long: the server forgets whom to answer after two minutes.
	MaxPulls    = 64
	MaxPullWait = 90 * time.Second
	// MaxPullMessages is how many messages one request may ask for.
	MaxPullMessages = 10_000
)

// Consumer is a durable pull consumer of the feed, made by the ledger for one
// owner. Only its owner reads through it.
type Consumer struct {
	Name   string
	Filter string // subjects
	From   uint64 // position that it begins with
	// Owner is the key of the guest that may use it. Partner and Account say
	// in whose name it was made; empty: nobody's.
	Owner, Partner, Account string
	CreatedAt               time.Time

	Delivered      uint64 // position of the last event that was delivered
	Acknowledged   uint64 // position up to which all that was delivered is acknowledged
	Pending        uint64 // events that it has still to deliver
	Unacknowledged int    // events that were delivered, and are not acknowledged
	Redelivered    int    // those of them that were delivered more than once
}

// Errors of making and finding consumers.
var (
	ErrConsumerExists   = errors.New("there is a consumer of that name")
	ErrNoConsumer       = errors.New("there is no such consumer")
	ErrTooManyConsumers = fmt.Errorf("the ledger has %d consumers, which is all that may be", MaxConsumers)
	ErrTooManyOwn       = fmt.Errorf("%d consumers are yours, which is all that may be", MaxOwnConsumers)
)

// Names of what the ledger notes with a consumer. It is stored with it, and
// healed with it.
const (
	metaOwner   = "seatledger-owner"
	metaPartner = "seatledger-partner"
	metaAccount = "seatledger-account"
)

// Consumers are those of the feed that the ledger made.
type Consumers struct {
	server *Embedded
	stream js.Stream

	change sync.Mutex // held while one is made or removed

	mu  sync.Mutex
	all map[string]Consumer // without what changes as they are read
}

// OpenConsumers finds the consumers that the ledger has made of the feed.
func (s *Embedded) OpenConsumers(ctx context.Context, f *Feed) (*Consumers, error) {
	c := &Consumers{server: s, stream: f.stream, all: map[string]Consumer{}}
	list := f.stream.ListConsumers(ctx)
	for info := range list.Info() {
		if k := consumerOf(info); k.Owner != "" {
			c.all[k.Name] = k
		}
	}
	if err := list.Err(); err != nil {
		return nil, fmt.Errorf("consumers: %w", err)
	}
	s.consumers.Store(c)
	return c, nil
}

// owned are the names of a guest's consumers.
func (s *Embedded) owned(guest Guest) (names []string) {
	c := s.consumers.Load()
	if c == nil {
		return nil
	}
	for _, k := range c.List() {
		if k.Owner == guest.Key && k.Partner == guest.Partner && k.Account == guest.Account {
			names = append(names, k.Name)
		}
	}
	return names
}

// List is all of them, by name, without how far they are.
func (c *Consumers) List() []Consumer {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := make([]Consumer, 0, len(c.all))
	for _, k := range c.all {
		list = append(list, k)
	}
	slices.SortFunc(list, func(a, b Consumer) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// Get is one, with how far it is.
func (c *Consumers) Get(ctx context.Context, name string) (Consumer, error) {
	if _, known := c.known(name); !known {
		return Consumer{}, ErrNoConsumer
	}
	k, err := c.look(ctx, name)
	if err == nil && k.Owner == "" {
		err = ErrNoConsumer
	}
	return k, err
}

func (c *Consumers) known(name string) (Consumer, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, is := c.all[name]
	return k, is
}

// look asks the server for a consumer, whoever made it.
func (c *Consumers) look(ctx context.Context, name string) (Consumer, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	found, err := c.stream.Consumer(ctx, name)
	switch {
	case errors.Is(err, js.ErrConsumerNotFound):
		return Consumer{}, ErrNoConsumer
	case err != nil:
		return Consumer{}, fmt.Errorf("consumer %s: %w", name, err)
	}
	return consumerOf(found.CachedInfo()), nil
}

// consumerOf is a consumer as the server tells of it.
func consumerOf(info *js.ConsumerInfo) Consumer {
	return Consumer{
		Name: info.Name, Filter: info.Config.FilterSubject, From: max(1, info.Config.OptStartSeq),
		Owner: info.Config.Metadata[metaOwner], Partner: info.Config.Metadata[metaPartner], Account: info.Config.Metadata[metaAccount],
		CreatedAt: info.Created, Delivered: info.Delivered.Stream, Acknowledged: info.AckFloor.Stream,
		Pending: info.NumPending, Unacknowledged: info.NumAckPending, Redelivered: info.NumRedelivered,
	}
}
