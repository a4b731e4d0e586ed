package projections

// Set is a row of the table of views: something that is made of the log's
// events and kept. Every set is built by the same pass, in one generation.
type Set struct {
	Name string
	// Version is raised when what is stored changes in form or meaning. A
	// store of other versions is built anew from the journal.
	Version int
}

// Sets is the table of views.
var Sets = []Set{
	{"rows", 4},     // every version of every row of the aggregates: all views but the history
	{"receipts", 1}, // answers to commands with an idempotency key
	{"history", 1},  // entries by position
	{"index", 2},    // entries by partner, account, user, order, type, actor and command
	{"times", 1},    // positions by time
}
