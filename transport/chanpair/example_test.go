package chanpair_test

import (
	"context"
	"fmt"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
)

func Example() {
	sw := transport.NewSwitch()
	network := chanpair.New(sw)
	heard := make(chan string)
	a, _ := network.Open("a", func(transport.Address, []byte) {})
	b, _ := network.Open("b", func(from transport.Address, payload []byte) {
		heard <- fmt.Sprintf("b heard %q from %s", payload, from)
	})
	defer func() { _ = a.Close(); _ = b.Close() }()

	_ = a.Send("b", []byte("hello"))
	fmt.Println(<-heard)

	aToB := transport.Link{From: "a", To: "b"}
	_ = sw.Cut(context.Background(), aToB)
	_ = a.Send("b", []byte("lost"))
	sw.Mend(aToB)
	_ = a.Send("b", []byte("hello again"))
	fmt.Println(<-heard)

	for _, link := range sw.Stats() {
		fmt.Println(link.Link, link.Frames, "frames,", link.Dropped["cut"].Frames, "dropped by the cut")
	}
	// Output:
	// b heard "hello" from a
	// b heard "hello again" from a
	// a>b 2 frames, 1 dropped by the cut
}
