package keys

import (
	"github.com/oklog/ulid/v2"
)

// Erase destroys the keys of the persons and remembers that they were erased;
// both are durable when it returns. A person without a key is remembered too;
// one who was erased before is passed over. After an error any of them may or
// may not be erased: erase them again.
func (s *Store) Erase(personIDs ...string) error {
	ids := make([]ulid.ULID, 0, len(personIDs))
	for _, person := range personIDs {
		id, err := personID(person)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	s.write.Lock()
	defer s.write.Unlock()
	var changes []change
	var fresh []slot
	seen := map[ulid.ULID]bool{}
	for _, id := range ids {
		at, ok := s.index[id]
		tombstone := slot{state: stateErased, id: id}
		switch {
		case seen[id] || ok && at.erased():
		case ok:
			changes = append(changes, change{at.slot(), tombstone})
		default:
			fresh = append(fresh, tombstone)
		}
		seen[id] = true
	}
	if err := s.commit(changes, fresh); err != nil {
		return err
	}
	s.cache.drop(ids...)
	return nil
}
