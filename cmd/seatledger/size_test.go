package main

import "testing"

func TestSizes(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0.0 kB", 49: "0.0 kB", 512: "0.5 kB", 40_300: "40.3 kB", 999_949: "999.9 kB", 999_950: "1.0 MB",
		1_000_000: "1.0 MB", 123_456_789: "123.5 MB", 999_950_000: "1.0 GB", 4_200_000_000_000: "4200.0 GB",
	} {
		if got := inBytes(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
