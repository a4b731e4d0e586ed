// Package lossy is a disk for tests that forgets what was not fsynced: a file
// system in memory, mounted with FUSE, under which the real binary runs.
//
// # What survives
//
// An fsync of a file makes its content durable, and not its name; an fsync of a
// folder makes the names in it durable, and not what is in those files. That is
// what POSIX promises, and less than common file systems do. A rename is one
// change, in one folder or between two: it is done or not done. Changes in a
// folder are durable in the order in which they were made.
//
// [Disk.Cut] is the loss of power: of what was not fsynced each block of 4 KiB
// and each change of names survives by chance, so that a file may be there
// without its content, longer than what was written, or with a hole.
//
// Pebble's own crash-cloning file system does the same for a database alone, and
// is used where only that is tested; this one holds the embedded server, too.
package lossy
