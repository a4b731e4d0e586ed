package account

import "github.com/seatledger/seatledger/aggregates/row"

// What a partner may do in an account that is mapped to it (SUB-5).
const (
	ProvisioningAdmin = "provisioning_admin"
	FullAdmin         = "full_admin"
)

// Partnership is the row of a partner that subscriptions map to an account of
// somebody else's.
type Partnership struct {
	Role string `json:"role"`
	// Subscriptions is how many map it.
	Subscriptions int `json:"subscriptions"`
}

// PartnerRole is what a partner may do in an account, "" if nothing. The one
// that created it, whose it is, is its full administrator (SUB-5).
func PartnerRole(r row.Reader, a *Account, partner string) string {
	if a.PartnerID == partner {
		return FullAdmin
	}
	if p := Partnerships.Get(r, a.AccountID, partner); p != nil {
		return p.Role
	}
	return ""
}

// Mapped folds that a subscription maps a partner to an account; FullAdmin
// once granted stays.
func Mapped(tx row.Tx, account, partner, role string) {
	p := Partnership{Role: role}
	if old := Partnerships.Get(tx, account, partner); old != nil {
		p = *old
	}
	p.Subscriptions++
	Partnerships.Put(tx, account, partner, &p)
}

// Unmapped folds that a subscription does so no longer.
func Unmapped(tx row.Tx, account, partner string) {
	old := Partnerships.Get(tx, account, partner)
	if old == nil {
		return
	}
	if p := *old; p.Subscriptions > 1 {
		p.Subscriptions--
		Partnerships.Put(tx, account, partner, &p)
		return
	}
	Partnerships.Delete(tx, account, partner)
}

// Granted folds that the account's administrators made the partner its full
// administrator.
func Granted(tx row.Tx, account, partner string) {
	if old := Partnerships.Get(tx, account, partner); old != nil {
		p := *old
		p.Role = FullAdmin
		Partnerships.Put(tx, account, partner, &p)
	}
}
