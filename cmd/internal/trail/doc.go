// Package trail keeps what auditors and operators ask of a node that is no
// event: attempts, which are commands that were refused, and operations, which
// are what was done to the node itself.
//
// Both are apart from the log, for they decide nothing, and from the views,
// which can be thrown away. They are bounded in count and bytes, and the
// oldest go first. No value of a body is in them but valid ids, so there is
// nothing in them to erase.
//
// A [Book] is a folder of files of lines, written at the end and dropped at
// the beginning; a database could do no more for what is read by people, now
// and then, newest first.
package trail
