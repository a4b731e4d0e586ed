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
		{HTTPListen: ":8080", NATSListen: "0.0.0.0:4222", TLSCert: "a", TLSKey: "b"},
		{OIDCIssuer: "https://id.example", OIDCAudience: "ledger", Public: []string{"metrics", "log", "ready"}},
	} {
		if err := c.Complete(); err != nil {
			t.Errorf("%+v: %v", c, err)
		}
	}
}

func rate(n float64) *float64 { return &n }

func TestConfigOfRates(t *testing.T) {
	for dev, want := range map[bool]float64{true: 0, false: 5000} {
		c := Config{Dev: dev}
		if err := c.Complete(); err != nil || *c.CallerRate != want || dev != (*c.AddressRate == 0) {
			t.Errorf("dev %v: %v %v, %v", dev, *c.CallerRate, *c.AddressRate, err)
		}
	}
	c := Config{Dev: true, CallerRate: rate(7)}
	if err := c.Complete(); err != nil || *c.CallerRate != 7 {
		t.Errorf("%v %v", *c.CallerRate, err)
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
		{Config{Dev: true, HTTPListen: ":8080", TLSCert: "a", TLSKey: "b"}, "--dev"},
		{Config{TLSCert: "a"}, "--tls-key"},
		{Config{TLSKey: "a"}, "--tls-cert"},
		{Config{OIDCIssuer: "https://id.example"}, "--oidc-audience"},
		{Config{OIDCAudience: "ledger"}, "--oidc-issuer"},
		{Config{OIDCIssuer: "http://id.example", OIDCAudience: "ledger"}, "https://"},
		{Config{OIDCIssuer: "https://id.example", OIDCAudience: "ledger", Dev: true}, "--dev"},
		{Config{CallerRate: rate(-1)}, "--rate-limit"},
		{Config{AddressRate: rate(2e9)}, "--address-rate-limit"},
		{Config{Public: []string{"events"}}, "--public"},
	} {
		err := c.config.Complete()
		if !errors.Is(err, ErrConfig) || !strings.Contains(err.Error(), c.naming) {
			t.Errorf("%+v: %v, want an error naming %s", c.config, err, c.naming)
		}
	}
}
