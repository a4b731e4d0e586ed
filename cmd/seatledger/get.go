package main

import (
	"context"
	"io"
	"maps"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/cmd/internal/client"
)

type getVerb struct {
	View string   `arg:"" help:"A view's name, or a path."`
	Args []string `arg:"" optional:"" help:"What the view is of: ids."`

	AsOf        string `placeholder:"N|TIME" help:"The view as it stood at that position or time."`
	MinPosition uint64 `placeholder:"N" help:"Wait until the view has reached this position."`
	Limit       int    `placeholder:"N" help:"At most so many items (100; 1000 at most)."`
	Cursor      string `help:"Go on where the last answer ended."`
	All         bool   `help:"All items, however many pages that takes."`
	Q           string `name:"q" help:"Search for this text."`
	Status      string `help:"Only items of this status."`
	From        string `help:"From this position on (events), or this time (usage)."`
	To          string `help:"Up to this position (events), or this time (usage)."`
	Order       string `enum:",asc,desc" default:"" placeholder:"asc|desc" help:"Events oldest or newest first."`
	Bucket      string `help:"Width of a step of usage, such as day."`
	filters
	Output string `short:"o" default:"auto" enum:"auto,text,table,json" help:"How to print: ${enum}; auto is a table on a terminal, else JSON."`
	remote
}

// filters choose events, or items of a view.
type filters struct {
	PartnerID string `placeholder:"ID" help:"Only what is this partner's."`
	AccountID string `placeholder:"ID" help:"Only what is this account's."`
	UserID    string `placeholder:"ID" help:"Only what concerns this user."`
	OrderID   string `placeholder:"ID" help:"Only what concerns this order."`
	Product   string `help:"Only this product."`
	Type      string `help:"Only events of this type, such as OrderAssigned."`
	Actor     string `placeholder:"ID" help:"Only what this actor did."`
	CommandID string `placeholder:"ID" help:"Only what this command did."`
}

func (f *filters) query() url.Values {
	return query("partner_id", f.PartnerID, "account_id", f.AccountID, "user_id", f.UserID, "order_id", f.OrderID,
		"product", f.Product, "type", f.Type, "actor", f.Actor, "command_id", f.CommandID)
}

// query makes parameters of names and values; what is empty is left out.
func query(namesAndValues ...string) url.Values {
	q := url.Values{}
	for i := 0; i < len(namesAndValues); i += 2 {
		if v := namesAndValues[i+1]; v != "" && v != "0" { // #nosec G602 -- they come in pairs
			q.Set(namesAndValues[i], v)
		}
	}
	return q
}

func (v *getVerb) query() url.Values {
	q := v.filters.query()
	for name, values := range query(
		"as_of", v.AsOf, "min_position", strconv.FormatUint(v.MinPosition, 10), "limit", strconv.Itoa(v.Limit),
		"cursor", v.Cursor, "q", v.Q, "status", v.Status, "from", v.From, "to", v.To, "order", v.Order, "bucket", v.Bucket,
	) {
		q[name] = values
	}
	return q
}

// Help lists the views.
func (v *getVerb) Help() string { return viewsHelp() }

// Run asks for the view and prints it.
func (v *getVerb) Run(ctx context.Context, con *console) error {
	asked, err := findView(v.View, v.Args)
	if err != nil {
		return err
	}
	c, err := v.client()
	if err != nil {
		return usageError{err}
	}
	body, err := v.fetch(ctx, c, asked.path)
	if err != nil {
		return err
	}
	if v.Output == "json" || v.Output == "auto" && !con.seen {
		return printIndented(con.out, body)
	}
	return printView(con, asked.columns, body)
}

// fetch gets one answer, or with --all one list of all pages' items. The path
// may have a query of its own.
func (v *getVerb) fetch(ctx context.Context, c *client.Client, path string) (jsontext.Value, error) {
	path, own, _ := strings.Cut(path, "?")
	query, err := url.ParseQuery(own)
	if err != nil {
		return nil, usage("%q is not a query", own)
	}
	maps.Copy(query, v.query())
	if !v.All {
		return c.Get(ctx, path, query)
	}
	list := []byte(`{"items":[`)
	for item, err := range c.List(ctx, path, query) {
		if err != nil {
			return nil, err
		}
		if list[len(list)-1] != '[' {
			list = append(list, ',')
		}
		list = append(list, item...)
	}
	return append(list, "]}"...), nil
}

// printJSON prints a value as indented JSON.
func printJSON(w io.Writer, v any) error {
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		return err
	}
	return printIndented(w, b)
}

func printIndented(w io.Writer, v jsontext.Value) error {
	if err := v.Indent(jsontext.WithIndent("  ")); err != nil {
		return err
	}
	_, err := w.Write(append(v, '\n'))
	return err
}

// printView prints a list as a table, one line an item, and all else as one
// line a value.
func printView(con *console, columns []string, body jsontext.Value) error {
	o, err := outlineOf(body)
	if err != nil {
		return err
	}
	list := o.at("items")
	if list == nil {
		t := table{rows: o.paths("")}
		return t.print(con.out, func(_, column int, text string) string {
			if column == 0 {
				return con.styled(faint, text)
			}
			return text
		})
	}
	if len(columns) == 0 {
		columns = columnsOf(list.items)
	}
	return listTable(columns, list.items).print(con.out, func(row, _ int, text string) string {
		if row < 0 {
			return con.styled(bold, text)
		}
		return text
	})
}

func listTable(columns []string, items []*outline) *table {
	t := &table{heads: columns}
	for _, item := range items {
		row := make([]string, len(columns))
		for i, c := range columns {
			row[i] = cell(item, c)
		}
		t.rows = append(t.rows, row)
	}
	return t
}

// cell is what an item has in a column.
func cell(item *outline, column string) string {
	if column == "licenses" {
		return licenses(item)
	}
	text := item.at(column).short()
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t.Format(time.RFC3339) // to the second
	}
	return text
}

// licenses are the products of which a user has an active licence.
func licenses(user *outline) string {
	var products []string
	if sections := user.at("products_and_licenses"); sections != nil {
		for _, s := range sections.items {
			if s.at("license.state").short() == "active" {
				products = append(products, s.at("product").short())
			}
		}
	}
	return strings.Join(products, ", ")
}

// columnsOf are the columns of a list that no view describes: what its first
// item has.
func columnsOf(items []*outline) []string {
	if len(items) == 0 {
		return nil
	}
	return items[0].names
}
