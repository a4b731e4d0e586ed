// Package api is the ledger over HTTP: commands in, views and events out.
//
// # One table each
//
// Commands come from aggregates.Commands, queries from the table [views],
// problems from package problem. Routes, the OpenAPI document, the metrics and
// the tests are made of these tables, so none of them can fall behind.
//
// # The order of checks
//
// The first check that fails answers: token, known path or command, shape
// (body, headers and query), role, fields. Then the writer goes on with the
// idempotency key, existence and scope, the account's state, and the rules.
// A role that may never do a thing is forbidden; a thing out of the caller's
// scope does not exist for it.
//
// # The path of a command is short
//
// Commands do not pass through a framework: one mux, one struct an exchange,
// one decoding, the writer. Everything that a framework gives (schemas, the
// document) is made once, at start.
package api
