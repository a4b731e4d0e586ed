// Package backup keeps a copy of a ledger's log in a folder that knows nothing
// of the ledger: frames in files, and a manifest.
//
// # What a backup is
//
// The frames of the journal, as they were appended, receipts of idempotency
// keys included, up to a signed checkpoint. They stand in numbered files
// ([segment]) that are never changed, and the manifest names each with its
// SHA-256. It has the checkpoint and the edge of the tree (audit.Edge): with the
// edge, the next backup goes on with the next entry, and the root that comes out
// is the one of the next checkpoint only if the history extends what is here.
// So no backup is ever joined to another ledger's, or to a history that was
// rewritten.
//
// A place in the log is the position and the commit that it ends with
// ([Place]), not a sequence of the journal: a journal that was healed has other
// sequences, and the same frames.
//
// # Crashes
//
// Files are fsynced before they get their names, and the manifest is replaced
// last and at once. What a backup that was killed left is looked at by the next
// one: whole files that go on where the manifest ends are kept, all else is
// removed.
//
// # What it is not
//
// It has no keys: what is sealed stays sealed. Persons' keys and the log's key
// are kept apart from it.
package backup
