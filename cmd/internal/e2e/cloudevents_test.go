package e2e

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cloudevents/sdk-go/v2/binding"
	"github.com/cloudevents/sdk-go/v2/binding/spec"
	"github.com/nats-io/nats.go/jetstream"
)

// binaryMode presents a message of the feed to the CloudEvents SDK: the NATS
// protocol binding's binary mode, attributes in headers with the prefix "ce-".
type binaryMode struct{ jetstream.Msg }

var feedSpecs = spec.WithPrefix("ce-")

func (m binaryMode) version() spec.Version {
	return feedSpecs.Version(m.Headers().Get(feedSpecs.PrefixedSpecVersionName()))
}

func (m binaryMode) ReadEncoding() binding.Encoding {
	if m.version() == nil {
		return binding.EncodingUnknown
	}
	return binding.EncodingBinary
}

func (m binaryMode) ReadStructured(context.Context, binding.StructuredWriter) error {
	return binding.ErrNotStructured
}

func (m binaryMode) ReadBinary(_ context.Context, w binding.BinaryWriter) error {
	for name, values := range m.Headers() {
		var err error
		if attribute := m.version().Attribute(name); attribute != nil {
			err = w.SetAttribute(attribute, values[0])
		} else if extension, found := strings.CutPrefix(name, "ce-"); found {
			err = w.SetExtension(extension, values[0])
		}
		if err != nil {
			return err
		}
	}
	return w.SetData(bytes.NewReader(m.Data()))
}

func (m binaryMode) GetAttribute(k spec.Kind) (spec.Attribute, any) {
	a := m.version().AttributeFromKind(k)
	return a, m.Headers().Get(a.PrefixedName())
}

func (m binaryMode) GetExtension(name string) any { return m.Headers().Get("ce-" + name) }
func (m binaryMode) Finish(error) error           { return nil }

// The official SDK reads every message of the feed as a valid event, with the
// attributes that the contract promises.
func TestFeedIsCloudEvents(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.peopled()
	traced := b.With("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").With("Seatledger-Actor", "someone")
	accepted(t, traced.Do("AssignLicense", seat("a0", "u0")), "AssignLicense", nil)
	events := b.history(1)
	end := uint64(len(events))
	for i, m := range b.feed(func(m jetstream.Msg) bool { return sequence(m) >= end }) {
		e, err := binding.ToEvent(t.Context(), binaryMode{m})
		if err != nil {
			t.Fatal(err)
		}
		if err := e.Validate(); err != nil {
			t.Fatalf("%s: %v", m.Subject(), err)
		}
		want := events[i]
		moment, _ := time.Parse(time.RFC3339Nano, want["time"].(string))
		aggregate, id := want["aggregate"].(string), want["aggregate_id"].(string)
		name := want["type"].(string) + ".v1"
		if e.ID() != want["id"] || e.Subject() != id || !e.Time().Equal(moment) || e.DataContentType() != "application/json" ||
			e.Type() != "seatledger."+name || e.DataSchema() != "urn:seatledger:schema:"+name ||
			e.Source() != "/partners/"+want["partner_id"].(string)+"/"+aggregate+"s/"+id {
			t.Errorf("event %d: %v\nhistory: %v", i+1, e, want)
		}
		for _, x := range []string{"actor", "actorrole", "commandid", "commandtype", "correlationid"} {
			if e.Extensions()[x] == nil {
				t.Errorf("event %d has no extension %s: %v", i+1, x, e)
			}
		}
		if uint64(i+1) == end && (e.Extensions()["actor"] != "someone" || !strings.HasPrefix(asText(e.Extensions()["traceparent"]), "00-0af7651916cd43dd8448eb211c80319c")) {
			t.Errorf("the caller's actor and trace: %v", e.Extensions())
		}
	}
}

func asText(v any) string { s, _ := v.(string); return s }

// Personal data stand sealed: not in the feed, not in any file, yet in the
// view; once erased, not there either.
func TestPersonalDataAreSealed(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	secrets := []string{"zebedee-quagmire", "Zebedeus", "Quagmirious", "+3906555019283"}
	before := b.done("AddUser", body{
		"account_id": "a", "user_id": "u", "email": secrets[0] + "@sealed.example", "first_name": secrets[1], "last_name": secrets[2],
	}).Position
	b.done("UpdateUser", body{"account_id": "a", "user_id": "u", "phone_number": secrets[3]})
	end := b.end()
	for _, m := range b.feed(func(m jetstream.Msg) bool { return sequence(m) >= end }) {
		for _, s := range secrets {
			if bytes.Contains(m.Data(), []byte(s)) || strings.Contains(strings.ToLower(m.Subject()), strings.ToLower(s)) {
				t.Errorf("message %d of the feed tells %q: %s", sequence(m), s, m.Data())
			}
		}
	}
	user := func(options ...string) string { return string(b.seen("/v1/accounts/a/users/u", options...).Body) }
	for _, s := range secrets[:3] {
		if !strings.Contains(user("as_of", decimal(before)), s) || !strings.Contains(user("min_position", decimal(end)), s) {
			t.Errorf("the view does not tell %q: %s", s, user())
		}
	}
	b.nowhereInFiles(secrets)
	b.down() // what was in memory is written
	b.nowhereInFiles(secrets)
	b.up()
	b.erased(secrets, before, end)
}

// erased erases the person, and wants none of the words in the view any more,
// at no position, also when the views were made again.
func (b *bed) erased(secrets []string, positions ...uint64) {
	b.Helper()
	user := func(options ...string) string { return string(b.seen("/v1/accounts/a/users/u", options...).Body) }
	b.done("ErasePerson", body{"account_id": "a", "user_id": "u", "confirm": "erase"})
	check := func(stage string) {
		told := string(b.seen("/v1/events", "account_id", "a", "limit", "1000", "min_position", decimal(b.end())).Body)
		looks := [][]string{{"min_position", decimal(b.end())}}
		for _, p := range positions {
			looks = append(looks, []string{"as_of", decimal(p)})
		}
		for _, options := range looks {
			shows := user(options...)
			for _, s := range secrets {
				if strings.Contains(shows+told, s) {
					b.Errorf("%s, %v: the view or the history still tells %q", stage, options, s)
				}
			}
			if !strings.Contains(strings.ReplaceAll(shows, " ", ""), `{"erased":true}`) {
				b.Errorf("%s, %v: the view does not say that it was erased: %s", stage, options, shows)
			}
		}
	}
	check("at once")
	b.down()
	if err := os.RemoveAll(filepath.Join(b.dir, "views")); err != nil {
		b.Fatal(err)
	}
	b.nowhereInFiles(secrets)
	b.up()
	check("after a rebuild")
}

// nowhereInFiles wants none of the words in any file of the data folder.
func (b *bed) nowhereInFiles(words []string) {
	b.Helper()
	files := 0
	err := filepath.WalkDir(b.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // files come and go while the ledger runs
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return nil
		}
		files++
		for _, w := range words {
			if bytes.Contains(data, []byte(w)) {
				b.Errorf("%s holds %q", path, w)
			}
		}
		return nil
	})
	if err != nil || files < 5 {
		b.Errorf("only %d files were read: %v", files, err)
	}
}
