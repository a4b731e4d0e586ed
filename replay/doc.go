// Package replay has the auditors' tools: what they answer comes from the log.
//
//   - [Log.Show] rebuilds a view at a moment; [Log.Diff] says what changed between
//     two, and by which events.
//   - [Explain] says in words why a user has, or has not, a licence, a package or
//     an add-on.
//   - [Verify] reads the whole log again and compares all that was made of it.
//   - [Log.Export] writes the history for other tools.
//
// # From the log alone
//
// Show and Diff ask no projection, and nothing that the ledger remembers of
// moments: they read the journal from its start and fold the events of one
// aggregate, with the fold of the aggregates themselves. What comes out goes
// through the very functions that make the views, so that it is the query's
// answer byte for byte, or one of the two is wrong. Entries of other aggregates
// are passed over by their subject line, undecoded.
//
// Explain is given the account's events by whoever calls it: the whole log for
// an auditor without a running ledger, the history's index for a customer who
// asks the API.
//
// # A ledger that is stopped
//
// A journal cannot be opened without being written to: the server puts its own
// notes beside it. Who wants to look into the folder of a stopped ledger works
// on a copy (package server has that); nothing here writes to a ledger.
package replay
