package main

import (
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// console is what a verb reads from and writes to.
type console struct {
	program  string // as it was called
	in       io.Reader
	out, err io.Writer
	typed    bool // a person types the input
	seen     bool // a person sees the output: tables by default
	coloured bool // and wants colours
}

func terminal() *console {
	isTerminal := func(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
	con := &console{
		program: os.Args[0], in: os.Stdin, out: os.Stdout, err: os.Stderr,
		typed: isTerminal(os.Stdin), seen: isTerminal(os.Stdout),
	}
	con.coloured = con.seen && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	return con
}

// style is how a piece of text stands out on a terminal (ECMA-48, SGR).
type style string

const (
	bold  style = "1"
	faint style = "2"
	red   style = "31"
	green style = "32"
	cyan  style = "36"
)

// styled dresses text, where a person sees it.
func (con *console) styled(s style, text string) string {
	if !con.coloured || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

// oneLine makes one line of an error that may have several.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }
