package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Limits of patience with a node, on a busy machine.
const (
	startTimeout = 60 * time.Second
	stopTimeout  = 60 * time.Second
)

// node is a real process of "seatledger serve --dev".
type node struct {
	url  string // of its HTTP API
	nats string // host:port
	cmd  *exec.Cmd
	done chan error
	logs *logs
}

// startNode starts a node that stores under folder, on free ports, and
// returns once it says that it listens.
func startNode(folder string, flags []string) (*node, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := append([]string{
		"serve", "--dev", "--http", "127.0.0.1:0", "--nats-listen", "127.0.0.1:0",
		"--data-dir", filepath.Join(folder, "data"),
	}, flags...)
	n := &node{cmd: exec.Command(self, args...), done: make(chan error, 1), logs: &logs{listening: make(chan addresses, 1)}}
	n.cmd.Args[0] = "seatledger" // by this name the test's own binary is the program
	stderr, err := n.cmd.StderrPipe()
	if err != nil {
		return nil, err
	}
	if err := n.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		n.logs.read(stderr)
		n.done <- n.cmd.Wait()
	}()
	return n, n.await()
}

func (n *node) await() error {
	select {
	case a := <-n.logs.listening:
		n.url, n.nats = "http://"+a.HTTP, a.NATS
		return nil
	case err := <-n.done:
		n.done <- err
		return fmt.Errorf("the node ended before it listened: %v\n%s", err, n.logs)
	case <-time.After(startTimeout):
		n.kill()
		return fmt.Errorf("the node does not listen after %s\n%s", startTimeout, n.logs)
	}
}

// stop asks the node to end, and wants it to end well.
func (n *node) stop() error {
	if err := n.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	select {
	case err := <-n.done:
		n.done <- err
		if err != nil {
			return fmt.Errorf("the node ended with %w\n%s", err, n.logs)
		}
		return nil
	case <-time.After(stopTimeout):
		n.kill()
		return fmt.Errorf("the node still runs %s after SIGTERM\n%s", stopTimeout, n.logs)
	}
}

// kill ends the node at once, if it still runs.
func (n *node) kill() {
	_ = n.cmd.Process.Kill()
	n.done <- <-n.done
}

// logs keeps what a node writes to its standard error.
type logs struct {
	mu        sync.Mutex
	text      bytes.Buffer
	listening chan addresses
}

// addresses are where a node says that it listens.
type addresses struct{ HTTP, NATS string }

var listening = regexp.MustCompile(`msg=listening http=(\S+) nats=(\S+)`)

func (l *logs) read(r io.Reader) {
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		l.mu.Lock()
		l.text.WriteString(lines.Text() + "\n")
		l.mu.Unlock()
		if m := listening.FindStringSubmatch(lines.Text()); m != nil {
			l.listening <- addresses{m[1], m[2]}
		}
	}
}

// String is all that was written up to now.
func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return strings.TrimSpace(l.text.String())
}
