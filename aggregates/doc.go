// Package aggregates joins the rules of partners, accounts and orders into one
// table of commands, one way to decide and one fold.
//
// Each aggregate has a folder with its rows, its fold (evolve.go) and its
// commands. They are pure: values in, values out; clock and ids come with the
// command. What touches two aggregates is one decision with drafts for both,
// and one commit.
package aggregates
