package main

import (
	"context"
	"fmt"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/client"
)

type watchVerb struct {
	After *uint64 `placeholder:"N" help:"Begin behind this position (0: with the first event), not with what comes now."`
	Count int     `placeholder:"N" help:"Stop after so many events."`
	JSON  bool    `name:"json" help:"One JSON object a line, whole."`
	filters
	remote
}

// Run prints events until it is told to stop, or has printed enough.
func (v *watchVerb) Run(ctx context.Context, con *console) error {
	c, err := v.client()
	if err != nil {
		return usageError{err}
	}
	n := 0
	for e, err := range c.Stream(ctx, v.query(), v.After) {
		switch {
		case ctx.Err() != nil: // told to stop
			return nil
		case err != nil:
			return err
		}
		if err := v.print(con, e); err != nil {
			return err
		}
		if n++; n == v.Count {
			return nil
		}
	}
	return nil
}

func (v *watchVerb) print(con *console, e client.Event) error {
	if v.JSON {
		_, err := fmt.Fprintf(con.out, "%s\n", e.Raw)
		return err
	}
	_, err := fmt.Fprintf(con.out, "%8d  %s  %s  %s  %s\n",
		e.Position, con.styled(faint, e.Time.Format(time.RFC3339)), con.styled(cyan, fmt.Sprintf("%-32s", e.Type)),
		e.Aggregate+" "+e.AggregateID, con.styled(faint, "by "+e.Actor))
	return err
}
