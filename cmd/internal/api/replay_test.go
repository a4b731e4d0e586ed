package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"
	"pgregory.net/rapid"

	"github.com/seatledger/seatledger/aggregates/writer"
	"github.com/seatledger/seatledger/cmd/internal/problem"
	"github.com/seatledger/seatledger/projections"
	"github.com/seatledger/seatledger/replay"
	"github.com/seatledger/seatledger/replay/sim"
)

// Sizes of the random history that is replayed.
const (
	replayWalks   = 6
	replaySteps   = 60
	replayLongest = 1000 // until a user holds a licence at the end
	replayMoments = 60
)

// history plays random walks through the ledger, and returns the log's end.
func (s *server) history() (worlds []sim.World, end uint64) {
	s.t.Helper()
	rapid.Check(s.t, func(t *rapid.T) {
		if len(worlds) == replayWalks {
			return
		}
		w, m := sim.NewWorld(fmt.Sprintf("w%d", len(worlds))), sim.New()
		worlds = append(worlds, w)
		send := func(c sim.Command, by sim.Caller) {
			body, err := json.Marshal(c.Body)
			if err != nil {
				t.Fatal(err)
			}
			r := s.post(c.Name, string(body), as(by.Role, by.Scope)...)
			var a writer.Answer
			if err := json.Unmarshal(r.body, &a); err == nil && r.StatusCode == 200 {
				end = a.Position
			}
			m, _ = m.Apply(c, by, time.Now())
		}
		for _, c := range w.Founding() {
			send(c, sim.Caller{Role: "admin"})
		}
		for n := 0; n < replaySteps || n < replayLongest && !licensed(m); n++ {
			send(w.Draw(t, m, time.Now()))
		}
	})
	return worlds, end
}

// licensed is whether a user of the model holds MiTeam Meetings.
func licensed(m *sim.Model) bool {
	for _, a := range m.Accounts {
		for _, u := range a.Users {
			if u.Licenses[sim.Meetings].State == "active" {
				return true
			}
		}
	}
	return false
}

// What the log alone says of a moment is, byte for byte, what the views say
// (B8's other half: it must be right before it is fast).
func TestReplayShowsWhatViewsShow(t *testing.T) {
	s := newLedger(t)
	worlds, end := s.history()
	var times []string
	for e := uint64(1); e <= end; e += max(1, end/20) {
		v, _ := s.get(fmt.Sprintf("/v1/events?from=%d&to=%d&min_position=%d", e, e, end))
		times = append(times, v["items"].([]any)[0].(map[string]any)["time"].(string))
	}
	found := 0
	for i := range uint64(replayMoments) {
		w := worlds[i%uint64(len(worlds))]
		at := strconv.FormatUint(end*i/(replayMoments-1), 10)
		if i%3 == 2 {
			at = times[int(i)%len(times)]
		}
		paths := []string{"/partners/" + w.Partner, "/subscriptions/" + w.Partner[:2] + "-s" + strconv.Itoa(int(1+i%2)), "/orders/" + w.Partner[:2] + "-o" + strconv.Itoa(int(1+i%9))}
		for _, id := range append(w.Accounts, w.Partner) {
			paths = append(paths, "/accounts/"+id, "/accounts/"+id+"/pools", fmt.Sprintf("/accounts/%s/users/u%d", id, 1+i%4))
		}
		for _, path := range paths {
			want := s.send("GET", "/v1"+path+"?as_of="+at, "")
			got := s.send("GET", "/v1/replay"+path+"?as_of="+at, "")
			if want.StatusCode != got.StatusCode || !bytes.Equal(want.body, got.body) {
				t.Fatalf("%s as of %s: %d %s\nreplayed: %d %s", path, at, want.StatusCode, want.body, got.StatusCode, got.body)
			}
			if want.StatusCode == 200 {
				found++
			}
		}
	}
	if found < replayMoments {
		t.Errorf("only %d views were there to be compared", found)
	}
	states := map[string]int{}
	for i := range uint64(10) {
		s.explained(worlds, strconv.FormatUint(end*(i+1)/10, 10), states)
	}
	if states["active"] == 0 || states["none"] == 0 {
		t.Errorf("hardly anything was explained: %v", states)
	}
}

// explained compares what explanations end with to what the views show.
func (s *server) explained(worlds []sim.World, at string, states map[string]int) {
	s.t.Helper()
	for _, w := range worlds {
		for _, id := range w.Accounts {
			for i := range 4 {
				path := fmt.Sprintf("/v1/accounts/%s/users/u%d", id, i+1)
				user := s.send("GET", path+"?as_of="+at, "")
				explained := s.send("GET", path+"/explain?product=miteam_meetings&as_of="+at, "")
				var v projections.List[replay.Explanation]
				if err := json.Unmarshal(explained.body, &v); err != nil || explained.StatusCode == 200 && len(v.Items) != 1 {
					s.t.Fatalf("%s: %d %s", path, explained.StatusCode, explained.body)
				}
				if user.StatusCode != 200 {
					continue
				}
				var u struct {
					Sections []struct {
						License struct {
							State string `json:"state"`
						} `json:"license"`
					} `json:"products_and_licenses"`
				}
				if err := json.Unmarshal(user.body, &u); err != nil {
					s.t.Fatal(err)
				}
				state := v.Items[0].State
				states[state]++
				if state != u.Sections[0].License.State {
					s.t.Errorf("%s: explained as %s: %s", path, state, user.body)
				}
			}
		}
	}
}

// What is asked wrongly, and what is answered when the log cannot be replayed.
func TestReplayRefuses(t *testing.T) {
	s := newLedger(t)
	s.story()
	account, user := "/v1/replay/accounts/contoso", "/v1/accounts/contoso/users/ann/explain"
	s.send("GET", account+"?as_of=99999", "").fails(t, 422, problem.InvalidField, "query.as_of")
	s.send("GET", user+"?product=nonsense", "").fails(t, 422, problem.InvalidField, "query.product")
	_, r := s.get(user, "Accept-Language", "de")
	if !bytes.Contains(r.body, []byte("Warum Person ann (ann) eine MiTeam-Meetings-Lizenz hat")) {
		t.Errorf("%s", r.body)
	}
	for range MaxReplays {
		s.api.replays <- struct{}{}
	}
	s.send("GET", account, "").fails(t, 503, problem.Unavailable, "")
	newServer(t, func(c *Config) { c.Views = s.api.Views }).send("GET", account, "").fails(t, 503, problem.Unavailable, "")
}

// audits stands for a node: what it answers is scripted.
type audits struct{ err error }

func (a audits) Verify(_ context.Context, _ []byte, report func(replay.Finding), progress func(replay.Progress)) (replay.Verdict, error) {
	progress(replay.Progress{Step: "log", Done: 1, Total: 2})
	report(replay.Finding{Part: "feed", Where: "message 5", Position: 5, Message: "is missing"})
	return replay.Verdict{Position: 9, Findings: 1}, a.err
}

func (a audits) Rebuild(_ context.Context, progress func(replay.Progress)) error {
	progress(replay.Progress{Step: "views", Done: 1, Total: 2})
	return a.err
}

// What takes long tells line by line; the last one says how it ended.
func TestReplayLines(t *testing.T) {
	s := newServer(t, func(c *Config) { c.Audit = audits{} })
	for _, c := range []struct {
		method, path, role, scope string
		status                    int
		body                      string
	}{
		{"GET", verifyPath, "auditor", "", 200, `{"progress":{"step":"log","done":1,"total":2}}
{"finding":{"part":"feed","where":"message 5","position":5,"message":"is missing"}}
{"verdict":{"position":9,"findings":1,"parts":[]}}
`},
		{"GET", verifyPath, "auditor", "acme", 403, ""},
		{"GET", verifyPath, "partner", "acme", 403, ""},
		{"POST", verifyPath, "admin", "", 405, ""},
		{"POST", rebuildPath, "admin", "", 200, `{"progress":{"step":"views","done":1,"total":2}}
{"done":"the views were made again, and are live"}
`},
		{"POST", rebuildPath + "?view=index", "admin", "", 200, ""},
		{"POST", rebuildPath + "?view=nonsense", "admin", "", 422, ""},
		{"POST", rebuildPath, "operator", "", 403, ""},
		{"GET", rebuildPath, "admin", "", 405, ""},
	} {
		r := s.send(c.method, c.path, "", as(c.role, c.scope)...)
		if r.StatusCode != c.status || c.body != "" && string(r.body) != c.body {
			t.Errorf("%s %s for %s %s: %d %s", c.method, c.path, c.role, c.scope, r.StatusCode, r.body)
		}
	}
	s = newServer(t, func(c *Config) { c.Audit = audits{errors.New("the disk is gone")} })
	if r := s.send("GET", verifyPath, ""); !strings.HasSuffix(string(r.body), `{"error":"the disk is gone"}`+"\n") {
		t.Errorf("%s", r.body)
	}
	newServer(t).send("GET", verifyPath, "").fails(t, 503, problem.Unavailable, "")
}
