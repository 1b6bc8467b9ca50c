package codec

import (
	"fmt"
	"reflect"
	"testing"
)

func panicOf(f func()) (text string) {
	defer func() {
		if p := recover(); p != nil {
			text = fmt.Sprint(p)
		}
	}()
	f()
	return "no panic"
}

func oneTwin() any {
	type twin struct{ A int }
	Register[twin]()
	return twin{1}
}

func otherTwin() {
	type twin struct{ B int }
	Register[twin]()
}

func TestRegisterAgainDoesNothing(t *testing.T) {
	before := registered.Load()
	Register[inner]()
	Register[string]()
	if registered.Load() != before {
		t.Error("the registry was replaced")
	}
}

func TestRegisterPanics(t *testing.T) {
	oneTwin()
	v := oneTwin()
	if got := roundTrip(t, v); got != v {
		t.Errorf("got %v", got)
	}
	for _, c := range []struct {
		f    func()
		want string
	}{
		{Register[hasChan], "codec: codec.hasChan: field Done: chan int cannot be encoded"},
		{Register[chan int], "codec: chan int cannot be encoded"},
		{Register[error], "codec: error is an interface: register the types that it holds"},
		{otherTwin, "codec: two types have the name github.com/7aca83c2/multinode/internal/codec.twin: " +
			"rename one, or declare it outside of its function"},
	} {
		if got := panicOf(c.f); got != c.want {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
	}
}

type box[T any] struct{ V T }

func TestNames(t *testing.T) {
	const here = "github.com/7aca83c2/multinode/internal/codec."
	for _, c := range []struct {
		typ  reflect.Type
		want string
	}{
		{reflect.TypeFor[int](), "int"},
		{reflect.TypeFor[inner](), here + "inner"},
		{reflect.TypeFor[*inner](), "*" + here + "inner"},
		{reflect.TypeFor[[][2]inner](), "[][2]" + here + "inner"},
		{reflect.TypeFor[map[inner]*inner](), "map[" + here + "inner]*" + here + "inner"},
		{reflect.TypeFor[box[inner]](), here + "box[" + here + "inner]"},
		{reflect.TypeFor[struct{ A int }](), "struct { A int }"},
	} {
		if got := nameOf(c.typ); got != c.want {
			t.Errorf("%v is named %s, want %s", c.typ, got, c.want)
		}
	}
}

func TestGenericTypesTravel(t *testing.T) {
	Register[box[inner]]()
	same[any](t, box[inner]{inner{A: 1}})
}
