package ledger

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Limits of patience with a process, on a busy machine.
const (
	startTimeout = 60 * time.Second
	stopTimeout  = 30 * time.Second
	pollPause    = 5 * time.Millisecond
)

// Build makes the binary from the module's sources, with the race detector
// where the tests themselves run under it.
func Build(path string, race bool) error {
	args := []string{"build", "-buildvcs=false", "-o", path}
	if race {
		args = append(args, "-race")
	}
	out, err := exec.Command("go", append(args, "github.com/seatledger/seatledger/cmd/seatledger")...).CombinedOutput() // #nosec G204 -- a test builds what it tests
	if err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	return nil
}

// Process is one running ledger.
type Process struct {
	HTTP, NATS string // host:port of each listener
	cmd        *exec.Cmd
	ended      chan struct{}
	log        logs
}

// Start runs "serve --dev" over a data folder on free ports, and returns once
// the process says where it listens.
func Start(binary, dataDir string, flags ...string) (*Process, error) {
	return StartGuarded(binary, dataDir, append([]string{"--dev"}, flags...)...)
}

// StartGuarded is Start without --dev, where nothing is answered without a
// token.
func StartGuarded(binary, dataDir string, flags ...string) (*Process, error) {
	args := append([]string{
		"serve", "--data-dir", dataDir, "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0",
	}, flags...)
	p, err := begin(binary, args)
	if err != nil {
		return nil, err
	}
	select {
	case at := <-p.log.listening:
		p.HTTP, p.NATS = at[0], at[1]
		return p, nil
	case <-p.ended:
		return nil, fmt.Errorf("ended before it listened (%v):\n%s", p.cmd.ProcessState, p.Log())
	case <-time.After(startTimeout):
		p.Kill()
		return nil, fmt.Errorf("does not listen after %s:\n%s", startTimeout, p.Log())
	}
}

// StartKilled starts the process over a data folder, and kills it after a time,
// wherever it is then. That it ended before, by itself, is an error.
func StartKilled(binary, dataDir string, after time.Duration, flags ...string) error {
	p, err := begin(binary, append([]string{
		"serve", "--dev", "--data-dir", dataDir, "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0",
	}, flags...))
	if err != nil {
		return err
	}
	select {
	case <-p.ended:
		return fmt.Errorf("ended by itself (%v):\n%s", p.cmd.ProcessState, p.Log())
	case <-time.After(after):
		p.Kill()
		return nil
	}
}

// begin starts the binary, and listens to what it says.
func begin(binary string, args []string) (*Process, error) {
	p := &Process{cmd: exec.Command(binary, args...), ended: make(chan struct{})} // #nosec G204 -- a test starts what it built
	p.log.listening = make(chan [2]string, 1)
	diesWithUs(p.cmd)
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		p.log.read(stderr)
		_ = p.cmd.Wait() // how it ended is read from ProcessState
		close(p.ended)
	}()
	return p, nil
}

// Ready waits until the process says that it is ready.
func (p *Process) Ready() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, "GET", "http://"+p.HTTP+"/readyz", nil)
		if err != nil {
			return err
		}
		last := ""
		if resp, err := http.DefaultClient.Do(req); err == nil {
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
			last = string(body)
		}
		select {
		case <-p.ended:
			return fmt.Errorf("ended before it was ready (%v):\n%s", p.cmd.ProcessState, p.Log())
		case <-ctx.Done():
			return fmt.Errorf("not ready after %s: %s\n%s", startTimeout, last, p.Log())
		case <-time.After(pollPause):
		}
	}
}

// Kill ends the process at once, as a crash would, and waits for its end.
func (p *Process) Kill() {
	_ = p.cmd.Process.Kill() // it may have ended already
	<-p.ended
}

// Stop asks the process to end and answers with its exit status.
func (p *Process) Stop() (int, error) {
	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return 0, err
	}
	select {
	case <-p.ended:
		return p.cmd.ProcessState.ExitCode(), nil
	case <-time.After(stopTimeout):
		p.Kill()
		return 0, fmt.Errorf("still runs %s after SIGTERM:\n%s", stopTimeout, p.Log())
	}
}

// Ended is closed when the process has ended.
func (p *Process) Ended() <-chan struct{} { return p.ended }

// Log is what the process wrote to its standard error up to now.
func (p *Process) Log() string { return p.log.String() }

// logs keeps the lines of a process and finds the one with the addresses.
type logs struct {
	mu        sync.Mutex
	text      strings.Builder
	listening chan [2]string
}

var (
	httpAt = regexp.MustCompile(`\bhttp"?[=:]\s*"?([0-9.]+:[0-9]+)`)
	natsAt = regexp.MustCompile(`\bnats"?[=:]\s*"?([0-9.]+:[0-9]+)`)
)

func (l *logs) read(r io.Reader) {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		l.mu.Lock()
		l.text.WriteString(line)
		l.mu.Unlock()
		h, n := httpAt.FindStringSubmatch(line), natsAt.FindStringSubmatch(line)
		if strings.Contains(line, "listening") && h != nil && n != nil {
			select {
			case l.listening <- [2]string{h[1], n[1]}:
			default:
			}
		}
		if err != nil {
			return
		}
	}
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// ID is the process's id.
func (p *Process) ID() int { return p.cmd.Process.Pid }
