package clients_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/protobuf/types/known/wrapperspb"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = subject{
	name: "gRPC", server: serveGRPC, client: useGRPC,
	silent: "code = DeadlineExceeded", dead: "connection refused", lost: "keepalive ping failed",
	more: grpcAlone,
}.inAllWeathers()

// echo is a service with a call and a stream, written by hand; usually it is generated.
var echo = grpc.ServiceDesc{
	ServiceName: "Echo",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Say", Handler: func(_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
		text := new(wrapperspb.StringValue)
		return text, decode(text)
	}}},
	Streams: []grpc.StreamDesc{{StreamName: "Content", ServerStreams: true, Handler: func(_ any, stream grpc.ServerStream) error {
		lines := new(wrapperspb.Int64Value)
		if err := stream.RecvMsg(lines); err != nil {
			return err
		}
		for line := range contentByLine(int(lines.GetValue())) {
			if err := stream.SendMsg(wrapperspb.String(line)); err != nil {
				return err
			}
		}
		return nil
	}}, {StreamName: "Wait", ServerStreams: true, Handler: func(server any, stream grpc.ServerStream) error {
		server.(*grpcServer).waiting.Add(1)
		defer server.(*grpcServer).waiting.Add(-1)
		<-stream.Context().Done()
		return nil
	}}},
}

type grpcServer struct {
	*grpc.Server
	waiting atomic.Int64 // calls of Wait
}

func serveGRPC(_ context.Context, env *Env) (Instance, error) {
	listener, err := env.Network.Listen("tcp", ":50051")
	if err != nil {
		return nil, err
	}
	server := &grpcServer{Server: grpc.NewServer(
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: time.Second, Timeout: time.Second}),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: time.Second}))}
	server.RegisterService(&echo, server)
	go func() { _ = server.Serve(listener) }() // it ends with Stop
	return server, nil
}

// Stop hides that of the server, which is called otherwise.
func (s *grpcServer) Stop(context.Context) error {
	s.Server.Stop()
	return nil
}

// waiting tells how many calls of Wait the server has.
var waiting = Command(func(_ context.Context, node *Node, _ struct{}) (int64, error) {
	return node.Instance().(*grpcServer).waiting.Load(), nil
})

func grpcAlone() {
	It("has its server notice by its keep-alive that the client's machine is gone", Label("crash"), func(ctx SpecContext, cluster *Cluster) {
		go func() { // until the client is gone
			_, _ = doCall.On(ctx, cluster.Node("client"), call{What: "wait", Within: patient})
		}()
		Eventually(ctx, waiting.On).WithArguments(ctx, cluster.Node("server"), struct{}{}).Should(BeEquivalentTo(1))
		cluster.Crash("client")
		Eventually(ctx, waiting.On).WithArguments(ctx, cluster.Node("server"), struct{}{}).WithTimeout(soon).Should(BeZero())
	})
}

type grpcClient struct{ conn *grpc.ClientConn }

func useGRPC(env *Env) (caller, error) {
	conn, err := grpc.NewClient("passthrough:///server:50051",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
			return env.Network.DialContext(ctx, "tcp", address)
		}),
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 20 * time.Millisecond, Multiplier: 1.5, MaxDelay: 200 * time.Millisecond},
			MinConnectTimeout: time.Second,
		}),
		grpc.WithKeepaliveParams(keepalive.ClientParameters{Time: 10 * time.Second, Timeout: time.Second})) // it takes no less than 10 s
	if err != nil {
		return nil, err
	}
	return &grpcClient{conn}, nil
}

func (c *grpcClient) Ask(ctx context.Context, text string) (string, error) {
	answer := new(wrapperspb.StringValue)
	err := c.conn.Invoke(ctx, "/Echo/Say", wrapperspb.String(text), answer)
	return answer.GetValue(), err
}

func (c *grpcClient) Wait(ctx context.Context) error {
	stream, err := c.stream(ctx, "Wait", 0)
	if err != nil {
		return err
	}
	return stream.RecvMsg(new(wrapperspb.StringValue))
}

// stream calls what answers with a stream.
func (c *grpcClient) stream(ctx context.Context, name string, argument int) (grpc.ClientStream, error) {
	stream, err := c.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "/Echo/"+name)
	if err != nil {
		return nil, err
	}
	return stream, errors.Join(stream.SendMsg(wrapperspb.Int64(int64(argument))), stream.CloseSend())
}

func (c *grpcClient) Fetch(ctx context.Context, lines int) (string, error) {
	stream, err := c.stream(ctx, "Content", lines)
	if err != nil {
		return "", err
	}
	var all strings.Builder
	for {
		part := new(wrapperspb.StringValue)
		if err := stream.RecvMsg(part); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return all.String(), err
		}
		all.WriteString(part.GetValue())
	}
}

func (c *grpcClient) Stop(context.Context) error { return c.conn.Close() }
