package clients_test

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/onsi/gomega/types"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

// call is what the client is told to do. Within is the deadline that it gives its library.
type call struct {
	What   string // "ask", "fetch", "wait", "put" or "get"
	Text   string // to ask for, or a key
	Value  string // to put
	Lines  int    // to fetch
	Within time.Duration
}

// outcome is how a call has ended.
type outcome struct {
	Text string
	Err  string // "" if all went well
	Took time.Duration
}

var doCall = Command(func(ctx context.Context, node *Node, c call) (outcome, error) {
	ctx, cancel := context.WithTimeout(ctx, c.Within)
	defer cancel()
	began := time.Now()
	text, err := c.on(ctx, node.Instance().(caller))
	o := outcome{Text: text, Took: time.Since(began)}
	if err != nil {
		o.Err = err.Error()
	}
	return o, nil
})

func (c call) on(ctx context.Context, client caller) (string, error) {
	switch c.What {
	case "ask":
		return client.Ask(ctx, c.Text)
	case "fetch":
		text, err := client.Fetch(ctx, c.Lines)
		if err == nil && text == content(c.Lines) {
			text = allRight // not to be carried to the spec
		}
		return text, err
	case "wait":
		return "", client.(waiter).Wait(ctx)
	case "put":
		return "", client.(keeper).Put(ctx, c.Text, c.Value)
	case "get":
		return client.(keeper).Get(ctx, c.Text)
	}
	return "", fmt.Errorf("no call %q", c.What)
}

const allRight = "all right"

// ask has the client ask, and returns how that has ended.
func ask(ctx SpecContext, text string, within time.Duration) outcome {
	GinkgoHelper()
	return do(ctx, call{What: "ask", Text: text, Within: within})
}

// fetch has the client fetch content, and returns how that has ended.
func fetch(ctx SpecContext, lines int) outcome {
	GinkgoHelper()
	return do(ctx, call{What: "fetch", Lines: lines, Within: patient})
}

// wait has the client wait for what never comes. What is returned gets how that ends.
func wait(ctx SpecContext) <-chan outcome {
	return begin(ctx, call{What: "wait", Within: patient})
}

func begin(ctx SpecContext, c call) <-chan outcome {
	end := make(chan outcome, 1)
	go func() {
		defer GinkgoRecover()
		end <- do(ctx, c)
	}()
	return end
}

func do(ctx SpecContext, c call) outcome {
	GinkgoHelper()
	o, err := doCall.On(ctx, ClusterFrom(ctx).Node("client"), c)
	Expect(err).NotTo(HaveOccurred())
	return o
}

// answered matches the outcome of a call that was answered with a text.
func answered(text string) types.GomegaMatcher {
	return And(HaveField("Err", BeEmpty()), HaveField("Text", text))
}

// failed matches the outcome of a call that ended with an error, and was not late with it.
func failed(reason string, within time.Duration) types.GomegaMatcher {
	return And(HaveField("Err", ContainSubstring(reason)), HaveField("Took", BeNumerically("<", within+slack)))
}

// slack is how much later than at its deadline a call may end on a busy machine.
const slack = time.Second
