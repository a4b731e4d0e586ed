package events

import "testing"

func BenchmarkEncode(b *testing.B) {
	e := sampleEvent(b, &UserLicenseAssigned{"contoso", "u-1", "mitel_one"})
	b.SetBytes(int64(len(mustEncode(b, e))))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Kinds.Encode(e); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	entry := mustEncode(b, sampleEvent(b, &UserLicenseAssigned{"contoso", "u-1", "mitel_one"}))
	b.SetBytes(int64(len(entry)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Kinds.Decode(1, entry); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFrame is a frame of 64 commands of one event.
func BenchmarkFrame(b *testing.B) {
	f := &Frame{Epoch: 1, First: 1, End: true}
	for range 64 {
		f.Entries = append(f.Entries, mustEncode(b, sampleEvent(b, &UserLicenseAssigned{"contoso", "u-1", "mitel_one"})))
	}
	encoded := f.Encode()
	b.Run("encode", func(b *testing.B) {
		for b.Loop() {
			f.Encode()
		}
	})
	b.Run("decode", func(b *testing.B) {
		for b.Loop() {
			if _, err := DecodeFrame(encoded); err != nil {
				b.Fatal(err)
			}
		}
	})
}
