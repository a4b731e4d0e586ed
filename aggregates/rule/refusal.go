// Package rule is the ground that the aggregates share: the rules' ids, the
// closed list of refusals, the checks of fields, and who is asking.
package rule

import "fmt"

// Code is a refusal's name for machines: a state, never a deed. The list is
// closed; Codes has them all.
type Code string

// The refusals of the domain, with the rules they come from.
const (
	AlreadyExists        Code = "already_exists"               // section 2
	AccountDeactivated   Code = "account_deactivated"          // section 2
	NotFound             Code = "not_found"                    // section 2; 404
	Forbidden            Code = "forbidden"                    // contract, 6; 403
	OrderAlreadyAssigned Code = "order_already_assigned"       // ORD-2, ORD-3
	OrderNotActive       Code = "order_not_active"             // ORD-3
	OrderExpired         Code = "order_expired"                // ORD-3
	OrderCancelled       Code = "order_cancelled"              // ORD-3
	LicensesInUse        Code = "licenses_in_use"              // ORD-6
	GatewayNotIntegrated Code = "gateway_not_integrated"       // ACC-3
	LastSupportContact   Code = "last_support_contact"         // ACC-4
	ConfirmationRequired Code = "confirmation_required"        // ACC-5
	OwnAccount           Code = "own_account"                  // ACC-5
	DomainClaimedElse    Code = "domain_claimed_elsewhere"     // ACC-8
	PublicEmailDomain    Code = "public_email_domain"          // ACC-8, CNV-3
	NoSuchPrivilege      Code = "no_such_privilege"            // INT-2
	ManagedByMiCollab    Code = "managed_by_micollab"          // LIC-1, LIC-2
	NotManagedByMiCollab Code = "not_managed_by_micollab"      // LIC-2
	IntegrationDisabled  Code = "integration_disabled"         // LIC-1, LIC-4
	NoLicensesAvailable  Code = "no_licenses_available"        // LIC-1, ORD-5
	NameRequired         Code = "name_required"                // LIC-6
	EmailInUse           Code = "email_in_use"                 // LIC-6
	LastAccountAdmin     Code = "last_account_admin"           // LIC-6
	WrongStep            Code = "wrong_step"                   // SUB-4
	AlreadyProvisioned   Code = "already_provisioned"          // section 8
	SetupNotComplete     Code = "setup_not_complete"           // SUB-5
	NotRequested         Code = "not_requested"                // SUB-5
	SiteURLTaken         Code = "site_url_taken"               // SUB-8
	ServiceNotOrdered    Code = "service_not_ordered"          // SUB-9
	ServiceNotSetUp      Code = "service_not_set_up"           // SUB-10
	DirectoryManaged     Code = "directory_managed"            // WHS-7
	TooManyUsers         Code = "too_many_users"               // WHS-1
	PackageNotForUsers   Code = "package_not_for_users"        // WHS-2
	PackageNotOffered    Code = "package_not_offered"          // WHS-2
	PackageLimitReached  Code = "package_limit_reached"        // WHS-2
	CallingRequired      Code = "calling_information_required" // WHS-3
	NumberInUse          Code = "number_in_use"                // WHS-3
	LimitBelowUse        Code = "limit_below_use"              // WHS-6
	PackageRequired      Code = "package_required"             // WHS-2, IMP-2
	TwoPackages          Code = "two_packages"                 // IMP-2
	AlreadyConverted     Code = "already_converted"            // CNV-6
	NoAdminInDomain      Code = "no_admin_in_domain"           // CNV-2
	ChangedSince         Code = "changed_since"                // contract, 2; 412
	IdempotencyKeyReused Code = "idempotency_key_reused"       // contract, 2; 422

	LicenseDistributionMismatch Code = "license_distribution_mismatch" // SUB-8
	FullAdministratorRequired   Code = "full_administrator_required"   // CNV-3
	DirectoryConnectorEnabled   Code = "directory_connector_enabled"   // CNV-4
)

// CodeInfo is one row of the table of refusals.
type CodeInfo struct {
	Code Code
	// Writer: it is not decided from the state, but found by the writer.
	Writer bool
}

// Codes is the closed list of refusals; rows are added, never removed.
var Codes = []CodeInfo{
	{Code: AlreadyExists},
	{Code: AccountDeactivated},
	{Code: NotFound},
	{Code: Forbidden},
	{Code: OrderAlreadyAssigned},
	{Code: OrderNotActive},
	{Code: OrderExpired},
	{Code: OrderCancelled},
	{Code: LicensesInUse},
	{Code: GatewayNotIntegrated},
	{Code: LastSupportContact},
	{Code: ConfirmationRequired},
	{Code: OwnAccount},
	{Code: DomainClaimedElse},
	{Code: PublicEmailDomain},
	{Code: NoSuchPrivilege},
	{Code: ManagedByMiCollab},
	{Code: NotManagedByMiCollab},
	{Code: IntegrationDisabled},
	{Code: NoLicensesAvailable},
	{Code: NameRequired},
	{Code: EmailInUse},
	{Code: LastAccountAdmin},
	{Code: FullAdministratorRequired},
	{Code: DirectoryConnectorEnabled},
	{Code: AlreadyConverted},
	{Code: NoAdminInDomain},
	{Code: WrongStep},
	{Code: AlreadyProvisioned},
	{Code: SetupNotComplete},
	{Code: NotRequested},
	{Code: SiteURLTaken},
	{Code: LicenseDistributionMismatch},
	{Code: ServiceNotOrdered},
	{Code: ServiceNotSetUp},
	{Code: DirectoryManaged},
	{Code: TooManyUsers},
	{Code: PackageNotForUsers},
	{Code: PackageNotOffered},
	{Code: PackageLimitReached},
	{Code: CallingRequired},
	{Code: NumberInUse},
	{Code: LimitBelowUse},
	{Code: PackageRequired},
	{Code: TwoPackages},
	{Code: ChangedSince, Writer: true},
	{Code: IdempotencyKeyReused, Writer: true},
}

// Refusal is a rule's answer that the command cannot be done as things stand.
type Refusal struct {
	Code   Code
	Detail string // a sentence that a customer may read
}

func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Detail }

// Refuse makes a refusal; detail is a format.
func Refuse(code Code, detail string, args ...any) *Refusal {
	return &Refusal{code, fmt.Sprintf(detail, args...)}
}

// FieldError says what is wrong with one field.
type FieldError struct {
	Field   string // its path in the body: "lines[0].quantity"
	Message string
}

// Invalid lists fields that are well-formed but not acceptable (422).
type Invalid []FieldError

func (v Invalid) Error() string {
	if len(v) == 0 {
		return "invalid"
	}
	return v[0].Field + ": " + v[0].Message
}
