// Package requests answers commands and queries that come as requests over
// NATS: the micro service "seatledger".
//
// A request is made an HTTP request of the API, within the process, and the
// answer a message: so it goes through the same checks, with the same bodies
// and the same codes. What of the API is no command and no view cannot be
// reached this way.
//
// Who asks is said by the subject. Outside --dev the server itself writes the
// guest's room into it, as it carries a request over from the guest's account:
// a header would be the client's word.
package requests
