package main

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/seatledger/seatledger/cmd/internal/client"
	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
	"github.com/seatledger/seatledger/replay"
)

type importVerb struct {
	Users  importUsersVerb  `cmd:"" help:"Import users from a CSV file into an account."`
	Cancel importCancelVerb `cmd:"" help:"Cancel what is left of an import; what is done stays done."`
}

type importUsersVerb struct {
	File      string `arg:"" placeholder:"FILE.csv" help:"The file, in the columns of users.csv; - is the standard input."`
	AccountID string `required:"" placeholder:"ID" help:"Account that the users are of."`
	Behavior  string `required:"" enum:"add_only,add_and_remove" placeholder:"add_only|add_and_remove" help:"What FALSE means: with add_only nothing, with add_and_remove it takes away."`
	DryRun    bool   `help:"Show what each row would do, but change nothing."`
	Errors    string `placeholder:"FILE" help:"File for the rows that failed, as CSV."`
	Detach    bool   `help:"Do not wait for the rows to be applied."`
	Output    string `short:"o" default:"auto" enum:"auto,text,table,json" help:"How to print the answer: ${enum}; all but json are text."`
	remote
}

const (
	// importPause lies between two questions how far an import is.
	importPause = 200 * time.Millisecond
	// maxShownFailures of an import are printed.
	maxShownFailures = 10
)

// Run imports the file, and waits for it.
func (v *importUsersVerb) Run(ctx context.Context, con *console) error {
	in := con.in
	if v.File != "-" {
		f, err := os.Open(v.File)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	c, err := v.client()
	if err != nil {
		return usageError{err}
	}
	if v.DryRun {
		return v.forecast(ctx, con, c, in)
	}
	job, err := c.ImportUsers(ctx, v.AccountID, v.Behavior, in)
	if err != nil {
		return err
	}
	if !v.Detach {
		if job, err = v.follow(ctx, con, c, job); err != nil {
			return err
		}
	}
	return v.tell(ctx, con, c, job)
}

type importCancelVerb struct {
	ID string `arg:"" placeholder:"IMPORT" help:"The import; see seatledger get imports."`
	remote
}

// Run cancels an import. One that has ended stays as it is, and is shown.
func (v *importCancelVerb) Run(ctx context.Context, con *console) error {
	c, err := v.client()
	if err != nil {
		return usageError{err}
	}
	job, err := c.CancelImport(ctx, v.ID)
	if err != nil {
		return err
	}
	fmt.Fprintf(con.out, "import %s %s: %s\n", job.ID, job.State, inTally(&job.Tally))
	return nil
}

// follow shows how far the import is, until it has ended.
func (v *importUsersVerb) follow(ctx context.Context, con *console, c *client.Client, job *imports.Job) (*imports.Job, error) {
	bar := con.progress()
	defer bar.end()
	for !job.Ended() {
		bar.show(replay.Progress{Step: "importing", Done: uint64(job.Done), Total: uint64(job.Total)})
		select {
		case <-time.After(importPause):
		case <-ctx.Done():
			return job, fmt.Errorf("import %s goes on in the ledger: %w", job.ID, ctx.Err())
		}
		var err error
		if job, err = c.Import(ctx, job.ID); err != nil {
			return job, err
		}
	}
	return job, nil
}

// tell prints what became of the import; rows that failed are an error.
func (v *importUsersVerb) tell(ctx context.Context, con *console, c *client.Client, job *imports.Job) error {
	if v.Output == "json" {
		if err := printJSON(con.out, job); err != nil {
			return err
		}
	} else {
		fmt.Fprintf(con.out, "import %s %s: %s\n", job.ID, job.State, inTally(&job.Tally))
	}
	if job.Failed > 0 {
		if err := v.failures(ctx, con, c, job.ID); err != nil {
			return err
		}
		return fmt.Errorf("%d of %d rows failed", job.Failed, job.Total)
	}
	if job.State == imports.Failed || job.State == imports.Cancelled {
		return fmt.Errorf("the import is %s, after %d of %d rows", job.State, job.Done, job.Total)
	}
	return nil
}

func inTally(t *imports.Tally) string {
	return fmt.Sprintf("%d of %d rows done, %d added, %d updated, %d removed, %d failed, %d warnings",
		t.Done, t.Total, t.Added, t.Updated, t.Removed, t.Failed, t.Warnings)
}

// failures writes errors.csv where it is wanted, and prints its first rows.
func (v *importUsersVerb) failures(ctx context.Context, con *console, c *client.Client, id string) error {
	body, err := c.ImportErrors(ctx, id)
	if err != nil {
		return err
	}
	defer body.Close()
	if v.Errors != "" {
		f, err := os.OpenFile(v.Errors, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, body)
		return errors.Join(err, f.Close())
	}
	if v.Output == "json" {
		return nil
	}
	rows := csv.NewReader(body)
	t := table{heads: []string{"ROW", "EMAIL", "CODE", "MESSAGE"}}
	for n := 0; n <= maxShownFailures; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if n > 0 {
			t.rows = append(t.rows, row)
		}
	}
	return t.print(con.out, nil)
}

// forecast prints what each row would do.
func (v *importUsersVerb) forecast(ctx context.Context, con *console, c *client.Client, in io.Reader) error {
	f, err := c.ForecastImport(ctx, v.AccountID, v.Behavior, in)
	if err != nil {
		return err
	}
	if v.Output == "json" {
		return printJSON(con.out, f)
	}
	t := table{heads: []string{"ROW", "EMAIL", "WOULD BE", "CODE", "MESSAGE"}}
	for _, r := range f.Rows {
		t.rows = append(t.rows, []string{fmt.Sprint(r.Row), r.Email, r.Action, r.Code, r.Message})
	}
	if err := t.print(con.out, nil); err != nil {
		return err
	}
	fmt.Fprintf(con.out, "would be: %s\n", inTally(&f.Tally))
	if f.Failed > 0 {
		return fmt.Errorf("%d of %d rows would fail", f.Failed, f.Total)
	}
	return nil
}
