package usercsv

import (
	"fmt"
	"strings"
	"testing"
)

func read(t *testing.T, file string) (rows []Row) {
	t.Helper()
	if _, err := Check(strings.NewReader(file)); err != nil {
		t.Fatal(err)
	}
	for r, err := range Rows(strings.NewReader(file), "contoso", "add_and_remove") {
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, r)
	}
	return rows
}

// IMP-2: a row fails for the first of what is wrong with it, and the others go
// on; rows are told by the file's lines.
func TestRowsThatFail(t *testing.T) {
	all := required + ",Phone Number,Webex Calling,Webex Suite,Messaging,First Name\r\n"
	for name, c := range map[string]struct {
		rows string
		want []string // line and code
	}{
		"no address":                  {" ,x,TREU,TRUE,,\r\n", []string{"2 email_required"}},
		"no address at all":           {"nobody,x,TREU,TRUE,,\r\n", []string{"2 email_invalid"}},
		"seen above":                  {"A@b.com,,TRUE,,,\r\n a@B.com ,x,TREU,,,\r\nc@b.com,,T,,,\r\n", []string{"2 ", "3 email_duplicate", "4 "}},
		"seen above, where it failed": {"a@b.com,x,TRUE,,,\r\na@b.com,,TRUE,,,\r\n", []string{"2 phone_invalid", "3 email_duplicate"}},
		"an invalid one is not seen":  {"a@b,,,,,\r\na@b,,,,,\r\n", []string{"2 email_invalid", "3 email_invalid"}},
		"a phone number":              {"a@b.com,0612345678,TREU,,,\r\n", []string{"2 phone_invalid"}},
		"without its +":               {"a@b.com,390612345678,TRUE,,,\r\n", []string{"2 phone_invalid"}},
		"a flag":                      {"a@b.com,,TREU,TRUE,,\r\n", []string{"2 bad_flag"}},
		"yes is no flag":              {"a@b.com,,TRUE,,yes,\r\n", []string{"2 bad_flag"}},
		"flags":                       {"a@b.com,,t,f,tRuE,\r\n", []string{"2 "}},
		"two packages":                {"a@b.com,,TRUE,T,,\r\n", []string{"2 two_packages"}},
		"a name of two lines":         {"a@b.com,,TRUE,,,\"A\nB\"\r\nc@b.com,,TRUE,,,\r\n", []string{"2 invalid_field", "4 "}},
		"lines that are blank":        {"\r\na@b.com,,TRUE,,,\r\n\r\nb,,TRUE,,,\r\n", []string{"3 ", "5 email_invalid"}},
		"an apostrophe":               {"a@b.com,'+390612345678,TRUE,,,'=A1\r\n", []string{"2 "}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, r := range read(t, all+c.rows) {
				got = append(got, fmt.Sprint(r.Line, " ", r.Code))
				if (r.Code == "") != (r.Message == "") {
					t.Errorf("line %d: %q %q", r.Line, r.Code, r.Message)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}

// What a row asks for; what is blank is not asked for.
func TestWhatRowsAskFor(t *testing.T) {
	r := read(t, "Calling,Webex Suite,"+required+",Location,Phone Number,Display Name,Webex Meetings,Extension,Preferred Webex Site\n"+
		"false,T, Ada@B.com ,Rome,'+390612345678,\"L, Ada\",,12,site\n")[0]
	c := r.Command
	if r.Location != "Rome" || r.Email != "Ada@B.com" || c.Email != "ada@b.com" || c.Name != "L, Ada" || c.PhoneNumber != "+390612345678" ||
		c.Extension != "12" || c.PreferredSite != "site" || fmt.Sprint(c.Packages) != "map[webex_suite:true]" ||
		fmt.Sprint(c.BaseLicenses) != "map[calling:false]" || c.Named || c.AccountID != "contoso" || c.Behavior != "add_and_remove" {
		t.Errorf("%+v %+v", r, c)
	}
	rows := read(t, "EMAIL,ROLE,FIRST NAME\na@b.com,account ADMIN,A\nb@b.com,,\nc@b.com,user,\nd@b.com,Boss,\n")
	for i, want := range []string{"account_admin", "", "user", "Boss"} {
		if c := rows[i].Command; c.Role != want || !c.Named {
			t.Errorf("%+v", c)
		}
	}
	if rows[3].Code != InvalidField || rows[2].Code != "" {
		t.Errorf("%+v", rows)
	}
}
