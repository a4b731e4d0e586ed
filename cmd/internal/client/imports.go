package client

import (
	"context"
	"fmt"
	"io"
	"net/url"

	"github.com/go-json-experiment/json"

	"github.com/seatledger/seatledger/cmd/internal/processes/imports"
)

// ImportUsers sends a file of users, and answers with the job that it became.
func (c *Client) ImportUsers(ctx context.Context, accountID, behavior string, file io.Reader) (*imports.Job, error) {
	return postFile[imports.Job](ctx, c, accountID, url.Values{"behavior": {behavior}}, file)
}

// ForecastImport asks what an import of the file would do; nothing changes.
func (c *Client) ForecastImport(ctx context.Context, accountID, behavior string, file io.Reader) (*imports.Forecast, error) {
	return postFile[imports.Forecast](ctx, c, accountID, url.Values{"behavior": {behavior}, "dry_run": {"true"}}, file)
}

// CancelImport cancels what is left of an import. One that has ended stays as
// it is.
func (c *Client) CancelImport(ctx context.Context, id string) (*imports.Job, error) {
	return post[imports.Job](ctx, c, "/v1/imports/"+url.PathEscape(id)+"/cancel", nil, nil)
}

func postFile[T any](ctx context.Context, c *Client, accountID string, query url.Values, file io.Reader) (*T, error) {
	return post[T](ctx, c, "/v1/accounts/"+url.PathEscape(accountID)+"/imports", query, file)
}

func post[T any](ctx context.Context, c *Client, path string, query url.Values, file io.Reader) (*T, error) {
	b, err := c.Post(ctx, path, query, "text/csv", file)
	if err != nil {
		return nil, err
	}
	v := new(T)
	if err := json.Unmarshal(b, v); err != nil {
		return nil, fmt.Errorf("answer of %s: %w", path, err)
	}
	return v, nil
}

// Import is how far an import is.
func (c *Client) Import(ctx context.Context, id string) (*imports.Job, error) {
	job := new(imports.Job)
	_, err := c.View(ctx, "/v1/imports/"+url.PathEscape(id), nil, job)
	return job, err
}

// ImportErrors are the rows of an import that failed, as CSV. The caller closes
// it.
func (c *Client) ImportErrors(ctx context.Context, id string) (io.ReadCloser, error) {
	return c.File(ctx, "/v1/imports/"+url.PathEscape(id)+"/errors.csv", nil)
}
