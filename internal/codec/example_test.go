package codec_test

import (
	"fmt"
	"reflect"

	"github.com/7aca83c2/multinode/internal/codec"
)

type Order struct {
	ID    int
	Items []string
}

func Example() {
	codec.Register[Order]()

	data, err := codec.Append(nil, Order{ID: 7, Items: []string{"tea", "milk"}})
	if err != nil {
		fmt.Println(err)
	}
	v, err := codec.Decode(data, nil)
	fmt.Printf("%+v %v\n", v, err)
	// Output: {ID:7 Items:[tea milk]} <nil>
}

func ExampleCheck() {
	type Job struct {
		Name string
		Done chan int
	}
	fmt.Println(codec.Check(reflect.TypeFor[Job]()))
	// Output: codec: codec_test.Job: field Done: chan int cannot be encoded
}
