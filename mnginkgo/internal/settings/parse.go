package settings

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

func duration(field func(*Settings) *time.Duration) func(*Settings, string) error {
	return func(s *Settings, text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d <= 0 {
			return errors.New(`must be a duration above 0 such as "50ms" or "2s"`)
		}
		*field(s) = d
		return nil
	}
}

// orOff is a duration that can be switched off.
func orOff(field func(*Settings) *time.Duration) func(*Settings, string) error {
	set := duration(field)
	return func(s *Settings, text string) error {
		if text == "off" {
			*field(s) = 0
			return nil
		}
		if err := set(s, text); err != nil {
			return fmt.Errorf(`%w, or "off"`, err)
		}
		return nil
	}
}

// count is a whole number, and how small it may be.
func count(least int, field func(*Settings) *int) func(*Settings, string) error {
	return func(s *Settings, text string) error {
		n, err := strconv.Atoi(text)
		if err != nil || n < least {
			return fmt.Errorf("must be a whole number of at least %d", least)
		}
		*field(s) = n
		return nil
	}
}

func setLogLevel(s *Settings, text string) error {
	if err := s.LogLevel.UnmarshalText([]byte(text)); err != nil {
		return errors.New("must be debug, info, warn or error")
	}
	return nil
}

func setSeed(s *Settings, text string) error {
	if text == "drawn" {
		s.Seed = 0
		return nil
	}
	seed, err := strconv.ParseUint(text, 10, 64)
	if err != nil || seed == 0 {
		return errors.New("must be drawn, or the seed that a report names: a whole number above 0")
	}
	s.Seed = seed
	return nil
}

func setTime(s *Settings, text string) error {
	if text != "real" && text != "virtual" {
		return errors.New("must be real or virtual")
	}
	s.Virtual = text == "virtual"
	return nil
}

func flag(of func(*Settings) *bool) func(*Settings, string) error {
	return func(s *Settings, text string) error {
		on, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("must be true or false")
		}
		*of(s) = on
		return nil
	}
}

func keyNames() string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	return strings.Join(names, ", ")
}

func setRecord(s *Settings, text string) error {
	switch text {
	case "failed":
		s.Record = RecordFailed
	case "always":
		s.Record = RecordAlways
	case "never":
		s.Record = RecordNever
	default:
		return errors.New("must be failed, always or never")
	}
	return nil
}

func setRecordDir(s *Settings, text string) error {
	if text == "" || strings.ContainsAny(text, "?*\x00") {
		return errors.New("must be a folder, relative to that of the suite or absolute")
	}
	s.RecordDir = text
	return nil
}
