// Package client speaks the ledger's HTTP API: commands, queries, lists,
// the stream of events. The command line, the demo, the tests and the
// benchmarks all use it, so that what they need a user can do too.
//
// # Errors
//
// What the ledger answers instead of the thing asked for is a [*Problem], with
// a code for machines. Every other error is of the way there: the ledger was
// not reached, or did not answer, and then a command may or may not have been
// recorded.
//
// # Sending again
//
// A command with an idempotency key is sent again, with back-off, when the
// ledger is not available or does not answer: the key makes that safe. A
// command without one is never sent twice. Queries are not either: whoever
// asks knows better whether the answer is still wanted. [Client.Stream]
// connects again by itself, behind the last event that it gave.
package client
