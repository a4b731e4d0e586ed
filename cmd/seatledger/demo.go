package main

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/cmd/internal/client"
)

type demoVerb struct {
	remote
}

// Run plays the story. Its ids are new each time, so it can be played again.
func (v *demoVerb) Run(ctx context.Context, con *console) error {
	c, err := v.client()
	if err != nil {
		return usageError{err}
	}
	id := strings.ToLower(ulid.Make().String())
	t := &teller{ctx: ctx, client: c, con: con, at: v.again(), partner: "demo-" + id[len(id)-6:]}
	for _, chapter := range story {
		if err := t.play(chapter); err != nil {
			return err
		}
	}
	return t.compare()
}

// teller plays commands and says what each one recorded.
type teller struct {
	ctx      context.Context
	client   *client.Client
	con      *console
	at       string // what a command line needs to reach the same ledger
	partner  string
	position uint64 // of the newest event that the story made
}

// fill puts the ids of this telling into a text.
func (t *teller) fill(text string) string {
	return strings.NewReplacer("{partner}", t.partner, "{north}", t.partner+"-north", "{south}", t.partner+"-south").Replace(text)
}

func (t *teller) play(c chapter) error {
	fmt.Fprintf(t.con.out, "\n%s\n%s\n\n", t.con.styled(bold, c.title), t.con.styled(faint, c.text))
	for _, s := range c.steps {
		does, name := t.do, s.command
		if s.file != "" {
			does, name = t.imports, "import users"
		}
		if err := does(s); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// imports sends one file of users, and prints what became of its rows.
func (t *teller) imports(s step) error {
	account := t.fill(s.account)
	fmt.Fprintf(t.con.out, "  %s %s%s %s%s\n", t.con.styled(cyan, "import users"),
		t.con.styled(faint, "account_id="), account, t.con.styled(faint, "behavior="), s.behavior)
	job, err := t.client.ImportUsers(t.ctx, account, s.behavior, strings.NewReader(t.fill(s.file)))
	if err != nil {
		return err
	}
	var v importUsersVerb
	if job, err = v.follow(t.ctx, t.con, t.client, job); err != nil {
		return err
	}
	fmt.Fprintf(t.con.out, "          %s\n", inTally(&job.Tally))
	if job.Failed > 0 {
		return v.failures(t.ctx, t.con, t.client, job.ID)
	}
	return nil
}

// do sends one command and prints it with the events that it caused.
func (t *teller) do(s step) error {
	spec, ok := aggregates.Find(s.command)
	if !ok {
		return fmt.Errorf("there is no such command")
	}
	var v doVerb
	fmt.Fprintf(t.con.out, "  %s", t.con.styled(cyan, s.command))
	for i := 0; i < len(s.fields); i += 2 {
		name, value := s.fields[i], t.fill(s.fields[i+1])
		v.given.add(name, value)
		if strings.HasSuffix(name, "_id") || name == "product" || name == "lines" {
			fmt.Fprintf(t.con.out, " %s%s", t.con.styled(faint, name+"="), value)
		}
	}
	fmt.Fprintln(t.con.out)
	body, err := v.fields(spec)
	if err != nil {
		return err
	}
	answer, err := t.client.Do(t.ctx, s.command, body, client.DoOptions{})
	if err != nil {
		return err
	}
	t.position = answer.Position
	return printEvents(t.con, answer)
}

// printEvents prints one line an event.
func printEvents(con *console, a *client.Answer) error {
	for _, e := range a.Events {
		if _, err := fmt.Fprintf(con.out, "%8d  %s\n", e.Position, con.styled(green, e.Type)); err != nil {
			return err
		}
	}
	if more := a.EventsTotal - len(a.Events); more > 0 {
		fmt.Fprintf(con.out, "          and %d more\n", more)
	}
	return nil
}

// compare shows how the two accounts ended, side by side.
func (t *teller) compare() error {
	accounts := []string{t.fill("{north}"), t.fill("{south}")}
	rows := [][]string{
		{"disabled first", "MiCollab", "MiTeam Meetings"},
		{"disabled then", "MiTeam Meetings", "MiCollab"},
		{"Anna's licence"}, {"Bruno's licence"}, {"seats assigned"}, {"Anna's page shows"},
	}
	for _, account := range accounts {
		cells, err := t.outcome(account)
		if err != nil {
			return err
		}
		for i, cell := range cells {
			rows[i+2] = append(rows[i+2], cell) // #nosec G602 -- an outcome has as many cells as there are rows left
		}
	}
	fmt.Fprintf(t.con.out, "\n%s\n\n", t.con.styled(bold, "The same licences, the same switches, and two outcomes (rule INT-4)"))
	result := table{heads: append([]string{""}, accounts...), rows: rows}
	if err := result.print(t.con.out, t.dress); err != nil {
		return err
	}
	_, err := fmt.Fprintf(t.con.out, "\nLook closer:\n  %s get users %s -o table%s\n  %s get events --account-id %s -o table%s\n",
		t.con.program, accounts[1], t.at, t.con.program, accounts[0], t.at)
	return err
}

func (t *teller) dress(row, column int, text string) string {
	switch {
	case row < 0:
		return t.con.styled(bold, text)
	case text == "active":
		return t.con.styled(green, text)
	case text == "disabled":
		return t.con.styled(red, text)
	case column == 0:
		return t.con.styled(faint, text)
	}
	return text
}

// outcome is the account's column of the comparison.
func (t *teller) outcome(account string) ([]string, error) {
	anna, err := t.section(account, "anna")
	if err != nil {
		return nil, err
	}
	bruno, err := t.section(account, "bruno")
	if err != nil {
		return nil, err
	}
	pool, err := t.find("/v1/accounts/"+account+"/pools", "items")
	if err != nil {
		return nil, err
	}
	return []string{
		anna.at("license.state").short(), bruno.at("license.state").short(),
		pool.at("assigned").short() + " of " + pool.at("total").short(), anna.at("message").short(),
	}, nil
}

// section is what the user's page has for MiTeam Meetings.
func (t *teller) section(account, user string) (*outline, error) {
	return t.find("/v1/accounts/"+account+"/users/"+user, "products_and_licenses")
}

// find asks for a view that knows the whole story, and finds in one of its
// lists the item of MiTeam Meetings.
func (t *teller) find(path, list string) (*outline, error) {
	body, err := t.client.Get(t.ctx, path, url.Values{"min_position": {strconv.FormatUint(t.position, 10)}})
	if err != nil {
		return nil, err
	}
	o, err := outlineOf(body)
	if err != nil {
		return nil, err
	}
	if o = o.at(list); o != nil {
		for _, item := range o.items {
			if item.at("product").short() == "miteam_meetings" {
				return item, nil
			}
		}
	}
	return nil, fmt.Errorf("%s shows no miteam_meetings", path)
}
