package bench

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
)

// question is a query that is measured; path is that of the n-th time.
type question struct {
	name string
	path func(n int) string
	past bool // also asked as of another moment
}

// viewQuestions are those of B5: one user, one account, a list of 100.
func viewQuestions(s *seats) []question {
	random := func() seat { return s.all[rand.IntN(len(s.all))] } // #nosec G404 -- a load, not a secret
	return []question{
		{"one user", func(int) string { u := random(); return "/v1/accounts/" + u.account + "/users/" + u.user }, true},
		{"one account", func(int) string { return "/v1/accounts/" + random().account }, true},
		{"a list of 100 accounts", func(int) string { return "/v1/accounts?limit=100" }, true},
	}
}

// historySamples is how many commands are looked up, to ask for them.
const historySamples = 64

// deepPage is which page of a list is asked for by its cursor.
const deepPage = 6

// historyQuestions are pages of 100 events by each filter, in both orders.
func historyQuestions(w *wires, s *seats, last uint64) ([]question, error) {
	commands, err := someCommands(w, last)
	if err != nil {
		return nil, err
	}
	random := func() seat { return s.all[rand.IntN(len(s.all))] } // #nosec G404 -- a load, not a secret
	types := []string{"UserLicenseAssigned", "AccountCreated", "UserLicenseUnassigned", "OrderAssigned"}
	filters := []struct {
		name  string
		query func(n int) string
	}{
		{"events", func(int) string { return "" }},
		{"events of a partner", func(int) string { return "&partner_id=" + partnerID }},
		{"events of an account", func(int) string { return "&account_id=" + random().account }},
		{"events of a user", func(int) string { u := random(); return "&account_id=" + u.account + "&user_id=" + u.user }},
		{"events of an order", func(int) string { return "&order_id=order-" + random().account }},
		{"events of a type", func(n int) string { return "&type=" + types[n%len(types)] }},
		{"events of an actor and type", func(n int) string { return "&actor=" + actor + "&type=" + types[n%len(types)] }},
		{"events of a command", func(n int) string { return "&command_id=" + commands[n%len(commands)] }},
		{"events of a type in an account, none", func(int) string { return "&type=AccountDeleted&account_id=" + random().account }},
	}
	var all []question
	for _, f := range filters {
		for _, order := range []struct{ word, name string }{{"asc", "oldest first"}, {"desc", "newest first"}} {
			all = append(all, question{f.name + ", " + order.name, func(n int) string { return "/v1/events?order=" + order.word + f.query(n) }, true})
		}
	}
	deep, err := cursorOf(w, "/v1/events?type=UserLicenseAssigned", deepPage)
	if err != nil || deep == "" { // a short log has no such page
		return all, err
	}
	return append(all, question{fmt.Sprintf("events of a type, page %d", deepPage), func(int) string { return deep }, false}), nil
}

// events are a page of the history, of which little is read.
type eventsPage struct {
	Items []struct {
		Command string `json:"command_id"`
	} `json:"items"`
	Next string `json:"next_cursor"`
}

func (w *wires) events(path string) (p eventsPage, err error) {
	body, err := w.exchange(get(path))
	if err != nil {
		return p, fmt.Errorf("%s: %w", path, err)
	}
	return p, json.Unmarshal(body, &p)
}

// someCommands are the ids of commands from all over the log.
func someCommands(w *wires, last uint64) (ids []string, err error) {
	for range historySamples {
		p, err := w.events(fmt.Sprintf("/v1/events?limit=1&from=%d", 1+rand.Uint64N(last))) // #nosec G404 -- a load, not a secret
		if err != nil {
			return nil, err
		}
		for _, e := range p.Items {
			ids = append(ids, e.Command)
		}
	}
	if len(ids) == 0 {
		return nil, errors.New("the history shows no event")
	}
	return ids, nil
}

// cursorOf is the path of a list's page; "" if it has fewer.
func cursorOf(w *wires, path string, page int) (string, error) {
	at := path
	for range page - 1 {
		p, err := w.events(at)
		if err != nil || p.Next == "" {
			return "", err
		}
		at = path + "&cursor=" + p.Next
	}
	return at, nil
}

// with adds a parameter to a path.
func with(path, parameter string) string {
	if strings.Contains(path, "?") {
		return path + "&" + parameter
	}
	return path + "?" + parameter
}
