// Package events is the ground that everything else stands on: what a licence
// event is, how it is written down, and what the log that keeps it promises.
//
// # Kinds and versions
//
// An event's name is a method of its payload ([Payload.EventType]), never the
// Go type's name, so that a rename in the code cannot break the log. [Kinds]
// has one row a kind; the row lists a reader for every version ever recorded,
// in birth order, and the last one is what is written today. Old versions are
// lifted by their readers on every path that reads. A version or a field that
// is not known is refused by name, never skipped: a ledger that half
// understands its own history must not serve it.
//
// # Entries
//
// An event's entry is its one canonical byte string ([Entry]): subject,
// CloudEvents attributes in sorted order, payload. The same bytes stand in the
// journal's frames, in the history, under the Merkle tree, and as headers and
// data in the feed, so one hash proves all of them. Its position is not in it:
// position is the place in the log, 1, 2, 3 … without gaps.
//
// # Frames
//
// A journal message is a [Frame]: the entries of one or more whole commands,
// and their receipts. A command too large for one frame uses several, the last
// one marked as its end; readers take such a commit only with its end. So
// atomicity asks nothing of a server but an ordered log.
//
// # Personal data
//
// Names, e-mail addresses and phone numbers of persons are fields of type
// [Personal]. Entries hold them sealed under a key of that person, so that
// forgetting the key forgets the person and leaves every hash as it was. What
// is not sealed cannot be encoded: see [Encode].
package events
