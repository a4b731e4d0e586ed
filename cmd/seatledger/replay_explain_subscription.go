package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/seatledger/seatledger/cmd/internal/client"
	"github.com/seatledger/seatledger/replay"
)

type replayExplainSubscriptionVerb struct {
	Subscription string `arg:"" help:"The subscription's id."`

	Lang string `default:"en" enum:"en,it,de" help:"Language of the explanation: ${enum}."`
	AsOf string `placeholder:"N|TIME" help:"As things stood at that position or time."`
	JSON bool   `name:"json" help:"One JSON object, in place of a letter."`
	stopped
	remote
}

// Run prints the explanation.
func (v *replayExplainSubscriptionVerb) Run(ctx context.Context, con *console) error {
	e, err := v.fetch(ctx, con)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(con.out, e)
	}
	_, err = fmt.Fprint(con.out, e.Text())
	return err
}

func (v *replayExplainSubscriptionVerb) fetch(ctx context.Context, con *console) (*replay.Explanation, error) {
	e := &replay.Explanation{}
	if v.DataDir == "" {
		c, err := client.New(v.Server, v.options(v.Lang))
		if err != nil {
			return e, usageError{err}
		}
		_, err = c.View(ctx, filled("/v1/subscriptions/{}/explain", []string{v.Subscription}), query("as_of", v.AsOf), e)
		return e, err
	}
	at, err := momentOf(v.AsOf)
	if err != nil {
		return e, err
	}
	c, err := v.open(ctx, con, false)
	if err != nil {
		return e, err
	}
	e, err = c.Log.ExplainSubscription(ctx, v.Subscription, at, holder(v.Lang))
	return e, errors.Join(err, c.Close())
}
