package events

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write golden files that are missing; those that stand are never changed")

// goldens are the entries that the ledger promises to read for ever, by name.
func goldens(t *testing.T) map[string]Entry {
	all := map[string]Entry{}
	for _, p := range allSamples() {
		e := sampleEvent(t, p)
		k, _ := Kinds.Kind(e.Type())
		all[k.SchemaName(k.Current())] = mustEncode(t, e)
	}
	v1 := userActivityRecordedV1{"contoso", "u-1", day{at(2).Truncate(24 * hour)}}
	all["UserActivityRecorded.v1"] = retired(t, sampleEvent(t, &UserActivityRecorded{}), 1, v1)
	for _, p := range []Payload{&ProvisioningMessageRequested{}, &SetupPostponed{}} {
		all[p.EventType()+".v1"] = retired(t, sampleEvent(t, p), 1, unmappedV1{"s-1"})
	}
	return all
}

// retired makes an entry as it was written when a version was the current one.
func retired(t *testing.T, e *Event, version int, shape any) Entry {
	t.Helper()
	data, err := MarshalStrict(shape)
	if err != nil {
		t.Fatal(err)
	}
	k, _ := Kinds.Kind(e.Type())
	return append(newTyped(k, version).appendHead(nil, e), data...)
}

func goldenPath(name string) string { return filepath.Join("testdata", "golden", name+".entry") }

func TestGolden(t *testing.T) {
	want := goldens(t)
	for _, k := range Kinds.Kinds() {
		for v := range k.Versions {
			name := k.SchemaName(v + 1)
			if want[name] == nil {
				t.Errorf("%s has no sample", name)
				continue
			}
			compareGolden(t, name, want[name])
		}
	}
}

func compareGolden(t *testing.T, name string, want Entry) {
	t.Helper()
	got, err := os.ReadFile(goldenPath(name))
	if os.IsNotExist(err) && *update {
		if err := os.WriteFile(goldenPath(name), want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if err != nil {
		t.Errorf("%s: %v; a new kind or version needs its golden file: go test ./events -run Golden -update", name, err)
		return
	}
	if !bytes.Equal(got, want) {
		t.Errorf("%s is written differently from what was recorded:\n%s\nrecorded:\n%s", name, want, got)
	}
}

func TestGoldenFilesHaveRows(t *testing.T) {
	files, err := os.ReadDir(filepath.Dir(goldenPath("")))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".entry")
		if _, err := Kinds.lookup(cloudTypeHead + name); err != nil {
			t.Errorf("%s: its row is gone: %v", f.Name(), err)
		}
	}
}

func TestGoldenFilesAreRead(t *testing.T) {
	for _, p := range allSamples() {
		e := sampleEvent(t, p)
		k, _ := Kinds.Kind(e.Type())
		got := decodeGolden(t, k.SchemaName(k.Current()))
		if !reflect.DeepEqual(got, e) {
			t.Errorf("%s is read as\n%+v %+v, want\n%+v %+v", e.Type(), got, got.Data, e, e.Data)
		}
	}
}

func decodeGolden(t *testing.T, name string) *Event {
	t.Helper()
	b, err := os.ReadFile(goldenPath(name))
	if err != nil {
		t.Fatal(err)
	}
	e, err := Kinds.Decode(7, b)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestRetiredVersionsAreLifted(t *testing.T) {
	for _, p := range []Payload{
		&UserActivityRecorded{"contoso", "u-1", at(2).Truncate(24 * hour)},
		&ProvisioningMessageRequested{SubscriptionID: "s-1"}, &SetupPostponed{SubscriptionID: "s-1"},
	} {
		want := sampleEvent(t, p)
		want.Version = 1
		if got := decodeGolden(t, p.EventType()+".v1"); !reflect.DeepEqual(got, want) {
			t.Errorf("read as %+v %+v, want %+v", got, got.Data, want.Data)
		}
	}
}

// Golden files freeze only what the samples show.
func TestSamplesSetEveryField(t *testing.T) {
	for _, p := range samples {
		unset(t, p.EventType(), reflect.ValueOf(p).Elem())
	}
}

func unset(t *testing.T, name string, v reflect.Value) {
	t.Helper()
	if v.IsZero() {
		t.Errorf("%s is not set in its sample", name)
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		unset(t, name, v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Struct {
			unset(t, name+"[0]", v.Index(0))
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[Personal]() || v.NumMethod() > 0 && v.Type().PkgPath() == "time" {
			return
		}
		for i := range v.NumField() {
			unset(t, name+"."+v.Type().Field(i).Name, v.Field(i))
		}
	}
}
