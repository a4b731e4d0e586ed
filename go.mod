module github.com/seatledger/seatledger

go 1.26.0

require (
	github.com/go-json-experiment/json v0.0.0-20260820222146-c27c302e5fc3
	github.com/klauspost/compress v1.20.3
	github.com/oklog/ulid/v2 v2.1.2
	golang.org/x/text v0.43.0
)

require pgregory.net/rapid v1.3.0
