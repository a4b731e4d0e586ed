package events

import "strings"

const upperHex = "0123456789ABCDEF"

// plainByte reports a byte that stands for itself in an attribute: visible
// ASCII but '"' and '%' (CloudEvents HTTP binding, 3.1.3.2).
func plainByte(c byte) bool { return c > 0x20 && c < 0x7f && c != '"' && c != '%' }

// appendEncoded writes s as the value of a CloudEvents header.
func appendEncoded(b []byte, s string) []byte {
	from := 0 // what is plain since then is still to be written
	for i := range len(s) {
		if c := s[i]; !plainByte(c) {
			b = append(b, s[from:i]...)
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
			from = i + 1
		}
	}
	return append(b, s[from:]...)
}

// decodeValue reads what appendEncoded wrote.
func decodeValue(s string) (string, error) {
	if strings.IndexByte(s, '%') < 0 {
		return s, nil
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b = append(b, s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", ErrNotCanonical
		}
		hi, lo := strings.IndexByte(upperHex, s[i+1]), strings.IndexByte(upperHex, s[i+2])
		if hi < 0 || lo < 0 {
			return "", ErrNotCanonical
		}
		b = append(b, byte(hi<<4|lo))
		i += 2
	}
	return string(b), nil
}
