package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seatledger/seatledger/replay"
)

type replayDiffVerb struct {
	View string   `arg:"" help:"What to compare: account, pools, user, order, partner or subscription."`
	IDs  []string `arg:"" name:"id" help:"Its ids: of a user, the account's and the user's."`

	From string `required:"" placeholder:"N|TIME" help:"The first moment."`
	To   string `placeholder:"N|TIME" help:"The second moment; now, if not given."`
	JSON bool   `name:"json" help:"One JSON object, in place of tables."`
	stopped
	remote
}

// Run prints what changed.
func (v *replayDiffVerb) Run(ctx context.Context, con *console) error {
	of, err := viewOf("diff", v.View, v.IDs)
	if err != nil {
		return err
	}
	from, err := momentOf(v.From)
	if err != nil {
		return err
	}
	to, err := momentOf(v.To)
	if err != nil {
		return err
	}
	d, err := v.fetch(ctx, con, of, from, to)
	if err != nil {
		return err
	}
	if v.JSON {
		return printJSON(con.out, d)
	}
	return printDiff(con, d)
}

func (v *replayDiffVerb) fetch(ctx context.Context, con *console, of replay.View, from, to replay.Moment) (d replay.Diff, err error) {
	if v.DataDir == "" {
		c, err := v.client()
		if err != nil {
			return d, usageError{err}
		}
		path := strings.Replace(filled(replayPaths[of.Name], v.IDs), "/v1/replay/", "/v1/replay/diff/", 1)
		_, err = c.View(ctx, path, query("from", v.From, "as_of", v.To), &d)
		return d, err
	}
	c, err := v.open(ctx, con, false)
	if err != nil {
		return d, err
	}
	d, err = c.Log.Diff(ctx, of, v.IDs, from, to, holder("en"))
	return d, errors.Join(err, c.Close())
}

// printDiff prints the fields that changed, and the events that did it.
func printDiff(con *console, d replay.Diff) error {
	fmt.Fprintf(con.out, "from position %d, %s, to position %d, %s\n\n", d.From.Position, d.From.Time.Format(time.RFC3339),
		d.To.Position, d.To.Time.Format(time.RFC3339))
	if len(d.Changes) == 0 && len(d.Events) == 0 {
		_, err := fmt.Fprintln(con.out, "nothing changed")
		return err
	}
	changes := table{heads: []string{"field", "from", "to", "events"}}
	for _, c := range d.Changes {
		changes.rows = append(changes.rows, []string{c.Field, string(c.From), string(c.To), strings.Trim(fmt.Sprint(c.Events), "[]")})
	}
	causes := table{heads: []string{"position", "time", "type", "actor", "command", "fields"}}
	for _, e := range d.Events {
		causes.rows = append(causes.rows, []string{fmt.Sprint(e.Position), e.Time.Format(time.RFC3339), e.Type,
			e.Actor + " (" + e.ActorRole + ")", e.CommandType, fmt.Sprintf("%d", len(e.Fields))})
	}
	dress := func(row, _ int, text string) string {
		if row < 0 {
			return con.styled(bold, text)
		}
		return text
	}
	if err := changes.print(con.out, dress); err != nil {
		return err
	}
	fmt.Fprintln(con.out)
	return causes.print(con.out, dress)
}
