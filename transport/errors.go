package transport

import (
	"errors"
	"fmt"
)

var (
	// ErrInUse means that another endpoint is open at that address.
	ErrInUse = errors.New("address in use")
	// ErrAddress means that an address is empty or longer than MaxAddress.
	ErrAddress = fmt.Errorf("address must have 1 to %d bytes", MaxAddress)
	// ErrTooLong means that a payload is longer than MaxPayload.
	ErrTooLong = fmt.Errorf("payload longer than %d bytes", MaxPayload)
)
