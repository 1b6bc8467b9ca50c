package clients_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/sync/errgroup"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = subject{
	name: "a WebSocket", server: serveWebSocket, client: useWebSocket,
	silent: "context deadline exceeded", dead: "connection refused", lost: "failed to wait for pong",
}.inAllWeathers()

// serveWebSocket says each message that it gets, and for one like "content 7" it sends the
// content in as many messages.
func serveWebSocket(_ context.Context, env *Env) (Instance, error) {
	listener, err := env.Network.Listen("tcp", ":80")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if socket, err := websocket.Accept(w, r, nil); err == nil {
			_ = talk(r.Context(), socket) // until the client is gone
		}
	})}
	go func() { _ = server.Serve(listener) }() // it ends with Close
	return stopper{server.Close}, nil
}

func talk(ctx context.Context, socket *websocket.Conn) error {
	defer socket.CloseNow()
	for {
		_, message, err := socket.Read(ctx)
		if err != nil {
			return err
		}
		answers, lines := slices.Values([]string{string(message)}), 0
		if _, err := fmt.Sscanf(string(message), "content %d", &lines); err == nil {
			answers = contentByLine(lines)
		}
		for text := range answers {
			if err := socket.Write(ctx, websocket.MessageText, []byte(text)); err != nil {
				return err
			}
		}
	}
}

// webSocket is a client that connects again after each error.
type webSocket struct {
	options websocket.DialOptions

	mu     sync.Mutex
	socket *websocket.Conn // nil before the first call and after an error
}

func useWebSocket(env *Env) (caller, error) {
	client := &http.Client{Transport: &http.Transport{DialContext: env.Network.DialContext}}
	return &webSocket{options: websocket.DialOptions{HTTPClient: client}}, nil
}

func (w *webSocket) Ask(ctx context.Context, text string) (string, error) {
	return w.call(ctx, text, 1)
}

func (w *webSocket) Fetch(ctx context.Context, lines int) (string, error) {
	return w.call(ctx, fmt.Sprint("content ", lines), lines)
}

// Wait reads on a connection of its own, and pings on it.
func (w *webSocket) Wait(ctx context.Context) error {
	socket, _, err := websocket.Dial(ctx, "ws://server/", &w.options)
	if err != nil {
		return err
	}
	defer socket.CloseNow()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		_, _, err := socket.Read(ctx)
		return err
	})
	group.Go(func() error {
		for {
			if err := ping(ctx, socket, 300*time.Millisecond); err != nil {
				return err
			}
		}
	})
	return group.Wait()
}

// ping pings and waits for the answer, for up to within, which is the pause before the next one.
func ping(ctx context.Context, socket *websocket.Conn, within time.Duration) error {
	limited, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := socket.Ping(limited); err != nil {
		return err
	}
	<-limited.Done()
	return ctx.Err()
}

// call sends a message and returns what so many answers say.
func (w *webSocket) call(ctx context.Context, message string, answers int) (all string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.socket == nil {
		if w.socket, _, err = websocket.Dial(ctx, "ws://server/", &w.options); err != nil {
			return "", err
		}
	}
	defer func() {
		if err != nil {
			_ = w.socket.CloseNow()
			w.socket = nil
		}
	}()
	if err := w.socket.Write(ctx, websocket.MessageText, []byte(message)); err != nil {
		return "", err
	}
	for range answers {
		_, answer, err := w.socket.Read(ctx)
		if err != nil {
			return "", err
		}
		all += string(answer)
	}
	return all, nil
}

func (w *webSocket) Stop(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.socket == nil {
		return nil
	}
	return w.socket.CloseNow()
}
