// Package demodata makes up partners, accounts and people, and years of their
// history, and has a ledger decide all of it.
//
// A plan comes of a seed alone: the same seed gives the same commands at the
// same moments, and so the same accounts, orders, users and licences. It is
// valid by construction, since each account's plan keeps count of what the
// rules ask about; a refusal is a fault of the plan, and ends the loading. Only
// ids that the ledger makes itself, and the order of what happens at one moment,
// differ from run to run.
//
// The loader moves the ledger's clock from moment to moment and sends what
// belongs to one at once, as many callers would. It works on an empty ledger
// that nobody is served from (server.OpenPast).
package demodata
