// Package access says who a request comes from, and how often it may come: in
// --dev whoever the headers say, else the holder of a token.
//
// # Tokens
//
// A token of the ledger's own begins with "seatledger_" and is 32 bytes of
// chance. The ledger keeps its SHA-256: nobody guesses the token, so a slow
// hash would only help who wants to keep us busy. Looking a token up costs
// less than a microsecond, so bad ones are looked up as well, however many
// come. All else that is sent as a bearer token is taken for a JWT of the
// OpenID Connect issuer, if there is one.
//
// # The issuer
//
// Its keys are fetched beside the requests: at start, every few minutes, and,
// at most every few seconds, when a token names a key that is not known. A key
// that the issuer withdraws is forgotten with the next fetch. While no keys
// are at hand the issuer's tokens are answered 503, for they may be good; the
// ledger's own tokens do not depend on it.
//
// An actor is an opaque id: the issuer's subjects may be addresses of persons,
// and an actor is recorded for good. So it is a hash of issuer and subject.
//
// # Limits
//
// A caller with a good token has a rate of its own. Who has none is counted by
// address, so nobody with a good token pays for a neighbour behind the same
// proxy.
package access
