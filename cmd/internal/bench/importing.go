package bench

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/cmd/internal/client"
	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
	"github.com/seatledger/seatledger/cmd/internal/server"
	"github.com/seatledger/seatledger/cmd/internal/usercsv"
)

// B11: a file of as many rows as one may have.
const (
	// importShare: of so many events of --events, one is a row.
	importShare = 50
	importMost  = 1500 * time.Millisecond
	// importPoll lies between two questions whether the import has ended.
	importPoll = 5 * time.Millisecond
	// firstExtension is that of a file's first user.
	firstExtension = 10_000
)

// importing is B11.
func importing(ctx context.Context, b *bench) (_ *Result, err error) {
	l, err := openServed(ctx, filepath.Join(b.dir, "B11", "ledger"))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.Close()) }()
	b.durability = l.Durability()
	rows := max(1, min(usercsv.MaxRows, b.Events/importShare))
	var took, yard []time.Duration
	for run := range b.Runs {
		one, err := b.imported(ctx, l, run, rows)
		if err != nil {
			return nil, err
		}
		took = append(took, one)
		if b.noPG != nil {
			continue
		}
		if one, err = b.pg.imported(ctx, importAccount(run), rows); err != nil {
			return nil, fmt.Errorf("yardstick P: %w", err)
		}
		b.Say(fmt.Sprintf("B11, run %d of %d: P %s", run+1, b.Runs, one.Round(time.Millisecond)))
		yard = append(yard, one)
	}
	row := &Row{
		Name:    grouped(fmt.Sprint(rows)) + " new users with a package",
		Figures: []Figure{newFigure("import", millis, inRuns(took)), newFigure("rows", perSecond, rates(uint64(rows), took))},
	}
	if rows == usercsv.MaxRows {
		row.Checks = []Check{atMost("import", millis, row.Figures[0].Median, inMillis(importMost))}
	}
	r := &Result{Rows: []*Row{row}, Notes: []string{"From the request over HTTP to the end of the job: every row is a command, decided and durable by itself."}}
	if b.noPG == nil {
		row.Figures = append(row.Figures, newFigure(pgName, millis, inRuns(yard)))
		r.Notes = append(r.Notes, "P takes rows that were parsed already, as a function call and a transaction each, all sent ahead on one connection.")
	}
	return r, nil
}

func importAccount(run int) string { return fmt.Sprint("import-", run) }

// importFile is the file: users with a place, an extension and a package.
func importFile(rows int) string {
	var text strings.Builder
	text.WriteString("User ID/Email (Required),First Name,Last Name,Extension,Location,Webex Calling\r\n")
	for i := range rows {
		fmt.Fprintf(&text, "user%d@contoso.example,First%d,Last%d,%d,Main office,TRUE\r\n", i, i, i, firstExtension+i)
	}
	return text.String()
}

// imported imports the file into a new account, and returns how long it took.
func (b *bench) imported(ctx context.Context, l *served, run, rows int) (took time.Duration, err error) {
	id, file := importAccount(run), importFile(rows)
	if err := l.packaged(ctx, id); err != nil {
		return 0, err
	}
	end, err := b.profile(fmt.Sprint("B11-run-", run+1))
	if err != nil {
		return 0, err
	}
	defer end()
	began := time.Now()
	job, err := l.ImportUsers(ctx, id, account.AddAndRemove, strings.NewReader(file))
	for err == nil && !job.Ended() {
		time.Sleep(importPoll)
		job, err = l.Import(ctx, job.ID)
	}
	took = time.Since(began)
	if err == nil && (job.State != imports.Completed || job.Added != rows) {
		err = fmt.Errorf("the import is %s, with %d of %d rows added", job.State, job.Added, job.Total)
	}
	b.Say(fmt.Sprintf("B11, run %d of %d: %s", run+1, b.Runs, took.Round(time.Millisecond)))
	return took, err
}

// served is a node in this process that is spoken to over HTTP.
type served struct {
	node
	*client.Client
	stop  context.CancelFunc
	ended chan error
}

func openServed(ctx context.Context, dir string) (*served, error) {
	l, err := openNode(ctx, dir)
	if err != nil {
		return nil, err
	}
	s := &served{node: l.(node), ended: make(chan error, 1)}
	at := make(chan server.Addresses, 1)
	s.Dev, s.Listening = true, func(a server.Addresses) { at <- a }
	ctx, s.stop = context.WithCancel(ctx)
	go func() { s.ended <- s.Run(ctx) }()
	select {
	case a := <-at:
		s.Client, err = client.New("http://"+a.HTTP, client.Options{})
	case err = <-s.ended:
		s.ended <- err
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close stops it.
func (s *served) Close() error {
	s.stop()
	return errors.Join(<-s.ended, s.node.Close())
}

// packaged makes an account whose users can have a package.
func (s *served) packaged(ctx context.Context, id string) error {
	for _, c := range []struct {
		name string
		body map[string]any
	}{
		{"RegisterPartner", map[string]any{"partner_id": "partner-of-" + id, "name": "Northwind"}},
		{"CreateAccount", map[string]any{
			"account_id": id, "partner_id": "partner-of-" + id, "name": "Contoso", "country": "IT", "address": "Via 1", "city": "Roma", "postal_code": "00100",
			"default_language": "it", "cloud_location": "EU", "support_contacts": []any{map[string]any{"email": "help@contoso.example"}}}},
		{"AddLocation", map[string]any{"account_id": id, "location_id": "main", "name": "Main office", "country": "IT"}},
		{"SetWholesalePackages", map[string]any{"account_id": id, "complete": true, "packages": []any{map[string]any{"package": "webex_calling"}}}},
	} {
		if _, err := s.Client.Do(ctx, c.name, c.body, client.DoOptions{}); err != nil {
			return err
		}
	}
	return nil
}
