package spec

import (
	"fmt"

	"github.com/seatledger/seatledger/aggregates/message"
)

const (
	report   = `P ReportProblem {"account_id":"contoso","summary":"no dial tone"}`
	sent     = `L RecordMessageSent {"account_id":"contoso","message_id":"ID000026-ID000007"}`
	rejected = `L RecordMessageFailed {"account_id":"contoso","message_id":"ID000026-ID000007","reason":"rejected","smtp_code":550}`
)

var (
	reported = join(users, report)
	twoTold  = join(users, bobIsContact, report)
)

var messageRows = []proof{
	{"ACC-7", reported, sent, then(`MessageSent {"message_id":"ID000026-ID000007","kind":"problem_reported","event_id":"ID000026","account_id":"contoso","person_id":"ID000007"}`)},
	{"ACC-7", join(reported, sent), sent, then("nothing")},
	{"ACC-7", reported, rejected, then(`MessageFailed {"message_id":"ID000026-ID000007","reason":"rejected","smtp_code":550}`)},
	{"ACC-7", join(reported, rejected), sent, then("nothing")},
	{"ACC-7", join(reported, sent), rejected, then("nothing")},
	{"ACC-7", join(reported, deactivate), sent, then("MessageSent")},
	{"ACC-7", join(reported, remove), sent, then("MessageSent")},
	{"ACC-7", join(reported, "P"+eraseHelp), sent, then("nothing")},
	{"section-2", users, sent, then("refused not_found")},
	{"section-2", reported, `A RecordMessageFailed {"account_id":"contoso","message_id":"ID000026-ID000007","reason":"tired","smtp_code":450}`, then("invalid reason", "invalid smtp_code")},
	{"section-2", reported, `S RecordMessageSent {"account_id":"contoso","message_id":"ID000026-ID000007"}`, then("refused forbidden")},
	{"section-2", reported, `P RecordMessageFailed {"account_id":"contoso","message_id":"ID000026-ID000007","reason":"rejected"}`, then("refused forbidden")},
}

// told lists the messages of an account, or of none, in few words.
func told(account string) func(*world) any {
	return func(w *world) any {
		list := []string{}
		for _, m := range message.Messages.Scan(w.rows, message.Scope(account)) {
			list = append(list, fmt.Sprint(m.Kind, " ", m.To.Plain, " ", m.State, m.Reason))
		}
		return list
	}
}

// waits counts the messages that nobody has sent.
func waits(w *world) any {
	n := 0
	for range message.Pending.Scan(w.rows, "") {
		n++
	}
	return n
}

var messageShows = []show{
	{"ACC-7", users, waits, `0`},
	{"ACC-7", users, told("contoso"), `[]`},
	{"ACC-7", twoTold, told("contoso"), `["problem_reported help@contoso.com waiting","problem_reported bob@contoso.com waiting"]`},
	{"ACC-7", twoTold, waits, `2`},
	{"ACC-7", join(partners, `P ReportProblem {"account_id":"acme","summary":"x"}`), told("acme"), `[]`},
	{"ACC-7", join(reported, sent), told("contoso"), `["problem_reported help@contoso.com sent"]`},
	{"ACC-7", join(reported, sent), waits, `0`},
	{"ACC-7", join(reported, rejected), told("contoso"), `["problem_reported help@contoso.com failedrejected"]`},
	{"section-2", join(reported, "P"+eraseHelp), told("contoso"), `["problem_reported  erased"]`},
	{"section-2", join(reported, "P"+eraseHelp), waits, `0`},
	{"section-2", join(reported, sent, "P"+eraseHelp), told("contoso"), `["problem_reported  sent"]`},
	{"CNV-5", converted, told("contoso"), `["account_now_managed kim@contoso.com waiting"]`},
	{"CNV-5", join(consumers, convert(kimAndLee)), waits, `2`},
	{"CNV-3", join(users, "P"+inviteJo), told("contoso"), `["invitation jo@contoso.com waiting"]`},
	{"SUB-1", join(partners, received("s", "ann@acme.example", allServices)), told(""), `["provisioning_information_required ann@acme.example waiting"]`},
	{"SUB-1", join(partners, received("s", "ann@acme.example", allServices), onSub("S", "ResendProvisioningMessage", "")), waits, `2`},
	{"SUB-2", join(partners, received("s", "ann@acme.example", allServices), onSub("S", "DeclareOrderFor", `,"for":"someone_else","email":"ben@b.example"`)),
		told(""), `["provisioning_information_required ann@acme.example waiting","provisioning_information_required ben@b.example waiting"]`},
	{"SUB-1", join(partners, received("s", "ann@acme.example", allServices), `A ErasePerson {"email":"ann@acme.example","confirm":"erase"}`),
		told(""), `["provisioning_information_required  erased"]`},
	{"SUB-5", requested, told("initech"), `[]`}, // it has no administrator yet
	{"SUB-5", join(foreignDone, `A AddUser {"account_id":"initech","email":"i@initech.com","name":"I","role":"account_admin"}`, onSub("P", "RequestFullAdministrator", "")),
		told("initech"), `["full_administrator_requested i@initech.com waiting"]`},
	{"SUB-6", join(mapped, onSub("P", "DelegateServiceSetup", `,"admin_email":"zoe@contoso.com"`)), told("contoso"), `["service_setup_handed_over zoe@contoso.com waiting"]`},
}
