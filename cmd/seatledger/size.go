package main

import "fmt"

// inBytes says a size in bytes as people read it: in kB, MB or GB of a power of
// ten.
func inBytes(n int64) string {
	size, units := float64(n)/1e3, []string{"kB", "MB"}
	for _, unit := range units {
		if size < 999.95 { // which would be rounded up to 1000.0
			return fmt.Sprintf("%.1f %s", size, unit)
		}
		size /= 1e3
	}
	return fmt.Sprintf("%.1f GB", size)
}
