package netconn_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"syscall"

	"github.com/7aca83c2/multinode/transport"
	"github.com/7aca83c2/multinode/transport/chanpair"
	"github.com/7aca83c2/multinode/transport/netconn"
)

func Example() {
	sw := transport.NewSwitch()
	network := chanpair.New(sw)
	a, _ := netconn.NewStack(network, "a")
	b, _ := netconn.NewStack(network, "b")
	defer func() { _ = a.Close(); _ = b.Close() }()

	listener, _ := b.Listen("tcp", ":80")
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "hello, %s", r.RemoteAddr)
	})}
	go func() { _ = server.Serve(listener) }()

	client := &http.Client{Transport: &http.Transport{DialContext: a.DialContext}}
	response, err := client.Get("http://b/")
	if err != nil {
		fmt.Println(err)
		return
	}
	body, _ := io.ReadAll(response.Body)
	_ = response.Body.Close()
	fmt.Println(string(body))

	_ = sw.Cut(context.Background(), transport.Link{From: "a", To: "b"})
	go sw.Mend(transport.Link{From: "a", To: "b"})
	response, err = client.Get("http://b/again") // waits for the mending
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = response.Body.Close()
	fmt.Println(response.Status)

	_ = server.Close()
	_, err = a.Dial("tcp", "b:80")
	fmt.Println(errors.Is(err, syscall.ECONNREFUSED), err)
	// Output:
	// hello, a:49152
	// 200 OK
	// true dial tcp b:80: connect: connection refused
}
