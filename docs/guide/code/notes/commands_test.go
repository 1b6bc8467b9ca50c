package notes_test

import (
	"context"
	"net/http"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/docs/guide/code/notes"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin boot

// server is what runs on a role.
type server struct{ *notes.Server }

func (s server) Stop(context.Context) error { return s.Close() }

// boot starts a server on a, whose peer is that on b. The client has none.
func boot(_ context.Context, env *Env) (Instance, error) {
	if env.Role == "client" {
		return nil, nil
	}
	listener, err := env.Network.Listen("tcp", ":80")
	if err != nil {
		return nil, err
	}
	config := notes.Config{Dir: env.DataDir(), Listener: listener, Dial: env.Network.DialContext, Buffered: env.Data == "buffered"}
	if env.Role == "a" {
		config.Peer = "b:80"
	}
	s, err := notes.Start(config)
	return server{s}, err
}

//guide:end

//guide:begin commands

// note is the argument of put: what travels to a role has exported fields.
type note struct{ At, Key, Text string }

// put has a role put a note at a server.
var put = Command(func(ctx context.Context, node *Node, n note) (struct{}, error) {
	return struct{}{}, client(node, n.At).Put(ctx, n.Key, n.Text)
})

// get has a role get a note from a server.
var get = Command(func(ctx context.Context, node *Node, n note) (string, error) {
	return client(node, n.At).Get(ctx, n.Key)
})

// client is a client that dials from where the code runs.
func client(node *Node, at string) notes.Client {
	transport := &http.Transport{DialContext: node.Env().Network.DialContext, DisableKeepAlives: true}
	return notes.Client{HTTP: &http.Client{Transport: transport}, At: at + ":80"}
}

//guide:end

//guide:begin spec
var _ = Describe("notes", MultiNode(Roles("a", "b", "client"), Boot(boot), Parallel()), func() {
	It("are kept on both servers", func(ctx SpecContext, cluster *Cluster) {
		from := cluster.Node("client")
		Expect(put.On(ctx, from, note{At: "a", Key: "milk", Text: "two bottles"})).Error().NotTo(HaveOccurred())
		Expect(get.On(ctx, from, note{At: "a", Key: "milk"})).To(Equal("two bottles"))
		Expect(get.On(ctx, from, note{At: "b", Key: "milk"})).To(Equal("two bottles"))
	})

	It("are not acknowledged while the other server is cut off", Label("partition"), func(ctx SpecContext, cluster *Cluster) {
		cluster.Partition("a", "b")
		Expect(put.On(ctx, cluster.Node("client"), note{At: "a", Key: "milk", Text: "two bottles"})).Error().
			To(MatchError(ContainSubstring("502 Bad Gateway")))
	})
})

//guide:end

//guide:begin bodies
var _ = Describe("writers", MultiNode(Roles("a", "b", "client"), Boot(boot), Parallel()), func() {
	It("see each other's notes once they have met", func(ctx SpecContext, node *Node) {
		key := "from-" + node.Role()
		Expect(client(node, "a").Put(ctx, key, "hello")).To(Succeed())
		node.Barrier("written")
		for _, role := range node.Roles() {
			Expect(client(node, "a").Get(ctx, "from-"+role)).To(Equal("hello"))
		}
	})
})

//guide:end
