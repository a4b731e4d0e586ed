package projections

import (
	"iter"
	"strconv"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/seatledger/seatledger/events"
)

// Event is an item of the history (contract, section 7).
type Event struct {
	ID       string    `json:"id"`
	Position uint64    `json:"position"`
	Type     string    `json:"type"`
	Version  int       `json:"version"` // of Data: the newest
	Time     time.Time `json:"time"`
	// RecordedVersion is the version that stands in the log, where Data was
	// lifted from an older one.
	RecordedVersion int            `json:"recorded_version,omitzero"`
	PartnerID       string         `json:"partner_id"`
	Aggregate       string         `json:"aggregate"`
	AggregateID     string         `json:"aggregate_id"`
	Actor           string         `json:"actor"`
	ActorRole       string         `json:"actor_role"`
	CommandID       string         `json:"command_id"`
	CommandType     string         `json:"command_type"`
	CorrelationID   string         `json:"correlation_id"`
	CausationID     string         `json:"causation_id"`
	Data            jsontext.Value `json:"data"`
}

// EventFilter narrows the history. What is empty does not count.
type EventFilter struct {
	From, To uint64 // positions, inclusive; 0: from the first, to the last
	Partner  string
	Account  string // all events of that account, and those of subscriptions that name it
	User     string // events that name the user
	Order    string // events of the order, and of licences that came or went with it
	Type     string
	Actor    string
	Command  string // a command's id
	Desc     bool   // newest first
}

// MaxBlocks is how many blocks of the index one page of the history looks at.
const MaxBlocks = 4096

// Events lists the history that the audience may see.
func Events(s *Snapshot, a Audience, f EventFilter, p Page) (List[Event], error) {
	list := List[Event]{Items: []Event{}}
	after, belongs, err := s.place("events", a, f, p)
	if err != nil {
		return list, err
	}
	from, to := max(f.From, 1), s.Position()
	if f.To > 0 {
		to = min(f.To, to)
	}
	if after != "" {
		n, err := strconv.ParseUint(after, 10, 64)
		if err != nil {
			return list, ErrCursor
		}
		if f.Desc {
			to = min(to, n-1)
		} else {
			from = max(from, n+1)
		}
	}
	m := s.match(f.terms(a), from, to, f.Desc)
	for position := range m.positions() {
		if len(list.Items) == p.limit() {
			last := list.Items[len(list.Items)-1].Position
			list.NextCursor = s.next(belongs, strconv.FormatUint(last, 10))
			break
		}
		v, err := s.event(a, position)
		if err != nil {
			return list, err
		}
		if v != nil {
			list.Items = append(list.Items, *v)
		}
	}
	if m.cut > 0 && list.NextCursor == "" {
		list.NextCursor = s.next(belongs, strconv.FormatUint(m.cut, 10))
	}
	return list, m.err
}

// EventAt is the event at a position; nil if there is none for the audience.
func EventAt(s *Snapshot, a Audience, position uint64) (*Event, error) {
	for at := range s.match(EventFilter{}.terms(a), position, min(position, s.Position()), false).positions() {
		return s.event(a, at)
	}
	return nil, nil
}

// terms are what the index is asked for, what is rarest first.
func (f EventFilter) terms(a Audience) []posting {
	all := []posting{
		{field: byCommand, value: f.Command}, {field: byUser, value: f.User}, {field: byOrder, value: f.Order},
		{field: byAccount, value: f.Account}, {field: byAccount, value: a.Caller.Account},
		{field: byActor, value: f.Actor}, {field: byType, value: f.Type},
		{field: byPartner, value: f.Partner}, {field: byPartner, value: a.Caller.Partner},
	}
	var terms []posting
	for _, t := range all {
		if t.value != "" {
			terms = append(terms, t)
		}
	}
	return terms
}

// event is the event at a position as the audience sees it, or nil. The terms
// of its scope are in the index already; this does not rest on them.
func (s *Snapshot) event(a Audience, position uint64) (*Event, error) {
	e, err := s.Event(position)
	if err != nil || e == nil {
		return nil, err
	}
	if !a.Caller.Sees(e.Partner, AccountOf(e)) {
		return nil, nil
	}
	return s.store.Show(a, e)
}

// Show makes an event, its personal data opened, an item of the history.
func (s *Store) Show(a Audience, e *events.Event) (*Event, error) {
	return ShowEvent(s.opt.Kinds, a, e)
}

// ShowEvent makes an event, its personal data opened, an item of the history.
func ShowEvent(kinds *events.Table, a Audience, e *events.Event) (*Event, error) {
	data, err := a.Data(e.Data)
	if err != nil {
		return nil, err
	}
	v := &Event{
		ID: e.ID, Position: e.Position, Type: e.Type(), Version: e.Version, Time: e.Time,
		PartnerID: e.Partner, Aggregate: e.Aggregate, AggregateID: e.AggregateID,
		Actor: e.Actor, ActorRole: e.ActorRole, CommandID: e.CommandID, CommandType: e.CommandType,
		CorrelationID: e.CorrelationID, CausationID: e.CausationID, Data: data,
	}
	if k, ok := kinds.Kind(v.Type); ok && k.Current() != e.Version {
		v.Version, v.RecordedVersion = k.Current(), e.Version
	}
	return v, nil
}

// matching finds the positions that stand in all of some lists of the index.
type matching struct {
	s        *Snapshot
	terms    []posting
	from, to uint64
	desc     bool
	cut      uint64 // position that the search ended at, by its limit; 0: it did not
	err      error
}

func (s *Snapshot) match(terms []posting, from, to uint64, desc bool) *matching {
	return &matching{s: s, terms: terms, from: from, to: to, desc: desc}
}

// positions yields them in order, or backwards.
func (m *matching) positions() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		if m.from > m.to {
			return
		}
		if len(m.terms) > 0 {
			m.search(yield)
			return
		}
		for n := m.from; n <= m.to; n++ {
			at := n
			if m.desc {
				at = m.to - (n - m.from)
			}
			if !yield(at) {
				return
			}
		}
	}
}
