// Package spec is the rule book: given what was done, when a command is sent,
// then these events are recorded, or this refusal is the answer. Each row
// cites the rules that it shows. Tests fail if a rule, a refusal or a command
// has no row, or if the state after a row differs from the state that its
// events give when they are read back from their entries.
//
// The rows are text, one line a command, so that they can be read without
// knowing the code:
//
//	P AssignLicense {"account_id":"contoso","user_id":"bob","product":"miteam_meetings"}
//
// The letter is who sends it: A admin, P the partner acme, C the account_admin
// and M the MiCollab server of the account contoso, S system, L the ledger
// itself, X an operator; P:globex is another partner, C:initech another
// account's admin. "wait 720h" lets time pass.
package spec
