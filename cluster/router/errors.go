package router

import "errors"

var (
	// ErrNoRoutee means that a message waited for a routee and there was no room, or the
	// router ended.
	ErrNoRoutee = errors.New("no routee")
	// ErrStrategy means that the strategy is for messages of another type.
	ErrStrategy = errors.New("strategy takes other messages")
	// ErrOption means that an option makes no sense.
	ErrOption = errors.New("bad option")
)
