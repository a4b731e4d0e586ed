// Package imports applies files of users to accounts, a row at a time
// (section 12 of the domain).
//
// # Jobs
//
// A file that passes as a whole (IMP-1) becomes a job, which stands beside the
// log: in a folder of its own under [Config.Dir], with a record of how far it
// is, the file, and the rows that failed. The record is replaced whole, so a
// crash leaves an older one. One job of an account runs at a time, in the order
// in which they came; the store is bounded in every direction.
//
// # Once
//
// A row is one command, ImportUser, decided where all commands are. It is sent
// with an idempotency key in a scope that no client can reach: the job, and the
// row's line. The ledger remembers its answer with what it recorded, refusals
// too, and atomically. So the record of a job may lag behind: rows behind it
// are sent again after a crash, and answered as they were the first time. Rows
// are decided in the file's order, since one may need the seat or the number
// that another one gives back.
//
// # Persons
//
// The file is encrypted under a key of its own while it is being received, and
// that key stands sealed in the job's record, as if the file were a person. When the job ends
// that person is forgotten, and so is the file. The addresses of rows that
// failed are sealed in the same way; an erasure of a person of the account
// forgets them, since nothing says whose they are, and so does the end of their
// time ([KeepFor]).
package imports
