package mail

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"strings"
	"text/template"
	"unicode"

	"github.com/seatledger/seatledger/aggregates/account"
	"github.com/seatledger/seatledger/aggregates/message"
)

// sender is what a letter says who wrote it.
const sender = "Seatledger"

// ErrAddress: the recipient's address is none that a letter can be sent to.
var ErrAddress = errors.New("the address cannot be written to")

// Facts are what a letter tells.
type Facts struct {
	Kind         string
	Language     string // BCP 47; the letter's is the nearest of en, it, de
	Account      string // name of the customer's organisation
	Partner      string // name of the partner
	Subscription string // id
	Summary      string // of a problem
	Link         string // where to go on; "" is nowhere
}

//go:embed templates
var files embed.FS

var (
	texts = template.Must(template.ParseFS(files, "templates/*.txt"))
	page  = htmltemplate.Must(htmltemplate.ParseFS(files, "templates/page.html"))
)

// Compose sets subject, text, HTML and language of a letter.
func (l *Letter) Compose(f Facts) error {
	l.Language = account.SectionLanguage(f.Language).String()
	f.Account, f.Partner = oneLine(f.Account), oneLine(f.Partner)
	f.Summary = strings.ReplaceAll(f.Summary, "\r\n", "\n")
	var b bytes.Buffer
	if err := texts.ExecuteTemplate(&b, f.Kind+"."+l.Language+".txt", f); err != nil {
		return fmt.Errorf("kind %q: %w", f.Kind, err)
	}
	head, body, _ := strings.Cut(b.String(), "\n")
	// What looks like an encoded word (RFC 2047) is text here.
	l.Subject = strings.ReplaceAll(oneLine(strings.TrimPrefix(head, "Subject: ")), "=?", "= ?")
	l.Text = strings.TrimSpace(body) + "\n"
	b.Reset()
	err := page.Execute(&b, map[string]any{
		"Language": l.Language, "Subject": l.Subject, "Link": f.Link, "Paragraphs": paragraphs(l.Text),
	})
	l.HTML = b.String()
	return err
}

// Kinds lists the kinds of letter that there are texts for.
func Kinds() []string {
	return []string{message.ProvisioningInformation, message.ProblemReported, message.FullAdministrator,
		message.ServiceSetup, message.AccountManaged, message.Invitation}
}

// paragraphs are the parts of a text that an empty line ends, in lines.
func paragraphs(text string) (list [][]string) {
	for p := range strings.SplitSeq(text, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			list = append(list, strings.Split(p, "\n"))
		}
	}
	return list
}

// oneLine keeps a header a header: a name cannot end its line.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	}), " ")
}

func domainOf(address string) string { return address[strings.LastIndexByte(address, '@')+1:] }
