// Package problem is the one table of everything that can be wrong with a
// request: codes, what they mean, their HTTP status. The server writes
// problems with it (RFC 9457), and the client reads them with it.
package problem

import (
	"net/http"

	"github.com/seatledger/seatledger/aggregates/rule"
)

// Code is a problem's name for machines. Refusals of rules keep their codes.
type Code string

// The codes that are not refusals of rules (contract, section 2).
const (
	InvalidRequest   Code = "invalid_request"
	Unauthenticated  Code = "unauthenticated"
	Forbidden             = Code(rule.Forbidden)
	NotFound              = Code(rule.NotFound)
	MethodNotAllowed Code = "method_not_allowed"
	TooLarge         Code = "too_large"
	InvalidField     Code = "invalid_field"
	RateLimited      Code = "rate_limited"
	Unavailable      Code = "unavailable"
	ViewBehind       Code = "view_behind"
	TooManyConsumers Code = "too_many_consumers"
	Internal         Code = "internal"

	// What refuses a file as a whole (IMP-1).
	BadFormat     Code = "bad_format"
	BadHeaders    Code = "bad_headers"
	EmptyFile     Code = "empty_file"
	TooManyRows   Code = "too_many_rows"
	UnknownColumn Code = "unknown_column"
)

// retryAfterSeconds is when a client may come again where it is worth it.
const retryAfterSeconds = 1

// Kind is a row of the table.
type Kind struct {
	Code              Code
	Status            int
	Title             string
	RetryAfterSeconds int // 0: sending the same again does not help by itself
}

// Kinds is the table. The first row of a status stands for all of it where a
// code is not known.
var Kinds = []Kind{
	{Code: InvalidRequest, Status: http.StatusBadRequest, Title: "The request is not well-formed"},
	{Code: Unauthenticated, Status: http.StatusUnauthorized, Title: "A valid token is needed"},
	{Code: Forbidden, Status: http.StatusForbidden, Title: "The caller's role may not do this"},
	{Code: NotFound, Status: http.StatusNotFound, Title: "There is no such thing"},
	{Code: MethodNotAllowed, Status: http.StatusMethodNotAllowed, Title: "The path has other methods"},
	{Code: Code(rule.ChangedSince), Status: http.StatusPreconditionFailed, Title: "It has changed since"},
	{Code: TooLarge, Status: http.StatusRequestEntityTooLarge, Title: "The body is too large"},
	{Code: InvalidField, Status: http.StatusUnprocessableEntity, Title: "A field is not acceptable"},
	{Code: Code(rule.IdempotencyKeyReused), Status: http.StatusUnprocessableEntity,
		Title: "The idempotency key was used for something else"},
	{Code: BadFormat, Status: http.StatusUnprocessableEntity, Title: "The file is not CSV, or empty"},
	{Code: BadHeaders, Status: http.StatusUnprocessableEntity, Title: "The file's header is not acceptable"},
	{Code: EmptyFile, Status: http.StatusUnprocessableEntity, Title: "The file has no rows"},
	{Code: TooManyRows, Status: http.StatusUnprocessableEntity, Title: "The file has too many rows"},
	{Code: UnknownColumn, Status: http.StatusUnprocessableEntity, Title: "A column of the file is not known"},
	{Code: RateLimited, Status: http.StatusTooManyRequests, Title: "Too many requests",
		RetryAfterSeconds: retryAfterSeconds},
	{Code: Internal, Status: http.StatusInternalServerError, Title: "An error of the ledger"},
	{Code: Unavailable, Status: http.StatusServiceUnavailable, Title: "The ledger is not available",
		RetryAfterSeconds: retryAfterSeconds},
	{Code: ViewBehind, Status: http.StatusServiceUnavailable, Title: "The view has not got that far yet",
		RetryAfterSeconds: retryAfterSeconds},

	{Code: TooManyConsumers, Status: http.StatusConflict, Title: "There are too many consumers"},
	refused(rule.AlreadyExists, "It exists already"),
	refused(rule.AccountDeactivated, "The account is deactivated"),
	refused(rule.OrderAlreadyAssigned, "The order is assigned already"),
	refused(rule.OrderNotActive, "The order is not active yet"),
	refused(rule.OrderExpired, "The order has expired"),
	refused(rule.OrderCancelled, "The order was cancelled"),
	refused(rule.LicensesInUse, "Licences of the order are in use"),
	refused(rule.GatewayNotIntegrated, "The CloudLink gateway is not integrated"),
	refused(rule.LastSupportContact, "An account keeps at least one support contact"),
	refused(rule.ConfirmationRequired, "The confirmation word is missing"),
	refused(rule.OwnAccount, "It is the partner's own account"),
	refused(rule.DomainClaimedElse, "Another account claims the domain"),
	refused(rule.PublicEmailDomain, "It is a public e-mail domain"),
	refused(rule.NoSuchPrivilege, "The integration has no such privilege"),
	refused(rule.ManagedByMiCollab, "MiCollab manages these licences"),
	refused(rule.NotManagedByMiCollab, "MiCollab does not manage these licences"),
	refused(rule.IntegrationDisabled, "The integration is disabled"),
	refused(rule.NoLicensesAvailable, "No licences are available"),
	refused(rule.NameRequired, "A name is required"),
	refused(rule.EmailInUse, "The e-mail address is in use"),
	refused(rule.LastAccountAdmin, "It is the last account administrator"),
	refused(rule.DirectoryManaged, "A directory adds the account's users"),
	refused(rule.TooManyUsers, "There are too many users at once"),
	refused(rule.PackageNotForUsers, "It is not a user's package"),
	refused(rule.PackageNotOffered, "The account does not have the package"),
	refused(rule.PackageLimitReached, "The package's limit is reached"),
	refused(rule.CallingRequired, "A location and a number are needed"),
	refused(rule.NumberInUse, "The number is in use"),
	refused(rule.LimitBelowUse, "More users have the package"),
	refused(rule.PackageRequired, "A package is needed"),
	refused(rule.TwoPackages, "A user has one package"),
	refused(rule.FullAdministratorRequired, "The partner is not the account's full administrator"),
	refused(rule.DirectoryConnectorEnabled, "The directory connector is enabled"),
	refused(rule.AlreadyConverted, "The user was converted already"),
	refused(rule.NoAdminInDomain, "The account has no administrator in the domain"),
	refused(rule.WrongStep, "The subscription is at another step"),
	refused(rule.AlreadyProvisioned, "The subscription is provisioned"),
	refused(rule.SetupNotComplete, "The set-up is not complete"),
	refused(rule.NotRequested, "Nothing was requested"),
	refused(rule.SiteURLTaken, "The site URL is taken"),
	refused(rule.ServiceNotOrdered, "The service was not ordered"),
	refused(rule.ServiceNotSetUp, "The service is not set up"),
	refused(rule.LicenseDistributionMismatch, "The sites do not add up to what was bought"),
}

// refused makes the row of a refusal of the domain: a conflict with its state.
func refused(code rule.Code, title string) Kind {
	return Kind{Code: Code(code), Status: http.StatusConflict, Title: title}
}

// Find returns the row of a code. A code of a newer ledger is shown as a
// conflict under its own name: what it says is still true.
func Find(code Code) Kind {
	if k, ok := byCode[code]; ok {
		return k
	}
	return refused(rule.Code(code), "The ledger's rules refuse it")
}

var byCode = func() map[Code]Kind {
	m := map[Code]Kind{}
	for _, k := range Kinds {
		m[k.Code] = k
	}
	return m
}()
