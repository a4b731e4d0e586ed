package main

import (
	"strings"
	"testing"

	"github.com/seatledger/seatledger/cmd/internal/client"
)

// TestViewsExist: every view that get knows by name is a path of the API.
func TestViewsExist(t *testing.T) {
	n, err := startNode(t.TempDir(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer n.kill()
	c, err := client.New(n.url, client.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	body, err := c.Get(t.Context(), "/openapi.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	api, err := outlineOf(body)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, path := range api.at("paths").names {
		known[wildcards(path)] = true
	}
	for _, v := range views {
		path, _, _ := strings.Cut(v.path, "?")
		if !known[path] {
			t.Errorf("get %s asks for %s, which the API does not have", v.name, path)
		}
	}
}

// wildcards leaves out the names of a path's parameters.
func wildcards(path string) string {
	parts := strings.Split(path, "/")
	for i, p := range parts {
		if strings.HasPrefix(p, "{") {
			parts[i] = "{}"
		}
	}
	return strings.Join(parts, "/")
}
