package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/seatledger/seatledger/cmd/internal/client"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/replay"
)

type replayExplainVerb struct {
	User         replayExplainUserVerb         `cmd:"" help:"Say why a user has, or has not, a licence, package or add-on: the events, and the rule at each step."`
	Subscription replayExplainSubscriptionVerb `cmd:"" help:"Say how far the provisioning of a subscription is, and how it came there."`
}

type replayExplainUserVerb struct {
	Account string `arg:"" help:"The account's id."`
	User    string `arg:"" help:"The user's id."`

	Product string `help:"The product, package, add-on or family of products, package (whichever the user has) or base_licenses; if not given, whatever the user ever had."`
	Lang    string `default:"en" enum:"en,it,de" help:"Language of the explanation: ${enum}."`
	AsOf    string `placeholder:"N|TIME" help:"As things stood at that position or time."`
	JSON    bool   `name:"json" help:"One JSON object, in place of a letter."`
	stopped
	remote
}

// Run prints the explanations, one letter a topic.
func (v *replayExplainUserVerb) Run(ctx context.Context, con *console) error {
	list, err := v.fetch(ctx, con)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(con.out, list)
	}
	for i := range list.Items {
		if i > 0 {
			fmt.Fprintln(con.out)
		}
		fmt.Fprint(con.out, list.Items[i].Text())
	}
	return nil
}

func (v *replayExplainUserVerb) fetch(ctx context.Context, con *console) (list projections.List[replay.Explanation], err error) {
	if v.DataDir != "" {
		return v.local(ctx, con)
	}
	c, err := client.New(v.Server, v.options(v.Lang))
	if err != nil {
		return list, usageError{err}
	}
	path := filled("/v1/accounts/{}/users/{}/explain", []string{v.Account, v.User})
	_, err = c.View(ctx, path, query("product", v.Product, "as_of", v.AsOf), &list)
	return list, err
}

// local explains from the log of a stopped ledger.
func (v *replayExplainUserVerb) local(ctx context.Context, con *console) (list projections.List[replay.Explanation], err error) {
	at, err := momentOf(v.AsOf)
	if err != nil {
		return list, err
	}
	c, err := v.open(ctx, con, false)
	if err != nil {
		return list, err
	}
	list.Items, err = c.Log.Explain(ctx, replay.Question{Account: v.Account, User: v.User, Product: v.Product}, at, holder(v.Lang))
	return list, errors.Join(err, c.Close())
}
