package keys

import (
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/oklog/ulid/v2"

	"github.com/seatledger/seatledger/events"
)

func five(person string) *events.UserAdded {
	u := user(person)
	u.Name = events.Clear("Ada Lovelace")
	return u
}

// five fields of one user, the fifth being the phone number of an update.
func fiveFields(person string) []events.Personable {
	return []events.Personable{five(person), &events.UserUpdated{PersonID: person, Changes: events.UserChanges{
		PhoneNumber: &events.PersonalChange{New: events.Clear("+390612345678")},
	}}}
}

func BenchmarkSealKnown(b *testing.B) {
	s := openStore(b, b.TempDir(), Options{})
	person := personOf(b)
	sealed(b, s, person)
	b.ReportAllocs()
	for b.Loop() {
		if err := s.Seal(fiveFields(person)...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSealNew(b *testing.B) {
	s := openStore(b, b.TempDir(), Options{})
	for b.Loop() {
		if err := s.Seal(fiveFields(ulid.Make().String())...); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSealNew1000 is of 1,000 new persons at once.
func BenchmarkSealNew1000(b *testing.B) {
	s := openStore(b, b.TempDir(), Options{})
	for b.Loop() {
		var vs []events.Personable
		for range 1000 {
			vs = append(vs, fiveFields(ulid.Make().String())...)
		}
		if err := s.Seal(vs...); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkErase(b *testing.B) {
	s := openStore(b, b.TempDir(), Options{})
	for b.Loop() {
		if err := s.Erase(ulid.Make().String()); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkOpen(b *testing.B, persons int) {
	s := openStore(b, b.TempDir(), Options{})
	us, vs := make([]*events.UserAdded, persons), make([]events.Personable, persons)
	for i := range us {
		us[i] = five(ulid.Make().String())
		vs[i] = us[i]
	}
	if err := s.Seal(vs...); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		u := *us[i%persons]
		u.Email.Plain, u.FirstName.Plain, u.LastName.Plain, u.Name.Plain = "", "", "", ""
		if err := s.Open(&u); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkOpen is of four fields of a person whose key is in the cache.
func BenchmarkOpen(b *testing.B) { benchmarkOpen(b, 1) }

// BenchmarkOpenCold is of persons whose keys never are.
func BenchmarkOpenCold(b *testing.B) { benchmarkOpen(b, 3*cacheKeys) }

// BenchmarkStart opens a store of 100,000 persons, or as many as the
// environment says, and tells the memory that it takes.
func BenchmarkStart(b *testing.B) {
	persons := 100_000
	if n, err := strconv.Atoi(os.Getenv("SEATLEDGER_BENCH_PERSONS")); err == nil {
		persons = n
	}
	dir := b.TempDir()
	s := openStore(b, dir, Options{})
	for n := 0; n < persons; n += 10_000 {
		ids := make([]ulid.ULID, min(10_000, persons-n))
		for i := range ids {
			ids[i] = ulid.Make()
		}
		if err := s.create(ids); err != nil {
			b.Fatal(err)
		}
	}
	closeStore(b, s)
	before := heap()
	for b.Loop() {
		s = openStore(b, dir, Options{})
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
	s = openStore(b, dir, Options{})
	b.ReportMetric(float64(heap()-before)/float64(persons), "B/person")
	start := time.Now()
	if err := s.Rotate(NewKEK()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/rotation")
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
