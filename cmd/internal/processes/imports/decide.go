package imports

import (
	"context"
	"errors"
	"strconv"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/usercsv"
	"github.com/seatledger/seatledger/projections"
)

// rowCommand is the row of the table of commands that rows are sent as.
func rowCommand() (*aggregates.Spec, error) {
	spec, ok := aggregates.Find("ImportRow")
	if !ok {
		return nil, errors.New("there is no command ImportRow")
	}
	return spec, nil
}

// keyScope is what the lines of a job are unique in, as idempotency keys.
func keyScope(id string) string { return "import/" + id }

// decide sends rows, in their order, until each is answered.
func (x *Imports) decide(ctx context.Context, r *record, batch []usercsv.Row) ([]Outcome, error) {
	spec, err := rowCommand()
	if err != nil {
		return nil, err
	}
	if err := x.persist(ctx, func() error { return x.locate(ctx, r.AccountID, batch) }); err != nil {
		return nil, err
	}
	var requests []writer.Request
	for i := range batch {
		if row := &batch[i]; row.Code == "" {
			requests = append(requests, writer.Request{
				Spec: spec, Command: row.Command, Caller: r.caller(), CorrelationID: r.ID,
				IdempotencyKey: strconv.Itoa(row.Line), KeyScope: keyScope(r.ID),
			})
		}
	}
	answers := make([]writer.Outcome, 0, len(requests))
	err = x.persist(ctx, func() error {
		some, err := x.DoInOrder(ctx, requests[len(answers):])
		answers = append(answers, some...)
		return err
	})
	if err != nil {
		return nil, err
	}
	outcomes := make([]Outcome, len(batch))
	for i := range batch {
		if batch[i].Code != "" {
			outcomes[i] = rejected(&batch[i])
			continue
		}
		a := &answers[0].Answer
		outcomes[i] = decided(&batch[i], types(a.Events), a.Warnings, a.Refused, answers[0].Err)
		answers = answers[1:]
	}
	return outcomes, nil
}

func types(refs []aggregates.EventRef) []string {
	ts := make([]string, len(refs))
	for i, r := range refs {
		ts[i] = r.Type
	}
	return ts
}

// locate finds the locations that rows name.
func (x *Imports) locate(ctx context.Context, accountID string, batch []usercsv.Row) error {
	snap, err := x.Views.At(ctx, projections.AsOf{})
	if err != nil {
		return err
	}
	find := usercsv.Locations(snap, accountID)
	for i := range batch {
		if row := &batch[i]; row.Location != "" {
			row.Command.LocationID = find(row.Location)
		}
	}
	return errors.Join(snap.Err(), snap.Close())
}
