package peers_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/7aca83c2/multinode/bench/peers"
)

// asReceiver is set in the environment of the process that serves the receiver.
const asReceiver = "PEERS_TEST_RECEIVER"

func TestMain(m *testing.M) {
	if os.Getenv(asReceiver) == "" {
		os.Exit(m.Run())
	}
	ctx, cancel := context.WithCancel(context.Background())
	address, err := peers.ServeProtoRemote(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(address)
	_, _ = io.Copy(io.Discard, os.Stdin) // until the test ends
	cancel()
}

func TestProtoRemote(t *testing.T) {
	if raced {
		t.Skip("the library races with itself where a remote starts and stops")
	}
	address := serve(t)
	for range 2 {
		if took, err := peers.ProtoRemoteTell(address, 10_000); err != nil || took <= 0 {
			t.Errorf("tell: took %v, %v", took, err)
		}
		if took, err := peers.ProtoRemoteAsk(address, 100); err != nil || took <= 0 {
			t.Errorf("ask: took %v, %v", took, err)
		}
	}
	if _, err := peers.ProtoRemoteTell(address, 0); err == nil {
		t.Error("no messages: no error")
	}
}

// serve runs the receiver in a process, which ends with the test, and returns its address.
func serve(t *testing.T) (address string) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), asReceiver+"=1")
	child.Stderr = os.Stderr
	stdin, err := child.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		if err := child.Wait(); err != nil {
			t.Error(err)
		}
	})
	address, err = bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(address)
}
