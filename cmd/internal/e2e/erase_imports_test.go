package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
)

// Headings of files of users with a package, and how long a file is that is
// still being worked on when the ledger is killed.
const (
	packagesHead = "User ID/Email (Required),First Name,Last Name,Phone Number,Location,Webex Calling\r\n"
	longImport   = 20_000
)

// zebedeesRows adds a user, and fails twice, with the person's data in every
// column.
func zebedeesRows() string {
	cells := zebedeeFirst + "," + zebedeeLast + ","
	return zebedeeRow + "," + cells + "+39065550192835,HQ,T\r\n" + zebedee + "," + cells + zebedeePhone + ",nowhere of " + zebedeeLast + ",T\r\n" +
		strings.ReplaceAll(zebedee, "@", "@@") + "," + cells + ",," + zebedeeFirst + "\r\n"
}

// importEverywhere sends files with the person's data: one that is a forecast
// only, one that is no file of users, one that is done, and one that is
// cancelled before its turn comes. It returns the log's end.
func (b *bed) importEverywhere() uint64 {
	b.Helper()
	const path = "/v1/accounts/a/imports?behavior=add_only"
	if status, forecast := b.post(path+"&dry_run=true", packagesHead+zebedeesRows()); status != 200 || forecast["failed"] != 2.0 {
		b.Fatal(status, forecast)
	}
	for _, bad := range []string{zebedee + "," + zebedeeFirst + "\r\n", packagesHead + zebedee + ",\"" + zebedeeLast + "\r\n"} {
		if status, _ := b.post(path, bad); status != 422 {
			b.Fatal(status)
		}
	}
	_, done := b.post(path, packagesHead+zebedeesRows())
	id, _ := done["id"].(string)
	b.eventually(time.Minute, "the import has ended", func() bool { return b.job(id)["state"] == "completed" })
	if job := b.job(id); job["failed"] != 2.0 || job["added"] != 1.0 {
		b.Fatal(job)
	}
	if failures := string(b.seen("/v1/imports/" + id + "/errors.csv").Body); !strings.Contains(failures, zebedee) {
		b.Fatal(failures)
	}
	first := b.longImport()
	_, waits := b.post(path, packagesHead+zebedeesRows())
	for _, id := range []any{waits["id"], first} {
		b.Send("POST", "/v1/imports/"+id.(string)+"/cancel", nil)
	}
	b.eventually(time.Minute, "the long import has ended", func() bool { s := b.job(first)["state"]; return s == "cancelled" || s == "completed" })
	if job := b.job(waits["id"].(string)); job["state"] != "cancelled" || job["done"] != 0.0 {
		b.Fatal(job)
	}
	return b.end()
}

// longImport begins an import of rows that all fail, the person's first.
func (b *bed) longImport() (id string) {
	b.Helper()
	var file strings.Builder
	file.WriteString(packagesHead + zebedee + "," + zebedeeFirst + "," + zebedeeLast + ",,nowhere,T\r\n")
	for i := range longImport - 1 {
		fmt.Fprintf(&file, "many%d@a.example,%s,,,nowhere,T\r\n", i, zebedeeFirst)
	}
	status, job := b.post("/v1/accounts/a/imports?behavior=add_only", file.String())
	if status != 202 {
		b.Fatal(status, job)
	}
	return job["id"].(string)
}

// importInterrupted kills the ledger while it has a file with the person's data.
func (b *bed) importInterrupted() (id string) {
	b.Helper()
	id = b.longImport()
	b.process.Kill()
	if files, _ := filepath.Glob(filepath.Join(b.dir, "imports", "*", "users.csv.age")); len(files) == 0 {
		b.Error("no file is there: the import was over before the ledger was killed")
	}
	return id
}

// restoredForgets restores ledgers of backups from before the erasure, which know of
// it by the newer keys, or the newer log: nothing is told, and no file has
// anything, at once, after a restart and after a rebuild.
func (b *bed) restoredForgets(old, newer kept, words []string, positions []uint64) {
	b.Helper()
	oldLog, oldKeys := old, newer
	oldLog.keys, oldKeys.keys = newer.keys, old.keys // each with the other's newer half
	for name, args := range map[string][]string{
		"an old log": oldLog.restore("", "--new-origin", "--checkpoint", old.checkpoint), "old keys": oldKeys.same("", "--accept-lost-keys"),
	} {
		dir := filepath.Join(b.TempDir(), "data")
		for i := range args {
			if args[i] == "--data-dir" {
				args[i+1] = dir
			}
		}
		must(b, args...)
		r := startOver(b.TB, dir, binaries.plain, "--log-level", "debug")
		r.forgot(name, words, positions)
		r.down()
		if found := r.inFiles(words); len(found) > 0 {
			b.Errorf("%s: %v", name, found)
		}
		r.up()
		r.forgot(name+", again", words, positions)
		r.clean()
		r.down()
		if found := r.inFiles(words); len(found) > 0 {
			b.Errorf("%s, again: %v", name, found)
		}
	}
}
