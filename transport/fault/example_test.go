package fault_test

import (
	"fmt"
	"time"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/fault"
)

func Example() {
	sw := transport.NewSwitch()
	network := chanpair.New(sw)
	heard := make(chan string)
	a, _ := network.Open("a", func(transport.Address, []byte) {})
	b, _ := network.Open("b", func(_ transport.Address, payload []byte) { heard <- string(payload) })
	defer func() { _ = a.Close(); _ = b.Close() }()

	link := transport.Link{From: "a", To: "b"}
	slow := fault.Fault{Kind: fault.Latency, Delay: fault.Uniform(10*time.Millisecond, 2*time.Millisecond), Seed: 1}
	twice := fault.Fault{Kind: fault.Duplication, Share: 1, Seed: 1}
	for _, f := range []fault.Fault{slow, twice} {
		if err := f.Check(); err != nil {
			fmt.Println(err)
			return
		}
		sw.SetRule(link, f.String(), f.Rule(link, nil))
	}

	sent := time.Now()
	_ = a.Send("b", []byte("hello"))
	fmt.Println(<-heard)
	fmt.Println(<-heard)
	fmt.Println("at least 8ms later:", time.Since(sent) >= 8*time.Millisecond)
	fmt.Println(slow, "had an effect on", sw.Bites(slow.String()), "frame")
	// Output:
	// hello
	// hello
	// at least 8ms later: true
	// delay 10ms±2ms had an effect on 1 frame
}
