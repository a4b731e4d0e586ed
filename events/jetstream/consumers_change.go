package jetstream

import (
	"context"
	"errors"
	"fmt"

	js "github.com/nats-io/nats.go/jetstream"
)

// same: somebody asks again for what there is.
func (k *Consumer) same(other *Consumer) bool {
	return k.Filter == other.Filter && k.From == other.From && k.Owner == other.Owner &&
		k.Partner == other.Partner && k.Account == other.Account
}

// Create makes a consumer for its owner. Asked for again with the same words
// it is what there is already. Errors are ErrConsumerExists,
// ErrTooManyConsumers, ErrTooManyOwn, or of the server; then it may have been
// made, and asking again is right.
func (c *Consumers) Create(ctx context.Context, want Consumer) (Consumer, error) {
	c.change.Lock()
	defer c.change.Unlock()
	if err := c.server.settle(ctx); err != nil {
		return Consumer{}, err
	}
	is, err := c.look(ctx, want.Name)
	switch {
	case err == nil && !want.same(&is):
		return Consumer{}, ErrConsumerExists
	case err != nil && !errors.Is(err, ErrNoConsumer):
		return Consumer{}, err
	}
	c.server.guests().bar(want.Name, want.Owner)
	if err != nil {
		if is, err = c.make(ctx, &want); err != nil {
			return Consumer{}, err
		}
	}
	c.take(ctx, is)
	return is, nil
}

// Give makes a consumer another owner's, with its place: one that was asked
// for in the same name, with the same filter. Errors are those of Create.
func (c *Consumers) Give(ctx context.Context, want Consumer) (Consumer, error) {
	c.change.Lock()
	defer c.change.Unlock()
	if err := c.server.settle(ctx); err != nil {
		return Consumer{}, err
	}
	is, err := c.look(ctx, want.Name)
	switch {
	case err != nil:
		return Consumer{}, err
	case is.Owner == "", is.Filter != want.Filter, is.Partner != want.Partner, is.Account != want.Account:
		return Consumer{}, ErrConsumerExists
	}
	if err := c.spare(want.Owner); err != nil {
		return Consumer{}, err
	}
	c.server.guests().bar(want.Name, want.Owner)
	want.From = is.From
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	given, err := c.stream.UpdateConsumer(ctx, want.config())
	if err != nil {
		return Consumer{}, fmt.Errorf("consumer %s: %w", want.Name, err)
	}
	is = consumerOf(given.CachedInfo())
	c.take(ctx, is)
	return is, nil
}

// take makes a consumer that is there usable for its owner.
func (c *Consumers) take(ctx context.Context, is Consumer) {
	if k, known := c.known(is.Name); known && k.Owner == is.Owner {
		return
	}
	c.mu.Lock()
	c.all[is.Name] = is
	c.mu.Unlock()
	c.changed()
	c.server.guests().again(ctx, is.Owner)
}

// make asks the server for a consumer that is not there.
func (c *Consumers) make(ctx context.Context, want *Consumer) (Consumer, error) {
	if err := c.spare(want.Owner); err != nil {
		return Consumer{}, err
	}
	if len(c.List()) >= MaxConsumers {
		return Consumer{}, ErrTooManyConsumers
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	made, err := c.stream.CreateConsumer(ctx, want.config())
	if err != nil {
		return Consumer{}, fmt.Errorf("consumer %s: %w", want.Name, err)
	}
	return consumerOf(made.CachedInfo()), nil
}

// spare: the owner may have one more.
func (c *Consumers) spare(owner string) error {
	own := 0
	for _, k := range c.List() {
		if k.Owner == owner {
			own++
		}
	}
	if own >= MaxOwnConsumers {
		return ErrTooManyOwn
	}
	return nil
}

// config is how the server keeps the consumer.
func (k *Consumer) config() js.ConsumerConfig {
	o := js.ConsumerConfig{
		Durable: k.Name, FilterSubject: k.Filter, DeliverPolicy: js.DeliverAllPolicy,
		AckPolicy: js.AckExplicitPolicy, AckWait: AckWait, MaxDeliver: -1, MaxAckPending: MaxUnacknowledged,
		MaxWaiting: MaxPulls, MaxRequestExpires: MaxPullWait, MaxRequestBatch: MaxPullMessages,
		Metadata: map[string]string{metaOwner: k.Owner, metaPartner: k.Partner, metaAccount: k.Account},
	}
	if k.From > 1 {
		o.DeliverPolicy, o.OptStartSeq = js.DeliverByStartSequencePolicy, k.From
	}
	return o
}

// Delete removes a consumer, and its place. Errors are ErrNoConsumer, or of
// the server; then it may be gone, and asking again is right.
func (c *Consumers) Delete(ctx context.Context, name string) error {
	c.change.Lock()
	defer c.change.Unlock()
	if _, known := c.known(name); !known {
		return ErrNoConsumer
	}
	if err := c.server.settle(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	if err := c.stream.DeleteConsumer(ctx, name); err != nil && !errors.Is(err, js.ErrConsumerNotFound) {
		return fmt.Errorf("consumer %s: %w", name, err)
	}
	c.mu.Lock()
	delete(c.all, name)
	c.mu.Unlock()
	c.changed()
	return nil
}

// changed lets the ledger remember what consumers there are: after a crash
// none comes back that was deleted, and none is lost.
func (c *Consumers) changed() {
	if c.server.o.Made != nil {
		c.server.o.Made()
	}
}
