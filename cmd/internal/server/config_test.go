package server

import (
	"errors"
	"strings"
	"testing"
)

func TestConfigDefaults(t *testing.T) {
	c := Config{Dev: true}
	if err := c.Complete(); err != nil {
		t.Fatal(err)
	}
	if c.HTTPListen != "127.0.0.1:8080" || c.NATSListen != "127.0.0.1:4222" || c.Stream != "LEDGER" {
		t.Errorf("embedded: %+v", c)
	}
}

func TestConfigAccepts(t *testing.T) {
	for _, c := range []Config{
		{Dev: true, HTTPListen: "localhost:0", NATSListen: "[::1]:0"},
		{Dev: true, HTTPListen: "127.0.0.9:80"},
		{HTTPListen: ":8080", NATSListen: "0.0.0.0:4222", Insecure: true},
	} {
		if err := c.Complete(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func TestConfigRefuses(t *testing.T) {
	for _, c := range []struct {
		config Config
		naming string
	}{
		{Config{Dev: true, HTTPListen: "0.0.0.0:8080"}, "--http"},
		{Config{Dev: true, HTTPListen: ":8080"}, "--http"},
		{Config{Dev: true, HTTPListen: "ledger.example.com:8080"}, "--http"},
		{Config{Dev: true, NATSListen: "[::]:4222"}, "--nats-listen"},
		{Config{HTTPListen: "8080"}, "host:port"},
		{Config{Dev: true, Insecure: true, HTTPListen: ":8080"}, "--dev"},
		{Config{HTTPListen: ":8080"}, "--insecure"},
		{Config{NATSListen: "0.0.0.0:4222"}, "--nats-listen"},
	} {
		err := c.config.Complete()
		if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), c.naming) {
			t.Errorf("%+v: %v, want an error naming %s", c.config, err, c.naming)
		}
	}
}
