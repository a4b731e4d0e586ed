package e2e

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oklog/ulid/v2"
)

// Where a person's wrapped key stands behind its id in the file of keys.
const (
	keyBehindID = 16
	keyBytes    = 60
)

var erasable = []string{"zebedee-quagmire", "Zebedeus", "+3906555019283"}

// inEveryForm are words as they are and in base64, at every alignment.
func inEveryForm(words []string) []string {
	all := append([]string(nil), words...)
	for _, w := range words {
		for shift := range 3 {
			text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("x", shift) + w))
			from := (shift*8 + 5) / 6
			all = append(all, text[from:(shift+len(w))*8/6])
		}
	}
	return all
}

// wrappedKey is the person's key as the file of keys has it.
func (b *bed) wrappedKey(person string) []byte {
	b.Helper()
	id, err := ulid.ParseStrict(person)
	if err != nil {
		b.Fatal(err)
	}
	files, _ := filepath.Glob(filepath.Join(b.dir, "keys", "*"))
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			b.Fatal(err)
		}
		if at := bytes.Index(data, id[:]); at >= 0 {
			return data[at+keyBehindID:][:keyBytes]
		}
	}
	b.Fatalf("no file of keys has the person %s", person)
	return nil
}

// erasure is a person before and after an erasure.
type erasure struct {
	*bed
	first, last uint64 // positions of the first and last event of the person
	tags        map[string]string
}

// everywhere is all that the API shows of the person, and whether any of it
// still has the tag that it had when this was asked last.
func (e *erasure) everywhere() (text string, sameTag []string) {
	e.Helper()
	tags := map[string]string{}
	for _, path := range []string{"/v1/accounts/a", "/v1/accounts/a/users", "/v1/accounts/a/users/u", "/v1/events"} {
		for _, options := range [][]string{{"as_of", decimal(e.last)}, nil, {"min_position", decimal(e.end())}} {
			a := e.seen(path, options...)
			text += string(a.Body)
			name := path + strings.Join(options, "=")
			if tags[name] = a.Header.Get("Etag"); tags[name] == e.tags[name] {
				sameTag = append(sameTag, name)
			}
		}
	}
	e.tags = tags
	_, heard := e.hear(e.first-1, int(e.last-e.first)+1, nil)
	return text + heard, sameTag
}

// gone wants nothing of the person in any answer.
func (e *erasure) gone(stage string) {
	e.Helper()
	text, _ := e.everywhere()
	for _, w := range erasable {
		if strings.Contains(text, w) {
			e.Errorf("%s: %q is still told", stage, w)
		}
	}
	if !strings.Contains(text, `{"erased":true}`) || !strings.Contains(text, "help@a.example") {
		e.Errorf("%s: %.2000s", stage, text)
	}
}

// Once ErasePerson is answered nothing tells of the person any more: no view,
// no history, no moment of the past, no repeated answer; nor, when the ledger
// has stopped, any file. Rebuilt views and an old copy of the keys bring
// nobody back.
func TestErasure(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.founded()
	user := body{"account_id": "a", "user_id": "u", "email": erasable[0] + "@sealed.example", "name": erasable[1]}
	e := &erasure{bed: b}
	added := accepted(b, b.Keyed("add").Do("AddUser", user), "AddUser", user)
	e.first = added.Position
	b.done("UpdateUser", body{"account_id": "a", "user_id": "u", "phone_number": erasable[2]})
	e.last = b.done("AddSupportContact", body{"account_id": "a", "email": erasable[0] + "@sealed.example", "name": erasable[1]}).Position
	before, _ := e.everywhere()
	for _, w := range erasable {
		if !strings.Contains(before, w) {
			t.Errorf("before, %q is not told", w)
		}
	}
	person, _ := b.history(e.first)[0]["data"].(map[string]any)["person_id"].(string)
	key := bytes.Clone(b.wrappedKey(person))
	oldKeys := t.TempDir()
	if err := os.CopyFS(oldKeys, os.DirFS(filepath.Join(b.dir, "keys"))); err != nil {
		t.Fatal(err)
	}

	out := b.done("ErasePerson", body{"account_id": "a", "user_id": "u", "confirm": "erase"})
	if len(out.Events) != 1 || out.Events[0].Type != "PersonErased" {
		t.Errorf("%s", out.Body)
	}
	if text, same := e.everywhere(); len(same) > 0 || strings.Contains(text, erasable[0]) {
		t.Errorf("the tags of %v are what they were", same)
	}
	e.gone("at once")
	again := accepted(b, b.Keyed("add").Do("AddUser", user), "AddUser", user)
	if again.Header.Get("Idempotency-Replayed") != "true" || again.CommandID != added.CommandID || bytes.Contains(again.Body, []byte(erasable[0])) {
		t.Errorf("the answer again: %s", again.Body)
	}
	if more := b.done("ErasePerson", body{"account_id": "a", "user_id": "u", "confirm": "erase"}); len(more.Events) > 0 {
		t.Errorf("erased twice: %s", more.Body)
	}

	b.down()
	if now := b.wrappedKey(person); !bytes.Equal(now, make([]byte, keyBytes)) || bytes.Equal(key, now) {
		t.Error("the key still stands")
	}
	b.nowhereInFiles(append(inEveryForm(erasable), string(key)))
	if err := os.CopyFS(b.dir+"/keys.new", os.DirFS(oldKeys)); err != nil {
		t.Fatal(err)
	}
	b.replaceKeys("keys.new")
	b.up()
	e.gone("with an old copy of the keys")
	b.down()
	if err := os.RemoveAll(filepath.Join(b.dir, "views")); err != nil {
		t.Fatal(err)
	}
	b.nowhereInFiles(append(inEveryForm(erasable), string(key)))
	b.up()
	e.gone("after a rebuild")
	b.done("RemoveUser", body{"account_id": "a", "user_id": "u"})
	b.done("AddUser", body{"account_id": "a", "user_id": "u", "email": erasable[0] + "@sealed.example", "name": "New"})
}

// replaceKeys puts a folder in the place of the keys.
func (b *bed) replaceKeys(with string) {
	b.Helper()
	keys := filepath.Join(b.dir, "keys")
	if err := os.RemoveAll(keys); err != nil {
		b.Fatal(err)
	}
	if err := os.Rename(filepath.Join(b.dir, with), keys); err != nil {
		b.Fatal(err)
	}
}
