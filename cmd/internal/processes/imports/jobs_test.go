package imports_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
)

// many is a file of n new users without packages.
func many(n int, prefix string) string {
	var text strings.Builder
	text.WriteString("EMAIL,NAME\r\n")
	for i := range n {
		fmt.Fprintf(&text, "%s%d@x.com,N%d\r\n", prefix, i, i)
	}
	return text.String()
}

// The Mitel format: users are added and changed, and what an export writes is
// read back with no change, names that look like formulas too.
func TestMitelFormat(t *testing.T) {
	b := newBed(t)
	b.do("CreateAccount", `{"account_id":"m","partner_id":"p","name":"A","country":"IT","address":"x","city":"x","postal_code":"1",
		"default_language":"it","cloud_location":"EU","support_contacts":[{"email":"s@a.example"}]}`)
	b.do("AddUser", `{"account_id":"m","user_id":"eve","email":"+eve@x.com","first_name":"=HYPERLINK(\"http://x\")","last_name":"-1","name":"@SUM(A1)","role":"account_admin"}`)
	j := b.run("m", "add_only", "ROLE,EMAIL,NAME\r\n,ada@x.com,Ada\r\nAccount Admin,bob@x.com,Bob\r\nBoss,joe@x.com,Joe\r\nuser,nobody@x.com,\r\n,,\r\n")
	if j.Format != "mitel" || j.Added != 2 || j.Failed != 3 {
		t.Fatalf("%+v", j)
	}
	if got := fmt.Sprint(b.failures(j.ID)); got != "[[4 joe@x.com invalid_field the cell under ROLE must be User, Account Admin or blank]"+
		" [5 nobody@x.com name_required a user has at least one of first_name, last_name and name] [6  email_required the row has no e-mail address]]" {
		t.Fatal(got)
	}
	file, before := b.export("m"), b.end()
	for _, want := range []string{"FIRST NAME,LAST NAME,NAME,EMAIL,ROLE\r\n", ",,Bob,bob@x.com,Account Admin\r\n", ",,Ada,ada@x.com,User\r\n",
		`"'=HYPERLINK(""http://x"")",'-1,'@SUM(A1),'+eve@x.com,Account Admin`} {
		if !strings.Contains(file, want) {
			t.Errorf("no %q in\n%s", want, file)
		}
	}
	for _, behavior := range []string{"add_only", "add_and_remove"} {
		if j := b.run("m", behavior, file); j.Done != 3 || j.Failed+j.Added+j.Updated+j.Removed > 0 || b.end() != before {
			t.Errorf("read back: %+v", j)
		}
	}
	j = b.run("m", "add_only", "EMAIL,ROLE,NAME\r\nADA@x.com,account admin,\r\nbob@x.com,,Bobby\r\n")
	if file := b.export("m"); j.Updated != 2 || !strings.Contains(file, ",,Ada,ada@x.com,Account Admin") || !strings.Contains(file, ",,Bobby,bob@x.com,Account Admin") {
		t.Fatalf("%+v\n%s", j, file)
	}
}

// Who may import and see what of it, and what is refused before any job is made.
func TestWhoMayImport(t *testing.T) {
	b := newBed(t)
	b.account("a")
	b.account("other")
	const at, good = "/v1/accounts/a/imports?behavior=add_only", "EMAIL,NAME\r\nx@x.com,X\r\nbad,Y\r\n"
	var id string
	for _, c := range []struct {
		role, scope, method, path, body string
		status                          int
		says                            string
	}{
		{"account_admin", "a", "POST", at, good, 202, `"state":"queued"`},
		{"partner", "p", "POST", at, good, 202, ""},
		{"partner", "p", "POST", at + "&dry_run=true", good, 200, `"dry_run":true`},
		{"partner", "q", "POST", at, good, 404, "not_found"},
		{"account_admin", "other", "POST", at, good, 404, "not_found"},
		{"operator", "", "POST", at, good, 403, "forbidden"},
		{"system", "", "POST", at, good, 403, "forbidden"},
		{"micollab", "a", "POST", at, good, 403, "forbidden"},
		{"admin", "", "POST", "/v1/accounts/a/imports", good, 400, "behavior"},
		{"admin", "", "POST", "/v1/accounts/a/imports?behavior=replace", good, 422, "behavior"},
		{"admin", "", "POST", at + "&dry_run=maybe", good, 422, "dry_run"},
		{"admin", "", "POST", at + "&x=1", good, 400, "query.x"},
		{"admin", "", "POST", "/v1/accounts/none/imports?behavior=add_only", good, 404, "not_found"},
		{"admin", "", "POST", at, "", 422, "bad_format"},
		{"admin", "", "POST", at, "EMAIL,EMAIL\r\n", 422, "bad_headers"},
		{"admin", "", "POST", at + "&dry_run=true", "EMAIL\r\n", 422, "empty_file"},
		{"admin", "", "POST", at, many(imports20001, "t"), 422, "too_many_rows"},
		{"admin", "", "POST", at, "EMAIL,Nickname\r\nx@x.com,X\r\n", 422, "Nickname"},
		{"admin", "", "GET", at, "", 405, "method_not_allowed"},
		{"operator", "", "GET", "/v1/imports", "", 200, `"items":[{`},
		{"partner", "q", "GET", "/v1/imports", "", 200, `{"items":[]}`},
		{"micollab", "a", "GET", "/v1/imports", "", 403, "forbidden"},
		{"operator", "", "GET", "/v1/imports/ID", "", 200, `"failed"`},
		{"account_admin", "other", "GET", "/v1/imports/ID", "", 404, "not_found"},
		{"account_admin", "a", "GET", "/v1/imports/ID/errors.csv", "", 200, "row,email,code,message\r\n3,bad,email_invalid,"},
		{"auditor", "p", "GET", "/v1/imports/ID/errors.csv", "", 200, "3,bad"},
		{"operator", "", "GET", "/v1/imports/ID/errors.csv", "", 403, "forbidden"},
		{"partner", "q", "GET", "/v1/imports/ID/errors.csv", "", 404, "not_found"},
		{"partner", "q", "POST", "/v1/imports/ID/cancel", "", 404, "not_found"},
		{"auditor", "", "POST", "/v1/imports/ID/cancel", "", 403, "forbidden"},
		{"partner", "p", "POST", "/v1/imports/ID/cancel", "", 200, `"completed"`},
		{"partner", "p", "GET", "/v1/imports/nosuch", "", 404, "not_found"},
		{"account_admin", "a", "GET", "/v1/accounts/a/users.csv", "", 200, cEmail},
		{"auditor", "", "GET", "/v1/accounts/a/users.csv?format=mitel&as_of=1", "", 404, "not_found"},
		{"admin", "", "GET", "/v1/accounts/a/users.csv?format=xls", "", 422, "format"},
		{"account_admin", "other", "GET", "/v1/accounts/a/users.csv", "", 404, "not_found"},
		{"operator", "", "GET", "/v1/accounts/a/users.csv", "", 403, "forbidden"},
	} {
		status, text := b.ask(c.role, c.scope, c.method, strings.Replace(c.path, "ID", id, 1), c.body)
		if status != c.status || !strings.Contains(text, c.says) {
			t.Errorf("%s %s: %s %s: %d %s, want %d with %q", c.role, c.scope, c.method, c.path, status, text, c.status, c.says)
		}
		if status == 202 && id == "" {
			id = read[imports.Job](b, text).ID
			b.ended(id)
		}
	}
	b.do("DeactivateAccount", `{"account_id":"other","confirm":"deactivate"}`)
	if status, text := b.ask("partner", "p", "POST", "/v1/accounts/other/imports?behavior=add_only", good); status != 409 || !strings.Contains(text, "account_deactivated") {
		t.Error(status, text)
	}
}

const imports20001 = 20_001

// Nothing is unpacked: neither what says that it is packed, nor what is.
func TestPackedFiles(t *testing.T) {
	b := newBed(t)
	b.account("a")
	var file bytes.Buffer
	z := gzip.NewWriter(&file)
	_, err := io.WriteString(z, "EMAIL,NAME\r\nx@x.com,X\r\n")
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	for _, encoding := range []string{"", "gzip"} {
		for _, dry := range []string{"", "&dry_run=true"} {
			req, err := http.NewRequest("POST", b.base+"/v1/accounts/a/imports?behavior=add_only"+dry, bytes.NewReader(file.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Content-Encoding", encoding)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != 422 || !strings.Contains(string(text), "bad_format") || !strings.Contains(string(text), "unpacked") {
				t.Errorf("%q%s: %d %s %v", encoding, dry, resp.StatusCode, text, err)
			}
		}
	}
	if text := b.got(200, "GET", "/v1/imports", ""); !strings.Contains(text, `{"items":[]}`) {
		t.Error(text)
	}
}

// Over 64 MiB is told as that, however the size is said.
func TestFilesThatAreTooLarge(t *testing.T) {
	b := newBed(t)
	b.account("a")
	file := "EMAIL,NAME\r\n" + strings.Repeat("\r\n", 34<<20)
	if status, text := b.ask("admin", "", "POST", "/v1/accounts/a/imports?behavior=add_only", file); status != 413 || !strings.Contains(text, "too_large") {
		t.Error(status, text)
	}
}

// One job of an account runs at a time, in order; what waits, and what is left
// of what runs, can be cancelled; there may not be too many.
func TestJobsWaitAndAreCancelled(t *testing.T) {
	b := newBed(t)
	b.account("a")
	b.account("other")
	first := b.begin("a", "add_only", many(20_000, "u"))
	var waiting []string
	for i := range imports.MaxWaitingOfAccount - 1 {
		waiting = append(waiting, b.begin("a", "add_only", many(1, fmt.Sprint("v", i, "-"))).ID)
	}
	if status, text := b.ask("admin", "", "POST", "/v1/accounts/a/imports?behavior=add_only", many(1, "w")); status != 429 {
		t.Fatal(status, text)
	}
	b.run("other", "add_only", many(1, "w"))
	second := read[imports.Job](b, b.got(200, "POST", "/v1/imports/"+waiting[0]+"/cancel", ""))
	if second.State != imports.Cancelled || second.Done != 0 {
		t.Fatalf("%+v", second)
	}
	b.got(200, "POST", "/v1/imports/"+first.ID+"/cancel", "")
	j := b.ended(first.ID)
	if j.State != imports.Cancelled || j.Done == 0 || j.Done >= j.Total || j.Added != j.Done {
		t.Fatalf("%+v", j)
	}
	for _, id := range waiting[1:] {
		if j := b.ended(id); j.State != imports.Completed || j.Added != 1 {
			t.Fatalf("%+v", j)
		}
	}
	if rows := strings.Count(b.export("a")+b.got(200, "GET", "/v1/accounts/a/users.csv?format=mitel", ""), "@x.com"); rows != 2*(j.Added+len(waiting)-1) {
		t.Errorf("%d users, %d added", rows, j.Added)
	}
	page := read[struct {
		Items []imports.Job
		Next  string `json:"next_cursor"`
	}](b, b.got(200, "GET", "/v1/imports?account_id=a&status=cancelled&limit=1", ""))
	if len(page.Items) != 1 || page.Items[0].ID != waiting[0] || page.Next == "" || strings.Contains(page.Next, waiting[0]) {
		t.Fatalf("%+v", page)
	}
	if text := b.got(200, "GET", "/v1/imports?account_id=a&status=cancelled&cursor="+page.Next, ""); !strings.Contains(text, first.ID) || strings.Contains(text, "next_cursor") {
		t.Fatal(text)
	}
	for _, cursor := range []string{waiting[0], page.Next[1:], page.Next + "&account_id=other", page.Next} { // made up; of other filters
		if status, text := b.ask("admin", "", "GET", "/v1/imports?status=cancelled&cursor="+cursor, ""); status != 422 || !strings.Contains(text, "query.cursor") {
			t.Error(cursor, status, text)
		}
	}
}

// Rows of an account that is deactivated while they are imported fail for that.
func TestAccountDeactivatedMeanwhile(t *testing.T) {
	b := newBed(t)
	b.account("a")
	j := b.begin("a", "add_only", many(20_000, "u"))
	b.do("DeactivateAccount", `{"account_id":"a","confirm":"deactivate"}`)
	j = b.ended(j.ID)
	rows := b.failures(j.ID)
	if j.State != imports.Completed || j.Done != j.Total || j.Failed != len(rows) || j.Failed == 0 || j.Added+j.Failed != j.Total {
		t.Fatalf("%+v, %d failures", j, len(rows))
	}
	for i, r := range rows {
		if r[0] != fmt.Sprint(j.Added+2+i) || r[2] != "account_deactivated" {
			t.Fatalf("failure %d: %q", i, r)
		}
	}
}

// Nothing of a person stands in the clear in the jobs' folder; the file is gone
// when the job has ended, and addresses after an erasure.
func TestPersonsInJobs(t *testing.T) {
	dir := t.TempDir()
	b := newBedIn(t, dir)
	b.account("a")
	b.do("AddUser", `{"account_id":"a","user_id":"eve","email":"eve@x.com","name":"Eve"}`)
	j := b.run("a", "add_only", "EMAIL,NAME,ROLE\r\nzebedee@x.com,Quagmire,boss\r\n=1+1,Quagmire,\r\n")
	err := filepath.WalkDir(filepath.Join(dir, "imports"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), "zebedee") || strings.Contains(string(text), "Quagmire") || strings.HasSuffix(path, ".age") {
			t.Errorf("%s: %s", path, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := b.failures(j.ID); len(got) != 2 || got[0][1] != "zebedee@x.com" || got[1][1] != "'=1+1" {
		t.Fatal(got)
	}
	b.do("ErasePerson", `{"account_id":"a","user_id":"eve","confirm":"erase"}`)
	if got := b.failures(j.ID); len(got) != 2 || got[0][1] != "" || got[0][2] != "invalid_field" {
		t.Fatal(got)
	}
	if j := b.run("a", "add_only", "EMAIL,NAME,ROLE\r\nnext@x.com,Next,boss\r\n"); b.failures(j.ID)[0][1] != "next@x.com" {
		t.Fatal(b.failures(j.ID))
	}
}
