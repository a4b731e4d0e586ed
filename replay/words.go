package replay

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/seatledger/seatledger/events"
)

// words are a language's sentences.
type words struct {
	language string // en, it or de
	index    int    // of its sentences
}

// languages are those of explanations; the first is for everybody else.
var languages = []string{"en", "it", "de"}

func wordsOf(language string) words {
	for i, l := range languages {
		if l == language {
			return words{l, i}
		}
	}
	return words{languages[0], 0}
}

// fill is what stands in a sentence's braces.
type fill map[string]string

// text is a sentence, its braces filled. One that is not there is a fault of
// the program, which a test finds.
func (w words) text(key string, with fill) string {
	all, ok := sentences[key]
	if !ok {
		panic("replay: no sentence " + key)
	}
	s := all[w.index]
	for name, value := range with {
		// German writes compounds of several words with hyphens throughout.
		s = strings.ReplaceAll(s, "{"+name+"}-", strings.ReplaceAll(value, " ", "-")+"-")
		s = strings.ReplaceAll(s, "{"+name+"}", value)
	}
	return s
}

// say is a sentence of a tale: what all of them speak of is filled in.
func (t *tale) say(key string, with fill) string {
	all := fill{
		"user": t.user(), "topic": t.topic.name, "account": t.q.Account,
		"own": nameOf(t.integration), "manager": nameOf(t.managedBy),
	}
	for name, value := range with {
		all[name] = value
	}
	return t.text(key, all)
}

// cite names an event, when it was and who did it.
func (w words) cite(e *events.Event) string {
	if e == nil {
		return ""
	}
	return w.text("event", fill{"position": strconv.FormatUint(e.Position, 10), "when": w.when(e.Time), "by": w.by(e)})
}

// by is who did it, in words.
func (w words) by(e *events.Event) string {
	role, ok := sentences["role_"+e.ActorRole]
	switch {
	case e.ActorRole == "ledger":
		return w.text("by_ledger", nil)
	case !ok:
		return w.text("by", fill{"actor": e.Actor, "role": e.ActorRole})
	}
	return w.text("by", fill{"actor": e.Actor, "role": role[w.index]})
}

var months = [][12]string{
	{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
	{"gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno", "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre"},
	{"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
}

// when is a time to the second, as people write it.
func (w words) when(t time.Time) string {
	t = t.UTC()
	day := strconv.Itoa(t.Day())
	if w.language == "it" && day == "1" {
		day = "1º"
	}
	return w.text("when", fill{
		"day":   day,
		"month": months[w.index][t.Month()-1],
		"year":  strconv.Itoa(t.Year()),
		"time":  t.Format(time.TimeOnly),
	})
}

// Text is the whole explanation as a letter that can be sent to a customer.
func (v *Explanation) Text() string {
	w := wordsOf(v.Language)
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", v.Title)
	head, of := "letter_of", fill{"account": v.AccountID, "when": w.when(v.Time), "position": strconv.FormatUint(v.Position, 10)}
	if v.SubscriptionID != "" {
		head, of["subscription"] = "letter_of_subscription", v.SubscriptionID
	}
	fmt.Fprintf(&b, "%s\n\n", w.text(head, of))
	fmt.Fprintf(&b, "%s\n", wrapped(v.Answer+cited(v.Rules), "  "))
	if v.Page != "" {
		fmt.Fprintf(&b, "%s\n", wrapped(v.Page, "  "))
	}
	fmt.Fprintf(&b, "\n%s\n", w.text("letter_steps", nil))
	if v.Omitted > 0 {
		fmt.Fprintf(&b, "  %s\n", w.text("letter_omitted", fill{"n": strconv.Itoa(v.Omitted)}))
	}
	for i := range v.Steps {
		s := &v.Steps[i]
		fmt.Fprintf(&b, "\n  %s\n%s\n", w.text("letter_step", fill{
			"position": strconv.FormatUint(s.Position, 10), "when": w.when(s.Time), "by": s.By, "type": s.Type}),
			wrapped(s.Text+cited(s.Rules), "      "))
	}
	fmt.Fprintf(&b, "\n%s\n", wrapped(w.text("letter_end", nil), ""))
	return b.String()
}

func cited(rules []string) string {
	if len(rules) == 0 {
		return ""
	}
	return " [" + strings.Join(rules, ", ") + "]"
}

// lineWidth is where the lines of a letter end, in characters.
const lineWidth = 78

// wrapped breaks a text into lines behind an indent.
func wrapped(text, indent string) string {
	var b strings.Builder
	width := 0
	for _, word := range strings.Fields(text) {
		n := len([]rune(word))
		switch {
		case width == 0:
			b.WriteString(indent)
			width = len(indent)
		case width+1+n > lineWidth:
			b.WriteString("\n" + indent)
			width = len(indent)
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += n
	}
	return b.String()
}
