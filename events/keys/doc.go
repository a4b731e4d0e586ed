// Package keys is the store of persons' keys. It seals personal data and opens
// it again ([events.Sealer]), and forgets a person for good: once the key is
// gone, every copy of the ciphertext, in the log, in views, in backups of
// either, is noise, and no hash of the log has changed.
//
// # The file
//
// Keys stand in one flat file of slots of 128 bytes behind a header of 512
// bytes. A slot holds a person's id and key, the key wrapped (AES-256-GCM)
// under the key-encryption key, and a checksum. Slots are changed in place and
// never straddle a sector, so that a slot is either as it was or as it should
// be after a crash. A database would be less code, but an LSM tree or a
// write-ahead log keeps old versions of a record in files of its own choosing
// for a time of its own choosing, and "deleted" must mean deleted here.
//
// The file grows by whole runs of empty (zero) slots, so that making a key
// changes no metadata and its fsync is one write. A run is durable before one of
// its slots is used, so that a file with a part of one was cut off, and is not
// taken. Any number of keys of one call to Seal cost one fsync. At the start
// every slot's checksum is tested: a slot that was being made when the process
// died, the last that is used, is dropped, since nobody was told of it; any other
// damage stops the start and is named. Then the file is fsynced, because what the last process wrote may
// so far stand in the page cache alone.
//
// Zeros over used slots, and a file that was cut off between two runs, look like
// a younger store. So a second file, the tally, says how many persons there are,
// and up to which slot all are used. It has no key, is overwritten in place when
// the slots are durable, and needs no fsync: a killed process leaves it exact, a
// loss of power at worst a little less than there is. To count in the file's
// header would put at risk what opens all the rest; and a tally apart also tells
// of a file that was replaced by an older one. A store without a tally gets one.
//
// # Erasure
//
// Erase overwrites the key with zeros in its slot, which stays as a tombstone:
// the person reads as erased, not as lost, and cannot be given a new key. To
// erase a person who has no key leaves a tombstone too, so that the erasures
// in the log can be applied to an old copy of the keys.
//
// A file system that copies on write, or a flash drive, may keep the old
// sector out of reach below the file. What it keeps is wrapped: [Store.Rotate]
// rewraps every key under a new key-encryption key, and the old one, once
// destroyed, takes all of that with it.
//
// # Secrets
//
// The header holds one more wrapped key, the ledger's own, from which
// [Store.Secret] derives secrets for keyed hashes: e-mail look-ups,
// idempotency keys, cursors. It outlives rotation.
//
// Nothing in this package puts a key or personal data in an error.
package keys
