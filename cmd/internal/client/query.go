package client

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"net/http"
	"net/url"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// ErrPages: a list has pages without end. Tell the operator.
var ErrPages = errors.New("a page of the list leads back to itself")

// Get asks for a path, whose parts are escaped, and answers with the JSON.
func (c *Client) Get(ctx context.Context, path string, query url.Values) (jsontext.Value, error) {
	b, _, err := c.exchange(ctx, &request{method: http.MethodGet, path: path, query: query})
	return b, err
}

// View asks for a path like Get, and decodes the answer into out.
func (c *Client) View(ctx context.Context, path string, query url.Values, out any) (Meta, error) {
	b, meta, err := c.exchange(ctx, &request{method: http.MethodGet, path: path, query: query})
	if err != nil {
		return Meta{}, err
	}
	if err := json.Unmarshal(b, out); err != nil {
		return Meta{}, fmt.Errorf("answer of %s: %w", path, err)
	}
	return meta, nil
}

type page struct {
	Items      []jsontext.Value `json:"items"`
	NextCursor string           `json:"next_cursor"`
}

// List yields the items of a list, page after page. An error ends it. The
// query's limit is that of a page; its cursor, if any, is where to begin.
func (c *Client) List(ctx context.Context, path string, query url.Values) iter.Seq2[jsontext.Value, error] {
	return func(yield func(jsontext.Value, error) bool) {
		query := maps.Clone(query)
		if query == nil {
			query = url.Values{}
		}
		for {
			var p page
			if _, err := c.View(ctx, path, query, &p); err != nil {
				yield(nil, err)
				return
			}
			for _, item := range p.Items {
				if !yield(item, nil) {
					return
				}
			}
			switch p.NextCursor {
			case "":
				return
			case query.Get("cursor"):
				yield(nil, fmt.Errorf("%s: %w", path, ErrPages))
				return
			}
			query.Set("cursor", p.NextCursor)
		}
	}
}

// Items is List with every item decoded.
func Items[T any](ctx context.Context, c *Client, path string, query url.Values) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for raw, err := range c.List(ctx, path, query) {
			var item T
			if err == nil {
				err = json.Unmarshal(raw, &item)
			}
			if !yield(item, err) || err != nil {
				return
			}
		}
	}
}

// Raw asks for what is no JSON, and is small: a checkpoint, or a tile.
func (c *Client) Raw(ctx context.Context, path string) ([]byte, error) {
	b, _, err := c.exchange(ctx, &request{method: http.MethodGet, path: path})
	return b, err
}

// File asks for what is no JSON, such as users.csv or summary.pdf. The caller
// closes it.
func (c *Client) File(ctx context.Context, path string, query url.Values) (io.ReadCloser, error) {
	resp, err := c.start(ctx, &request{method: http.MethodGet, path: path, query: query})
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// Lines asks for what is answered as newline-delimited JSON while it goes on,
// and yields the lines. An error ends it.
func (c *Client) Lines(ctx context.Context, method, path string, query url.Values) iter.Seq2[jsontext.Value, error] {
	return func(yield func(jsontext.Value, error) bool) {
		resp, err := c.start(ctx, &request{method: method, path: path, query: query})
		if err != nil {
			yield(nil, err)
			return
		}
		defer resp.Body.Close()
		lines := jsontext.NewDecoder(resp.Body)
		for {
			v, err := lines.ReadValue()
			if errors.Is(err, io.EOF) || !yield(v, err) || err != nil {
				return
			}
		}
	}
}

// Post sends a body of any type that is no command: a CSV file to import, a
// consumer to make. It answers with the JSON, if there is any.
func (c *Client) Post(ctx context.Context, path string, query url.Values, contentType string, body io.Reader) (jsontext.Value, error) {
	b, _, err := c.exchange(ctx, &request{
		method: http.MethodPost, path: path, query: query, body: body,
		headers: map[string]string{"Content-Type": contentType},
	})
	return b, err
}

// Delete removes what the path names.
func (c *Client) Delete(ctx context.Context, path string) error {
	_, _, err := c.exchange(ctx, &request{method: http.MethodDelete, path: path})
	return err
}
