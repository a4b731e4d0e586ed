// Package sim holds an oracle of the ledger: partners, orders, accounts,
// switches, pools, users, licences, packages and subscriptions as plain maps, and what the pages say a
// command does to them.
//
// It was written from the pages and the contract alone and shares no line with
// the rules, the views or the store, so that agreement of the two means
// something. It is slow and simple on purpose: a command copies the whole
// state, so every state that ever was is kept, and "as of" is looking one up.
//
// Where the pages are silent the oracle says which other answers it would
// accept ([Outcome.Or]) instead of guessing.
package sim
