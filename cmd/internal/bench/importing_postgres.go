package bench

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// pgImportSchema is what a user would build instead of an import: users, what
// has been sent before, and one function for a row, which fails by itself.
const pgImportSchema = `
create table packages (
	account_id text not null,
	package    text not null,
	used       int  not null,
	primary key (account_id, package)
);
create table users (
	account_id text not null,
	email      text not null,
	first_name text not null,
	last_name  text not null,
	location   text not null,
	extension  text not null,
	package    text not null,
	primary key (account_id, email),
	unique (account_id, location, extension)
);
create table receipts (
	account_id text not null,
	line       int  not null,
	primary key (account_id, line)
);

create function import_user(a text, line int, mail text, first text, last text, place text, ext text, p text, who text) returns bigint language plpgsql as $$
declare
	at bigint;
begin
	insert into receipts values (a, line) on conflict do nothing;
	if not found then
		return 0; -- was done before
	end if;
	insert into users values (a, mail, first, last, place, ext, p);
	update packages set used = used + 1 where account_id = a and package = p;
	if not found then
		raise exception 'package_not_offered';
	end if;
	insert into events (type, account_id, actor, actor_role, command_id, data)
		values ('WholesaleUserAdded', a, who, 'partner', line::text,
			jsonb_build_object('account_id', a, 'email', mail, 'first_name', first, 'last_name', last, 'location', place, 'extension', ext, 'package', p))
		returning position into at;
	return at;
end $$;
`

const (
	pgImportPackage = "insert into packages values ($1, 'webex_calling', 0)"
	pgImportRow     = "select import_user($1, $2, $3, $4, $5, 'main', $6, 'webex_calling', $7)"
	// pgImportAhead is how many rows are sent before the first is answered.
	pgImportAhead = 1000
)

// imported does with PostgreSQL what an import does, and returns how long it
// took.
func (c *cluster) imported(ctx context.Context, account string, rows int) (time.Duration, error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close(ctx)
	var there bool
	if err := conn.QueryRow(ctx, "select to_regclass('receipts') is not null").Scan(&there); err != nil {
		return 0, err
	}
	if !there {
		if _, err := conn.Exec(ctx, pgImportSchema); err != nil {
			return 0, err
		}
	}
	if _, err := conn.Exec(ctx, pgImportPackage, account); err != nil {
		return 0, err
	}
	row, err := conn.Prepare(ctx, "import", pgImportRow)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	for first := 0; first < rows; first += pgImportAhead {
		if err := importAhead(ctx, conn, row.Name, account, first, min(first+pgImportAhead, rows)); err != nil {
			return 0, err
		}
	}
	return time.Since(began), nil
}

// importAhead sends rows, each its own transaction, and takes their answers.
func importAhead(ctx context.Context, conn *pgx.Conn, statement, account string, first, end int) error {
	p := conn.PgConn().StartPipeline(ctx)
	for i := first; i < end; i++ {
		n := strconv.Itoa(i)
		p.SendQueryPrepared(statement, [][]byte{[]byte(account), []byte(n), []byte("user" + n + "@contoso.example"),
			[]byte("First" + n), []byte("Last" + n), []byte(strconv.Itoa(firstExtension + i)), []byte(actor)}, nil, nil)
		p.SendPipelineSync()
	}
	if err := p.Flush(); err != nil {
		return err
	}
	for answered := first; answered < end; {
		got, err := p.GetResults()
		if rows, ok := got.(*pgconn.ResultReader); ok && err == nil {
			_, err = rows.Close()
		} else if _, ok := got.(*pgconn.PipelineSync); ok {
			answered++
		}
		if err != nil {
			return fmt.Errorf("row %d: %w", answered, err)
		}
	}
	return p.Close()
}
