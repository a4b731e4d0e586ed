// Package projections keeps everything that can be asked, and answers it.
//
// # What is kept
//
// The table of views, [Sets], lists what is made of the log: the rows of the
// aggregates in all their versions, the receipts of commands, the history with
// its indexes, and the positions of times. All of it stands in one Pebble
// database, and all of it can be made again from the journal. The fold is that
// of the aggregates themselves, so a view cannot disagree with a decision.
//
// # Versions
//
// A row's key is its prefix (generation, table, scope, id) and, as a suffix, the
// position that made the version, newest first. Pebble is told where prefixes
// end ([Comparer]), so the row as of any position is one seek that bloom
// filters serve. A deletion is an empty version. Indexes that only decisions
// need keep one version and cannot be asked about the past.
//
// # Once and only once
//
// One goroutine follows the log. Commits that wait are applied together in one
// batch with the mark that says how far it goes. There is no write-ahead log:
// Pebble flushes memtables whole and in order, so that whatever a crash leaves
// is all of the log up to some mark, and the journal has the rest. An error
// stops the follower; nothing is skipped, and the store says so from then on.
//
// Commits come from the writer in the same process ([Store.Offer]). At the
// start, and whenever what is offered does not follow on, they are read from
// the journal, up to what is known to be durable; both ways fold the same
// groups. What comes from the journal comes in large ones, runs, which are
// written as files of the database instead of going through its memtables:
// each is whole in the database, durably, or not at all.
//
// # Generations
//
// Every key begins with the number of its generation. Views of another version
// begin a new generation when they are opened; [Store.Rebuild] makes one in a
// scratch store beside the live one, which serves and follows meanwhile, copies
// it as files that need never be merged again, and swaps it in between two
// batches. What is stored depends on the log alone, not on how commits were
// grouped, so that [Differences] can compare two stores byte by byte.
//
// # Persons
//
// Rows and entries are stored as they are recorded, sealed. They are opened
// when they are read, for the fold too, and shown by role ([Audience]). Ids
// that are personal data are stored as keyed hashes. A sealer that is an
// [events.Eraser] is told of every erasure before the batch that has it is
// written, and of all of them when the store is opened: who sees the position
// of an erasure can open nothing of the person. The follower's cache of rows is
// emptied then.
//
// # Views
//
// A view is a function of a [Snapshot] and an [Audience], in a file of its own.
// What is not the audience's to see does not exist for it. Lists go on with a
// cursor that names the snapshot of their first page, so that pages fit
// together while events arrive.
package projections
