package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/aggregates"
	"github.com/seatledger/seatledger/cmd/internal/client"
)

// maxBodyBytes is the largest body of a command (contract, section 2).
const maxBodyBytes = 1 << 20

type doVerb struct {
	Name             string  `arg:"" help:"Name of the command, such as AssignLicense."`
	IdempotencyKey   string  `placeholder:"KEY" help:"Sent again with the same key, the command is not done again."`
	DryRun           bool    `help:"Decide and show, but record nothing."`
	ExpectedPosition *uint64 `placeholder:"N" help:"Refuse if what the command names has changed since this position."`
	Output           string  `short:"o" default:"auto" enum:"auto,text,table,json" help:"How to print the answer: ${enum}; all but json are text."`
	remote

	given given  // fields on the command line
	asked string // the command to explain
}

// given are the fields on the command line: their values by flag name.
type given struct {
	names  []string
	values map[string][]string
}

func (g *given) add(name, value string) {
	if g.values == nil {
		g.values = map[string][]string{}
	}
	if _, again := g.values[name]; !again {
		g.names = append(g.names, name)
	}
	g.values[name] = append(g.values[name], value)
}

// takeFields takes from the arguments of do the flags that are not its own:
// they are fields of the command. The others are left to the parser.
func (v *doVerb) takeFields(k *kong.Kong, args []string) (rest []string, err error) {
	if len(args) == 0 || args[0] != "do" {
		return args, nil
	}
	own := ownFlags(k, "do")
	for i := 0; i < len(args); i++ {
		name, value, written := strings.Cut(strings.TrimPrefix(args[i], "--"), "=")
		takesValue, isOwn := own[name]
		switch {
		case !strings.HasPrefix(args[i], "--"):
			rest = append(rest, args[i])
		case isOwn && takesValue && !written && i+1 < len(args):
			rest = append(rest, args[i], args[i+1])
			i++
		case isOwn:
			rest = append(rest, args[i])
		case written:
			v.given.add(name, value)
		case i+1 < len(args) && !strings.HasPrefix(args[i+1], "--"):
			v.given.add(name, args[i+1])
			i++
		default:
			return nil, usage("--%s needs a value", name)
		}
	}
	return rest, nil
}

// ownFlags lists the flags of a verb, and whether each takes a value.
func ownFlags(k *kong.Kong, verb string) map[string]bool {
	own := map[string]bool{"help": false}
	for _, n := range k.Model.Children {
		if n.Name == verb {
			for _, f := range n.Flags {
				own[f.Name] = !f.IsBool()
			}
		}
	}
	return own
}

// Run sends the command and prints what became of it.
func (v *doVerb) Run(ctx context.Context, con *console) error {
	spec, ok := aggregates.Find(v.Name)
	if !ok {
		return usage("there is no command %q; seatledger do --help lists them", v.Name)
	}
	body, err := v.body(spec, con)
	if err != nil {
		return err
	}
	c, err := v.client()
	if err != nil {
		return usageError{err}
	}
	answer, err := c.Do(ctx, v.Name, body, client.DoOptions{
		IdempotencyKey: v.IdempotencyKey, DryRun: v.DryRun, ExpectedPosition: v.ExpectedPosition,
	})
	if err != nil {
		return err
	}
	if v.Output == "json" {
		return printJSON(con.out, answer)
	}
	return printAnswer(con, answer)
}

// body makes the command's JSON of the fields given, or else of the standard
// input, and checks its shape before anything is sent.
func (v *doVerb) body(spec *aggregates.Spec, con *console) (jsontext.Value, error) {
	body, err := v.fields(spec)
	if err != nil {
		return nil, err
	}
	if len(v.given.names) == 0 && !con.typed {
		if body, err = readBody(con.in); err != nil {
			return nil, err
		}
	}
	if _, err := spec.Decode(body); err != nil {
		return nil, usage("%s: %s", v.Name, shape(err))
	}
	return body, nil
}

func readBody(r io.Reader) (jsontext.Value, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxBodyBytes+1))
	switch {
	case err != nil:
		return nil, err
	case len(b) > maxBodyBytes:
		return nil, usage("the body has more than %d bytes", maxBodyBytes)
	case len(b) == 0:
		return jsontext.Value("{}"), nil
	}
	return b, nil
}

// fields makes JSON of the fields given.
func (v *doVerb) fields(spec *aggregates.Spec) (jsontext.Value, error) {
	known := fieldsOf(spec.New())
	members := map[string]jsontext.Value{}
	for _, name := range v.given.names {
		f, ok := findField(known, strings.ReplaceAll(name, "-", "_"))
		if !ok {
			return nil, usage("%s has no field --%s; it has %s", spec.Name, name, flagsOf(known))
		}
		value, err := f.encode(v.given.values[name])
		if err != nil {
			return nil, err
		}
		members[f.name] = value
	}
	return json.Marshal(members, json.Deterministic(true))
}

func flagsOf(fields []field) string {
	flags := make([]string, len(fields))
	for i, f := range fields {
		flags[i] = f.flag()
	}
	return strings.Join(flags, ", ")
}

// shape says which member of a body is wrong.
func shape(err error) string {
	text := strings.TrimPrefix(oneLine(err), "json: ")
	return strings.TrimPrefix(text, "jsontext: ")
}

func printAnswer(con *console, a *client.Answer) error {
	switch {
	case a.DryRun:
		fmt.Fprintf(con.out, "would record %s, decided at position %d\n", events(a.EventsTotal), a.Position)
	case a.EventsTotal == 0:
		fmt.Fprintf(con.out, "nothing had to change, at position %d\n", a.Position)
	default:
		fmt.Fprintf(con.out, "recorded %s, up to position %d\n", events(a.EventsTotal), a.Position)
	}
	if a.ID != "" {
		fmt.Fprintf(con.out, "id %s\n", a.ID)
	}
	if err := printEvents(con, a); err != nil {
		return err
	}
	for _, w := range a.Warnings {
		fmt.Fprintf(con.out, "warning %s: %s\n", w.Code, w.Message)
	}
	return nil
}

func events(n int) string {
	if n == 1 {
		return "1 event"
	}
	return fmt.Sprintf("%d events", n)
}
