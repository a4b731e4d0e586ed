package access

import (
	"net"
	"net/http"
	"net/netip"
	"strings"

	"github.com/seatledger/seatledger/aggregates/rule"
	"github.com/seatledger/seatledger/cmd/internal/problem"
)

// The headers that play a role in --dev (contract, section 6).
const (
	RoleHeader  = "Seatledger-Role"
	ScopeHeader = "Seatledger-Scope"
	ActorHeader = "Seatledger-Actor"
)

// DevActor acts where --dev is given no actor.
const DevActor = "dev"

// MaxActorBytes is the longest actor that is recorded.
const MaxActorBytes = 128

// Roles that are nothing without a partner, or without an account; an auditor
// may be of one partner, or of everything.
const (
	ofPartner = rule.Partner | rule.Consumer
	ofAccount = rule.AccountAdmin | rule.MiCollab
	mayBeOf   = rule.Auditor
)

// Dev believes the headers. It answers to names of this machine only: a page
// of the web that finds its way here under its own name is not to be admin.
type Dev struct{ Limits *Limits }

// Authenticate plays the role of the headers; none is the admin.
func (d Dev) Authenticate(r *http.Request) (Pass, error) {
	who, err := play(r)
	if err != nil {
		return Pass{}, err
	}
	return Pass{Caller: who}, d.Limits.caller(who.Actor)
}

func play(r *http.Request) (rule.Caller, error) {
	if !loopback(r.Host) {
		return rule.Caller{}, problem.New(problem.Forbidden, "--dev answers under names of this machine only, as localhost").
			At("header.Host", "must be localhost or a loopback address")
	}
	role, ok := roleOf(r.Header.Get(RoleHeader))
	if !ok {
		return rule.Caller{}, bad(RoleHeader, "must be one of "+roleNames())
	}
	who := rule.Caller{Role: role, Actor: DevActor}
	if actor := r.Header.Get(ActorHeader); actor != "" {
		if !VisibleASCII(actor, MaxActorBytes) {
			return rule.Caller{}, bad(ActorHeader, "must be 1 to 128 visible ASCII characters")
		}
		who.Actor = actor
	}
	return Scoped(who, r.Header.Get(ScopeHeader))
}

// Scoped binds a caller to the partner or account that its role is of. Roles
// that are of everything take no notice of a scope.
func Scoped(who rule.Caller, scope string) (rule.Caller, error) {
	needs := (ofPartner | ofAccount).Has(who.Role)
	if !needs && (scope == "" || !mayBeOf.Has(who.Role)) {
		return who, nil
	}
	var c rule.Checker
	if c.ID(ScopeHeader, scope); len(c.Errors) > 0 {
		return rule.Caller{}, bad(ScopeHeader, "must be the id of the "+who.Role.String()+"'s partner or account")
	}
	if ofAccount.Has(who.Role) {
		who.Account = scope
	} else {
		who.Partner = scope
	}
	return who, nil
}

func bad(header, message string) *problem.Problem {
	return problem.New(problem.InvalidRequest, "the header %s %s", header, message).At("header."+header, message)
}

func roleOf(name string) (rule.Role, bool) {
	if name == "" {
		return rule.Admin, true
	}
	for _, r := range rule.Roles {
		if r.Name == name {
			return r.Role, true
		}
	}
	return 0, false
}

func roleNames() string {
	names := make([]string, len(rule.Roles))
	for i, r := range rule.Roles {
		names[i] = r.Name
	}
	return strings.Join(names, ", ")
}

// VisibleASCII reports 1 to max visible ASCII characters.
func VisibleASCII(s string, maxBytes int) bool {
	if s == "" || len(s) > maxBytes {
		return false
	}
	for i := range len(s) {
		if s[i] <= 0x20 || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

// loopback reports that a Host header names this machine. A request without
// one (HTTP/1.0) comes from no browser.
func loopback(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	if host == "" || host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}
