package imports_test

import (
	"fmt"
	"strings"
	"testing"
)

// An import of 20,000 new users with a package each, from the request to the
// end of the job.
func BenchmarkImport(bench *testing.B) {
	b := newBed(bench)
	for i := 0; bench.Loop(); i++ {
		bench.StopTimer()
		account := fmt.Sprint("a", i)
		b.account(account)
		var file strings.Builder
		file.WriteString("User ID/Email (Required),First Name,Last Name,Extension,Location,Webex Calling\r\n")
		for n := range 20_000 {
			fmt.Fprintf(&file, "u%d@x.com,F%d,L%d,%d,Rome,TRUE\r\n", n, n, n, 10_000+n)
		}
		bench.StartTimer()
		if j := b.run(account, "add_and_remove", file.String()); j.Added != 20_000 {
			bench.Fatalf("%+v", j)
		}
	}
}
