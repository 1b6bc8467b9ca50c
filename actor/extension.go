package actor

import (
	"reflect"
	"sync"
)

// extensions are what packages on top of a system keep with it, by type.
type extensions struct {
	mu   sync.Mutex
	made map[reflect.Type]any
}

// Extension returns the value of type T that belongs to the system. The first call makes
// it with create, which must not call Extension. It lives as long as the system does.
// Packages keep with it what there is one of on each node, under a type of their own.
func Extension[T any](s *System, create func() T) T {
	e := &s.extensions
	e.mu.Lock()
	defer e.mu.Unlock()
	key := reflect.TypeFor[T]()
	if v, ok := e.made[key]; ok {
		return v.(T)
	}
	v := create()
	e.made[key] = v
	return v
}
