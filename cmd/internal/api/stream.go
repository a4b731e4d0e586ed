package api

import (
	"github.com/danielgtaylor/huma/v2"
	"net/http"
)

const streamPath = "/v1/events/stream"

// MaxOpenStreams is how many event streams may be open at a time.
const MaxOpenStreams = 256

func (a *API) doStream(x *exchange, r *http.Request) error { return nil }

func streamOperation(huma.Registry) *huma.Operation { return &huma.Operation{} }
