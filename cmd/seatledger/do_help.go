package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/seatledger/seatledger/aggregates"
)

// Help explains the command that the arguments name, or else lists them all.
func (v *doVerb) Help() string {
	if spec, ok := aggregates.Find(v.asked); ok {
		return commandHelp(spec)
	}
	var b strings.Builder
	fmt.Fprintln(&b, "Fields are given as --field value, or all together as JSON on the standard input.")
	fmt.Fprintln(&b, "The fields of a command: seatledger do NAME --help. The commands:")
	fmt.Fprintln(&b)
	for _, spec := range aggregates.Commands {
		fmt.Fprintf(&b, "  %-32s %s\n", spec.Name, spec.Doc)
	}
	return b.String()
}

func commandHelp(spec *aggregates.Spec) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s\n\n", spec.Name, spec.Doc)
	for _, f := range fieldsOf(spec.New()) {
		fmt.Fprintf(&b, "  %-20s %s\n", f.flag(), f.about())
	}
	if len(spec.Rules) > 0 {
		fmt.Fprintf(&b, "\nRules: %s\n", strings.Join(spec.Rules, ", "))
	}
	return b.String()
}

// askedFor is the command that the arguments of do name, if they do.
func askedFor(args []string) string {
	if len(args) == 0 || args[0] != "do" {
		return ""
	}
	i := slices.IndexFunc(args, func(a string) bool { _, ok := aggregates.Find(a); return ok })
	if i < 0 {
		return ""
	}
	return args[i]
}
