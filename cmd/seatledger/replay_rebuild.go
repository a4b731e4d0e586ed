package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/seatledger/seatledger/replay"
)

type replayRebuildVerb struct {
	View string `help:"A view's name, such as rows or index; all are made in one pass of the log, so it names all."`
	remote
}

// Run rebuilds the views of a running ledger, which serves meanwhile.
func (v *replayRebuildVerb) Run(ctx context.Context, con *console) error {
	bar := con.progress()
	last, err := v.lines(ctx, http.MethodPost, "/v1/replay/rebuild", query("view", v.View), func(replay.Finding) {}, bar.show)
	bar.end()
	switch {
	case err != nil:
		return err
	case last.Done == "":
		return errors.New("the answer ended before the views were made")
	}
	_, err = fmt.Fprintln(con.out, last.Done)
	return err
}
