package logtest

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// What make torture asks for, in the environment. Without them a torture is
// short and always the same: one life.
const (
	minutesVariable = "SEATLEDGER_TORTURE_MINUTES" // until no new life begins; 0 is one life
	seedVariable    = "SEATLEDGER_TORTURE_SEED"    // of the first life; each next one has the next
)

// began is when the first torture of this process could begin.
var began = time.Now()

// Lives runs a torture, life by life: each begins with nothing, and all chance
// in it comes from its seed, which is seed in a short torture. A long one has at
// least so many lives.
func Lives(t *testing.T, seed uint64, least int, live func(t *testing.T, rng *rand.Rand)) {
	minutes, long := variable(t, minutesVariable)
	if given, ok := variable(t, seedVariable); ok {
		seed = uint64(given)
	}
	if !long || minutes == 0 {
		least = 1
	}
	until := began.Add(time.Duration(minutes) * time.Minute)
	for n := 0; n < least || time.Now().Before(until); n++ {
		ok := t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Cleanup(func() {
				if t.Failed() {
					t.Logf("to repeat this life: make torture MINUTES=0 SEED=%d ONLY=%s", seed, nameOf(t))
				}
			})
			live(t, rand.New(rand.NewPCG(seed, 0))) // #nosec G404 -- a life must be repeatable
		})
		if !ok {
			return
		}
		seed++
	}
}

// nameOf is the name of the test that a life belongs to.
func nameOf(t *testing.T) string {
	for i, c := range t.Name() {
		if c == '/' {
			return t.Name()[:i]
		}
	}
	return t.Name()
}

func variable(t *testing.T, name string) (n int, given bool) {
	t.Helper()
	text, given := os.LookupEnv(name)
	if !given || text == "" {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		t.Fatalf("%s=%q is not a number", name, text)
	}
	return n, true
}
