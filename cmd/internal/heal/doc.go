// Package heal looks at a ledger's data folder before anything is served, and
// makes good what a disk or a crash has done to it.
//
// # Looking
//
// [Ledger.Look] reads what is stored without a server, since the server cuts
// damaged blocks off and says nothing. It compares each message with its
// checksum, journal and copy in length and in their ends, and feed and
// consumers with what is known of them. What differs is a [Finding].
//
// # Healing
//
// [Ledger.Heal] makes new stores beside the old ones, from what is left of
// journal and copy together: each frame from where it is whole. The new log is
// proven by the newest signed checkpoints before it takes its place. A journal
// that was damaged gets a new epoch, and its first sequence is above any that
// was ever used, so that nothing sent to the old one fits. The feed is filled
// again; its durable consumers keep their place.
//
// What is replaced is kept in the folder inquiry. All exchanges are written
// down as a plan before the first, and a start finishes a plan that it finds:
// after any crash the folder is as before, or healed.
//
// What cannot be healed is an [audit.Finding]: it says position, expectation,
// finding and next step, and its Kind says of which sort it is.
package heal
