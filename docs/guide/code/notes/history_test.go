package notes_test

import (
	"context"
	"fmt"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/linearizable"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin history

// perform has the client put a note, or get one if there is no text, and the history know how that went.
func perform(ctx context.Context, cluster *Cluster, history *History[note, string], n note) {
	call, from := history.BeginOn(cluster.Node(n.At), "client", n), cluster.Node("client")
	var text string
	var err error
	if n.Text != "" {
		_, err = put.On(ctx, from, n)
	} else {
		text, err = get.On(ctx, from, n)
	}
	if err != nil {
		call.Unknown(err) // it may be kept, or not
		return
	}
	call.Returned(text)
}

// register is one key of a server as it should be: it has what was put last.
var register = linearizable.Model[string, note, string]{
	Key: func(n note) string { return n.Key },
	Step: func(text string, n note) (answer, next string) {
		if n.Text != "" {
			return "", n.Text
		}
		return text, text
	},
	Describe: func(n note, text string) string {
		if n.Text != "" {
			return fmt.Sprintf("put %q at %s", n.Text, n.At)
		}
		return fmt.Sprintf("get %q from %s", text, n.At)
	},
}

//guide:end

var _ = Describe("a history of notes", MultiNode(Roles("a", "b", "client"), Boot(boot)), func() {
	It("is linearizable on a good network", func(ctx SpecContext, cluster *Cluster) {
		history := NewHistory[note, string](cluster)
		perform(ctx, cluster, history, note{At: "a", Key: "milk", Text: "two bottles"})
		perform(ctx, cluster, history, note{At: "b", Key: "milk"})
		perform(ctx, cluster, history, note{At: "a", Key: "milk"})
		Expect(register.Check(history, time.Minute)).To(Succeed())
	})
})
