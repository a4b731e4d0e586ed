// Package jetstream keeps the journal and the feed on JetStream: on a
// nats-server within this process ([Start]), or on a given one.
//
// # Journal
//
// One message is one frame. The fence is Nats-Expected-Last-Sequence: a
// message that does not follow the sequence it names is refused, whoever sent
// it and however late it comes. Nothing is ever sent twice. The embedded
// server fsyncs every message before it acknowledges it; the folder's entries
// of new block files, which it does not fsync, are fsynced here before the
// acknowledgement is passed on. A given server must be told so by its
// operator (sync_interval: always), or the stream have three replicas.
//
// Reading goes through an ordered pull consumer (measured: 415,000 small
// messages a second) and counts: a damaged stream leaves out messages without
// a word.
//
// # Feed
//
// One message is one event, its sequence is the event's position, and its
// headers and data are the parts of the event's entry. With one replica it is
// not fsynced: it can be made again from the journal.
//
// # Accounts
//
// Network clients are in accounts of their own, without streams, into which
// only what reads the feed is carried over; accounts.go says why. In --dev
// there is one for all. Outside it a [Guest] has a room of its own, with doors
// to the consumers that were made for it ([Consumers]). The journal's account
// is connected to nothing.
//
// # Files
//
// [Folder] reads a stream's files without the server: folder.go, records.go and
// places.go know how nats-server 2.15 writes them, and a test compares them
// with what it does write. A newer server needs another look at them.
//
// # Failures of storage
//
// See recover.go: an embedded server that could not write is replaced by a new
// one as soon as its folder takes writes again. Until then appends fail with
// events.ErrNotWritten, and the feed can still be read.
package jetstream
