package heal

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
)

// Suspect remembers, for the next start, that a part was found damaged while
// the ledger ran: it is healed then.
func (l *Ledger) Suspect(part, found string) error {
	all, err := l.suspects()
	if err != nil {
		all = map[string]string{} // a damaged memory is begun anew
	}
	if _, known := all[part]; known && err == nil {
		return nil
	}
	all[part] = found
	text, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return replaceFile(l.in(suspectsFile), text)
}

func (l *Ledger) suspects() (map[string]string, error) {
	text, err := os.ReadFile(l.in(suspectsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return map[string]string{}, nil
	}
	all := map[string]string{}
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	return all, err
}

// trustAgain forgets all that was suspected.
func (l *Ledger) trustAgain() error {
	err := os.Remove(l.in(suspectsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}
