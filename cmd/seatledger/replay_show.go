package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/replay"
)

type replayShowVerb struct {
	View string   `arg:"" help:"What to show: account, pools, user, order, partner or subscription."`
	IDs  []string `arg:"" name:"id" help:"Its ids: of a user, the account's and the user's."`

	AsOf   string `placeholder:"N|TIME" help:"The position or RFC 3339 time; now, if not given."`
	Output string `short:"o" default:"auto" enum:"auto,text,json" help:"How to print: ${enum}; auto is text on a terminal, else JSON."`
	stopped
	remote
}

// replayPaths are where a running ledger shows views from its log.
var replayPaths = map[string]string{
	"account": "/v1/replay/accounts/{}", "pools": "/v1/replay/accounts/{}/pools", "user": "/v1/replay/accounts/{}/users/{}",
	"order": "/v1/replay/orders/{}", "partner": "/v1/replay/partners/{}",
	"subscription": "/v1/replay/subscriptions/{}",
}

// Run shows the view.
func (v *replayShowVerb) Run(ctx context.Context, con *console) error {
	of, err := viewOf("show", v.View, v.IDs)
	if err != nil {
		return err
	}
	at, err := momentOf(v.AsOf)
	if err != nil {
		return err
	}
	body, err := v.fetch(ctx, con, of, at)
	if err != nil {
		return err
	}
	if v.Output == "json" || v.Output == "auto" && !con.seen {
		return printIndented(con.out, body)
	}
	return printView(con, nil, body)
}

func (v *replayShowVerb) fetch(ctx context.Context, con *console, of replay.View, at replay.Moment) (jsontext.Value, error) {
	if v.DataDir == "" {
		c, err := v.client()
		if err != nil {
			return nil, usageError{err}
		}
		return c.Get(ctx, filled(replayPaths[of.Name], v.IDs), query("as_of", v.AsOf))
	}
	c, err := v.open(ctx, con, false)
	if err != nil {
		return nil, err
	}
	view, err := c.Log.Show(ctx, of, v.IDs, at, holder("en"))
	if err := errors.Join(err, c.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", v.DataDir, err)
	}
	return json.Marshal(view, json.Deterministic(true))
}

// viewOf finds what is to be shown, and counts its ids.
func viewOf(verb, name string, ids []string) (replay.View, error) {
	of, ok := replay.FindView(name)
	if !ok {
		return of, usage("there is no %q to show, but account, pools, user, order, partner and subscription", name)
	}
	if len(ids) != len(of.Args) {
		return of, usage("it is: seatledger replay %s %s %s", verb, of.Name, strings.Join(of.Args, " "))
	}
	return of, nil
}

// filled puts ids into a path's braces.
func filled(path string, ids []string) string {
	for _, id := range ids {
		path = strings.Replace(path, "{}", url.PathEscape(id), 1)
	}
	return path
}
