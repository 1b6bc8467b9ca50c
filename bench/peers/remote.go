package peers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/asynkron/protoactor-go/actor"
	"github.com/asynkron/protoactor-go/remote"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// receiver is the name of the actor that ServeProtoRemote has.
const receiver = "receiver"

// ServeProtoRemote serves the actor that ProtoRemoteTell and ProtoRemoteAsk send to, in a
// process of its own, until ctx ends. It returns the address for both.
func ServeProtoRemote(ctx context.Context) (address string, err error) {
	e, err := startRemote()
	if err != nil {
		return "", fmt.Errorf("peers: serve remote: %w", err)
	}
	props := actor.PropsFromProducer(func() actor.Actor { return &remoteReceiver{} })
	if _, err := e.system.Root.SpawnNamed(props, receiver); err != nil {
		e.stop()
		return "", fmt.Errorf("peers: serve remote: %w", err)
	}
	context.AfterFunc(ctx, e.stop)
	return e.system.Address(), nil
}

// remoteReceiver is an actor that sends back each string that it is asked, and counts those
// that it is told. It says how many these were, and begins anew, when it gets an Empty.
type remoteReceiver struct{ told uint64 }

// Receive implements actor.Actor.
func (r *remoteReceiver) Receive(ctx actor.Context) {
	switch m := ctx.Message().(type) {
	case *wrapperspb.StringValue:
		if ctx.Sender() == nil {
			r.told++
			return
		}
		ctx.Respond(m)
	case *emptypb.Empty:
		ctx.Respond(wrapperspb.UInt64(r.told))
		r.told = 0
	}
}

// ProtoRemoteTell sends strings to the actor at the address, and returns the time from
// before the first until the answer came that all were handled. The connection is there
// before.
func ProtoRemoteTell(address string, messages int) (time.Duration, error) {
	return withRemote("tell", messages, address, func(root *actor.RootContext, to *actor.PID) (time.Duration, error) {
		m := wrapperspb.String("build")
		began := time.Now()
		for range messages {
			root.Send(to, m)
		}
		told, err := toldOf(root, to)
		if err != nil {
			return 0, err
		}
		if told != uint64(messages) {
			return 0, fmt.Errorf("%d messages arrived, and %d were sent", told, messages)
		}
		return time.Since(began), nil
	})
}

// ProtoRemoteAsk asks the actor at the address again and again, and returns the median time
// of an ask. The connection is there before.
func ProtoRemoteAsk(address string, asks int) (time.Duration, error) {
	return withRemote("ask", asks, address, func(root *actor.RootContext, to *actor.PID) (time.Duration, error) {
		m := wrapperspb.String("build")
		took := make([]time.Duration, asks)
		for i := range took {
			began := time.Now()
			reply, err := root.RequestFuture(to, m, limit).Result()
			if err != nil {
				return 0, err
			}
			if s, ok := reply.(*wrapperspb.StringValue); !ok || s.Value != m.Value {
				return 0, fmt.Errorf("the reply is %v, not %v", reply, m)
			}
			took[i] = time.Since(began)
		}
		slices.Sort(took)
		return took[asks/2], nil
	})
}

// measurement measures with an actor that there is a connection to.
type measurement func(root *actor.RootContext, to *actor.PID) (time.Duration, error)

// withRemote measures with the actor at an address.
func withRemote(what string, times int, address string, measure measurement) (time.Duration, error) {
	if times < 1 {
		return 0, fmt.Errorf("peers: remote %s: %d times: there must be one at least", what, times)
	}
	e, err := startRemote()
	if err != nil {
		return 0, fmt.Errorf("peers: remote %s: %w", what, err)
	}
	defer e.stop()
	to := actor.NewPID(address, receiver)
	_, err = toldOf(e.system.Root, to) // connects, and begins anew
	var took time.Duration
	if err == nil {
		took, err = measure(e.system.Root, to)
	}
	if err != nil {
		return 0, fmt.Errorf("peers: remote %s: %w", what, err)
	}
	return took, nil
}

// toldOf returns how many strings the actor was told since it was asked last.
func toldOf(root *actor.RootContext, to *actor.PID) (uint64, error) {
	reply, err := root.RequestFuture(to, &emptypb.Empty{}, limit).Result()
	if err != nil {
		return 0, err
	}
	told, ok := reply.(*wrapperspb.UInt64Value)
	if !ok {
		return 0, fmt.Errorf("the reply is %v, not a number", reply)
	}
	return told.Value, nil
}

// remoteEnd is an actor system that others reach by gRPC.
type remoteEnd struct {
	system *actor.ActorSystem
	remote *remote.Remote
}

// startRemote starts one on a port of its own. The library panics if it has none.
func startRemote() (e *remoteEnd, err error) {
	e = &remoteEnd{system: quietSystem()}
	defer func() {
		if r := recover(); r != nil {
			e.system.Shutdown()
			err = errors.Join(err, fmt.Errorf("%v", r))
		}
	}()
	e.remote = remote.NewRemote(e.system, remote.Configure("127.0.0.1", 0))
	e.remote.Start()
	return e, nil
}

// stop disconnects, and stops the system.
func (e *remoteEnd) stop() {
	e.remote.Shutdown(true)
	e.system.Shutdown()
}
