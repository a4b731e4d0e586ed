// Package restore makes a ledger's data folder of frames: of a backup, whole or
// up to a moment, or of what is left of a damaged ledger.
//
// # Origins
//
// A log has an origin: its name, and the key that signs its checkpoints. Who
// saw a checkpoint relies on it that the origin never signs another history. So
// a ledger made anew keeps its origin only if it has every event that the
// newest known checkpoint covers. Otherwise it begins a new one, with a new key,
// and its first own entry (events.OriginBegun) names the old origin and the size
// and root of the tree as far as it was kept: the leaves before it are those of
// the old log.
//
// # Persons
//
// Who was erased stays erased, whatever copy of the keys is brought: all
// erasures of the backup are made sure of in the restored keys before the folder
// becomes a ledger, those too that a restore to an earlier moment leaves out.
//
// # Crashes
//
// The folder is marked (package datadir) before anything is in it, and until all
// of it is durable and proven: a marked folder is not served.
package restore
