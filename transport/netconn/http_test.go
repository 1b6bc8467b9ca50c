package netconn_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/7aca83c2/multinode/transport"
)

// TestHTTPBetweenProcesses has many requests at once, whose answers are as long as the
// requests, over few connections and over many.
func TestHTTPBetweenProcesses(t *testing.T) {
	sw := transport.NewSwitch()
	a, b := open(t, link(t, "host 1", sw), "a"), open(t, link(t, "host 2", sw), "b")
	defer func() { _ = a.Close(); _ = b.Close() }()
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, _ = w.Write(body)
	})}
	listener := listen(t, b, ":80")
	ended := make(chan error)
	go func() { ended <- server.Serve(listener) }()

	for _, keep := range []bool{true, false} {
		transport := &http.Transport{DialContext: a.DialContext, DisableKeepAlives: !keep}
		client := &http.Client{Transport: transport}
		var all sync.WaitGroup
		for i := range 100 {
			all.Go(func() { post(t, client, fmt.Sprint(i), 1000*i) })
		}
		all.Wait()
		transport.CloseIdleConnections()
	}
	if err := server.Shutdown(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-ended; err != http.ErrServerClosed {
		t.Error(err)
	}
	for _, link := range sw.Stats() {
		if link.Frames == 0 {
			t.Errorf("%v had no frames", link.Link)
		}
	}
}

func post(t *testing.T, client *http.Client, path string, size int) {
	sent := bytes.Repeat([]byte{'x'}, size)
	response, err := client.Post("http://b/"+path, "text/plain", bytes.NewReader(sent))
	if err != nil {
		t.Error(err)
		return
	}
	defer response.Body.Close()
	if got, err := io.ReadAll(response.Body); err != nil || !bytes.Equal(got, sent) {
		t.Errorf("%d bytes came back, not %d; %v", len(got), size, err)
	}
}
