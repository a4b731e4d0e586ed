package paper

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seatledger/seatledger/projections"
)

// timeLayout is how a summary writes times, in UTC.
const timeLayout = "2006-01-02 15:04 UTC"

// summary is a document about one order.
type summary struct {
	*sheet
	*projections.Summary
	labels
}

// Summary is the order summary of a subscription as a PDF (SUB-11), in "en",
// "it" or "de".
func Summary(of *projections.Summary, language string) ([]byte, error) {
	w := words[language]
	title := w.title + " " + of.SubscriptionID
	sheet, err := newSheet(title, language, title, newest(of), facesOf(texts(of)...))
	if err != nil {
		return nil, err
	}
	d := summary{sheet, of, w}
	d.paragraph(titlePt, "B", title)
	d.order()
	d.organizations()
	d.ordered()
	d.sites()
	d.location()
	d.dates()
	return d.bytes()
}

// newest is the time of the last event that a summary tells of.
func newest(of *projections.Summary) time.Time {
	return slices.MaxFunc([]time.Time{of.ReceivedAt, of.PartnerMappedAt, of.CustomerMappedAt, of.ProvisionedAt}, time.Time.Compare)
}

// texts are those that people wrote.
func texts(of *projections.Summary) []string {
	list := []string{of.ProvisioningContact.Text()}
	for _, p := range []*projections.SummaryParty{of.Partner, of.Customer} {
		if p != nil {
			list = append(list, p.Name)
		}
	}
	if l := of.Location; l != nil {
		list = append(list, l.Name, l.Address, l.City, l.PostalCode)
	}
	return list
}

// facts writes names and values, in two columns.
func (d *summary) facts(namesAndValues ...string) {
	for i := 0; i < len(namesAndValues); i += 2 {
		if v := namesAndValues[i+1]; v != "" { // #nosec G602 -- they come in pairs
			d.row("", []float64{0.35, 0.65}, []string{namesAndValues[i], v})
		}
	}
	d.y += gapMM
}

func (d *summary) order() {
	contact := d.ProvisioningContact.Text()
	if contact == "" {
		contact = d.labels.erased
	}
	d.facts(d.labels.order, d.SubscriptionID, d.status, d.statuses[d.Status], d.purpose, d.purposes[d.OrderFor], d.contact, contact)
}

func (d *summary) organizations() {
	for _, p := range []struct {
		label string
		of    *projections.SummaryParty
	}{{d.partner, d.Partner}, {d.customer, d.Customer}} {
		d.heading(p.label)
		if p.of == nil {
			d.facts(d.name, d.none)
			continue
		}
		d.facts(d.name, join(p.of.Name, p.of.Country), d.id, p.of.ID)
	}
}

func (d *summary) ordered() {
	d.heading(d.services)
	var rows [][]string
	for _, l := range d.Services {
		rows = append(rows, []string{l.Name, strconv.Itoa(l.Quantity), d.yesOrNo(l.SetUp)})
	}
	d.table([]float64{0.5, 0.25, 0.25}, []string{d.service, d.quantity, d.setUp}, rows)
}

func (d *summary) sites() {
	if len(d.Sites) == 0 {
		return
	}
	d.heading(d.labels.sites)
	var rows [][]string
	for _, s := range d.Sites {
		rows = append(rows, []string{s.SiteURL + ".webex.com", s.TimeZone, d.yesOrNo(s.EarlyRelease), strconv.Itoa(s.Licenses)})
	}
	d.table([]float64{0.4, 0.26, 0.2, 0.14}, []string{d.url, d.zone, d.early, d.licenses}, rows)
}

func (d *summary) location() {
	l := d.Location
	if l == nil {
		return
	}
	d.heading(d.labels.location)
	d.facts(d.name, l.Name, d.address, join(l.Address, strings.TrimSpace(l.PostalCode+" "+l.City), l.Country),
		d.languageOf, l.Language, d.zone, l.TimeZone)
}

func (d *summary) dates() {
	d.heading(d.labels.dates)
	d.facts(d.received, moment(d.ReceivedAt), d.partnerMapped, moment(d.PartnerMappedAt),
		d.customerMapped, moment(d.CustomerMappedAt), d.provisioned, moment(d.ProvisionedAt))
}

func (d *summary) yesOrNo(v bool) string {
	if v {
		return d.yes
	}
	return d.no
}

// moment writes a time; "" for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeLayout)
}

// join puts commas between what is not empty.
func join(parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), ", ")
}
