package clients_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var (
	_ = subject{
		name: "net/http over HTTP/1", server: serveHTTP, client: useHTTP1,
		silent: "context deadline exceeded", dead: "connection refused", lost: "connection timed out",
	}.inAllWeathers()

	_ = subject{
		name: "net/http over HTTP/2", server: serveHTTP, client: useHTTP2,
		silent: "context deadline exceeded", dead: "connection refused", lost: "http2: client connection lost",
	}.inAllWeathers()
)

// serveHTTP answers both versions of HTTP, without TLS.
func serveHTTP(_ context.Context, env *Env) (Instance, error) {
	listener, err := env.Network.Listen("tcp", ":80")
	if err != nil {
		return nil, err
	}
	server := &http.Server{Handler: pages(), Protocols: new(http.Protocols)}
	server.Protocols.SetHTTP1(true)
	server.Protocols.SetUnencryptedHTTP2(true)
	go func() { _ = server.Serve(listener) }() // it ends with Close
	return stopper{server.Close}, nil
}

func pages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /say/{text}", func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.PathValue("text")) // the client may have gone
	})
	mux.HandleFunc("POST /wait", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("GET /content/{lines}", func(w http.ResponseWriter, r *http.Request) {
		lines, err := strconv.Atoi(r.PathValue("lines"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		_, _ = io.WriteString(w, content(lines)) // the client may have gone
	})
	return mux
}

type httpClient struct{ http.Client }

func useHTTP1(env *Env) (caller, error) {
	return &httpClient{http.Client{Transport: &http.Transport{DialContext: keepAlive(env.Network)}}}, nil
}

// useHTTP2 returns a client whose calls share a connection. It pings one on which it waits,
// and gives it up when nobody answers: else later calls would wait on it, too, until TCP does.
func useHTTP2(env *Env) (caller, error) {
	transport := &http.Transport{
		DialContext: env.Network.DialContext,
		Protocols:   new(http.Protocols),
		HTTP2:       &http.HTTP2Config{SendPingTimeout: 500 * time.Millisecond, PingTimeout: time.Second},
	}
	transport.Protocols.SetUnencryptedHTTP2(true)
	return &httpClient{http.Client{Transport: transport}}, nil
}

func (c *httpClient) Ask(ctx context.Context, text string) (string, error) {
	return c.do(ctx, http.MethodGet, "say/"+url.PathEscape(text))
}

func (c *httpClient) Fetch(ctx context.Context, lines int) (string, error) {
	return c.do(ctx, http.MethodGet, fmt.Sprint("content/", lines))
}

func (c *httpClient) Wait(ctx context.Context) error {
	_, err := c.do(ctx, http.MethodPost, "wait") // a GET is sent again when its connection is lost
	return err
}

func (c *httpClient) do(ctx context.Context, method, path string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, method, "http://server/"+path, nil)
	if err != nil {
		return "", err
	}
	response, err := c.Do(request)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(response.Body)
	_ = response.Body.Close() // it was read
	return string(body), err
}

func (c *httpClient) Stop(context.Context) error {
	c.CloseIdleConnections()
	return nil
}
