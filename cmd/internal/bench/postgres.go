package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// Limits of the PostgreSQL cluster.
const (
	maxPGConnections = 200
	pgStartTimeout   = 30 * time.Second
	pgStopTimeout    = 30 * time.Second
)

// errNoPostgres says how to get what P is measured with.
var errNoPostgres = errors.New("PostgreSQL is not installed (on Debian: apt-get install postgresql)")

// pgSettings are those that differ from the defaults. Durability is the
// default, and said again; memory and log are given freely. Checkpoints are put
// off, and it is spared vacuuming and writing pages back: upkeep would disturb
// it, and also what is measured after it.
var pgSettings = []string{
	"listen_addresses=", "synchronous_commit=on", "fsync=on", "full_page_writes=on",
	"max_connections=" + strconv.Itoa(maxPGConnections),
	"shared_buffers=512MB", "max_wal_size=8GB", "checkpoint_timeout=1h", "log_min_messages=fatal",
	"autovacuum=off", "bgwriter_lru_maxpages=0",
}

// cluster is P: a fresh PostgreSQL cluster, on a Unix socket of its own.
type cluster struct {
	server *exec.Cmd
	exited chan error
	socket string // folder; short, for a socket's path may have 107 bytes only
}

// startCluster makes a cluster in a new folder, starts it and makes the
// tables. Its error says why there is none.
func startCluster(ctx context.Context, dir string) (*cluster, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	c := &cluster{exited: make(chan error, 1)}
	if err := c.init(ctx, bin, dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(c.socket))
	}
	if err := c.start(ctx, bin, dir); err != nil {
		c.stop()
		return nil, err
	}
	return c, nil
}

// postgresBin finds the folder of the server's programs: Debian keeps them out
// of PATH, a folder for each version; the newest is taken.
func postgresBin() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	slices.SortFunc(found, func(a, b string) int { return pgVersion(b) - pgVersion(a) })
	if len(found) > 0 {
		return filepath.Dir(found[0]), nil
	}
	initdb, err := exec.LookPath("initdb")
	if err != nil {
		return "", errNoPostgres
	}
	if initdb, err = filepath.EvalSymlinks(initdb); err != nil {
		return "", errNoPostgres
	}
	return filepath.Dir(initdb), nil
}

// pgVersion is the 15 of /usr/lib/postgresql/15/bin/initdb.
func pgVersion(path string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	return n
}

func (c *cluster) init(ctx context.Context, bin, dir string) (err error) {
	if c.socket, err = os.MkdirTemp("", "pg"); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if id, ok := pgUser(); ok {
		if err := errors.Join(os.Chown(dir, id.uid, id.gid), os.Chown(c.socket, id.uid, id.gid)); err != nil {
			return err
		}
	}
	initdb := pgCommand(ctx, filepath.Join(bin, "initdb"),
		"-D", dir, "-U", "bench", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-instructions")
	if out, err := initdb.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, strings.TrimSpace(string(out)))
	}
	return nil
}

type ids struct{ uid, gid int }

// pgUser is whom PostgreSQL runs as when this runs as root, which it refuses.
func pgUser() (ids, bool) {
	if os.Geteuid() != 0 {
		return ids{}, false
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, _ := strconv.Atoi(u.Uid) // of a POSIX system: a number
			gid, _ := strconv.Atoi(u.Gid)
			return ids{uid, gid}, true
		}
	}
	return ids{}, false
}

func pgCommand(ctx context.Context, path string, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, path, args...) // #nosec G204 -- the programs that were found beside pg_config
	c.Dir = "/"
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGINT) } // stop at once, but cleanly
	c.WaitDelay = pgStopTimeout
	if id, ok := pgUser(); ok {
		runAs(c, uint32(id.uid), uint32(id.gid))
	}
	return c
}

// start starts the server, and makes the tables once it answers.
func (c *cluster) start(ctx context.Context, bin, dir string) error {
	args := []string{"-D", dir, "-k", c.socket}
	for _, s := range pgSettings {
		args = append(args, "-c", s)
	}
	var said strings.Builder
	c.server = pgCommand(ctx, filepath.Join(bin, "postgres"), args...)
	c.server.Stderr = &said
	if err := c.server.Start(); err != nil {
		return err
	}
	go func() { c.exited <- c.server.Wait() }()
	for deadline := time.Now().Add(pgStartTimeout); ; time.Sleep(50 * time.Millisecond) {
		err := c.exec(ctx, pgSchema)
		if err == nil {
			return nil
		}
		select {
		case end := <-c.exited:
			c.server = nil
			return fmt.Errorf("postgres ended at its start: %w: %s", end, strings.TrimSpace(said.String()))
		default:
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("postgres does not answer: %w", err)
		}
	}
}

// stop ends the server; its files go with their folder.
func (c *cluster) stop() {
	if c.server != nil {
		_ = c.server.Process.Signal(syscall.SIGINT) // it may have ended already
		<-c.exited
		c.server = nil
	}
	_ = os.RemoveAll(c.socket) // an empty folder in the system's place for such
}

func (c *cluster) connect(ctx context.Context) (*pgx.Conn, error) {
	return pgx.Connect(ctx, "host="+c.socket+" user=bench dbname=postgres sslmode=disable")
}

// exec runs statements on a connection of its own.
func (c *cluster) exec(ctx context.Context, sql string, args ...any) error {
	conn, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql, args...)
	return err
}

// about says, for the report, what was measured, as the server itself says it.
func (c *cluster) about(ctx context.Context) (version, settings string, err error) {
	conn, err := c.connect(ctx)
	if err != nil {
		return "", "", err
	}
	defer conn.Close(ctx)
	err = conn.QueryRow(ctx, `select current_setting('server_version'), string_agg(name || '=' || setting, ', ' order by name)
		from pg_settings where name in ('synchronous_commit', 'fsync', 'full_page_writes', 'wal_sync_method')`).
		Scan(&version, &settings)
	return version, settings, err
}
