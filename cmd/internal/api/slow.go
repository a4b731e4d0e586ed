package api

import (
	"errors"
	"io"
	"net/http"
	"time"
)

const (
	// takeTimeout is how long the reader of a long answer may take for a piece
	// of it, which has takeBytes at most.
	takeTimeout = 30 * time.Second
	takeBytes   = 64 << 10
	// sendTimeout is how long the sender of a long body may send nothing.
	sendTimeout = 30 * time.Second
)

// await lets an answer take long to be made; 0 says that it is made. Who reads
// it is waited for no longer than others are: takeTimeout for each piece of a
// long answer, and writeTimeout for what is left when it is made.
func (x *exchange) await(patience time.Duration) {
	x.patience = patience
	x.within(patience + writeTimeout)
}

// within sets when what is written must be taken. Not every writer has a
// deadline to move.
func (x *exchange) within(d time.Duration) {
	_ = http.NewResponseController(x.ResponseWriter).SetWriteDeadline(time.Now().Add(d))
}

// writeLong writes piece by piece.
func (x *exchange) writeLong(b []byte) (n int, err error) {
	defer x.within(x.patience + writeTimeout)
	for {
		x.within(takeTimeout)
		piece, err := x.ResponseWriter.Write(b[n:min(len(b), n+takeBytes)])
		if n += piece; err != nil || n == len(b) {
			return n, err
		}
	}
}

// breakOff ends an answer whose head is out. That its reader is gone is no fault
// of ours.
func (x *exchange) breakOff(what string, err error) {
	if !x.gone {
		x.api.Log.Error("an answer was broken off", "what", what, "route", x.route, "error", err)
	}
	panic(http.ErrAbortHandler)
}

// steady reads a long body, whose sender must go on sending.
type steady struct {
	from    io.Reader
	control *http.ResponseController
	end     time.Time // when all of it must be there
}

// steadily reads a body that may take a while to come.
func (x *exchange) steadily(from io.Reader, within time.Duration) io.Reader {
	return &steady{from, http.NewResponseController(x.ResponseWriter), time.Now().Add(within)}
}

// Read waits sendTimeout at most, and not beyond the end. Not every reader has
// a deadline to move.
func (s *steady) Read(b []byte) (n int, err error) {
	by := time.Now().Add(sendTimeout)
	if by.After(s.end) {
		by = s.end
	}
	_ = s.control.SetReadDeadline(by)
	if n, err = s.from.Read(b); errors.Is(err, io.EOF) {
		_ = s.control.SetReadDeadline(s.end) // nothing more is to come
	}
	return n, err
}
