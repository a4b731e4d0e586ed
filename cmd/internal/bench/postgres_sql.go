package bench

// pgSchema is what a user would build instead: pools, who has what of them,
// and the events that tell it, in three tables; and the two commands as one
// function each, so that a licence costs one round trip and one transaction.
// The pool's row is what callers of one account meet at, and it holds the
// switches that the rules ask for, so that no further row has to be read.
const pgSchema = `
create table pools (
	account_id text not null,
	product    text not null,
	total      int  not null,
	assigned   int  not null default 0 check (assigned between 0 and total),
	enabled    boolean not null,
	managed    boolean not null,
	primary key (account_id, product)
);
create table assignments (
	account_id text not null,
	user_id    text not null,
	product    text not null,
	primary key (account_id, user_id, product)
);
create table events (
	position   bigint generated always as identity primary key,
	id         uuid not null default gen_random_uuid(),
	type       text not null,
	account_id text not null,
	time       timestamptz not null default clock_timestamp(),
	actor      text not null,
	actor_role text not null,
	command_id text not null,
	data       jsonb not null
);

create function assign_license(a text, u text, p text, who text, command text) returns bigint language plpgsql as $$
declare
	pool pools;
	at   bigint;
begin
	insert into assignments values (a, u, p) on conflict do nothing;
	if not found then
		return 0; -- has it already: nothing changes
	end if;
	update pools set assigned = assigned + 1
		where account_id = a and product = p and enabled and not managed and assigned < total;
	if not found then
		select * into pool from pools where account_id = a and product = p;
		raise exception '%', case
			when pool.account_id is null then 'not_found'
			when pool.managed then 'managed_by_micollab'
			when not pool.enabled then 'integration_disabled'
			else 'no_licenses_available' end;
	end if;
	insert into events (type, account_id, actor, actor_role, command_id, data)
		values ('UserLicenseAssigned', a, who, 'partner', command,
			jsonb_build_object('account_id', a, 'user_id', u, 'product', p))
		returning position into at;
	return at;
end $$;

create function unassign_license(a text, u text, p text, who text, command text) returns bigint language plpgsql as $$
declare
	at bigint;
begin
	delete from assignments where account_id = a and user_id = u and product = p;
	if not found then
		return 0; -- has none: nothing changes
	end if;
	update pools set assigned = assigned - 1
		where account_id = a and product = p and not managed;
	if not found then
		raise exception 'managed_by_micollab';
	end if;
	insert into events (type, account_id, actor, actor_role, command_id, data)
		values ('UserLicenseUnassigned', a, who, 'partner', command,
			jsonb_build_object('account_id', a, 'user_id', u, 'product', p))
		returning position into at;
	return at;
end $$;
`

// The statements that callers prepare, and the pools that they work on.
const (
	pgAssign   = "select assign_license($1, $2, $3, $4, $5)"
	pgUnassign = "select unassign_license($1, $2, $3, $4, $5)"
	pgEmpty    = "truncate pools, assignments, events"
	pgPool     = "insert into pools (account_id, product, total, enabled, managed) select unnest($1::text[]), $2, $3, true, false"
)
