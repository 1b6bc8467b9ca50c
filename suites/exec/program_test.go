//go:build unix

package exec_test

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"strings"
	"time"
)

// program answers lines at the port of its second argument, each behind its name, which
// is the first. A line "via x" it sends to the peer at the port of its third, over a
// connection that it makes anew when the last one is lost.
func program(what string, args []string) int {
	if what == "die" {
		fmt.Fprintln(os.Stderr, "no license")
		return 3
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stderr, "at your service")
	for {
		c, err := l.Accept()
		if err != nil {
			return 1
		}
		go (&client{name: args[0], conn: c, peer: "127.0.0.1:" + args[2]}).serve()
	}
}

// client is a connection to the program.
type client struct {
	name  string
	conn  net.Conn
	peer  string
	trunk net.Conn // to the peer
}

func (c *client) serve() {
	defer c.conn.Close()
	for in := bufio.NewScanner(c.conn); in.Scan(); {
		text, via := strings.CutPrefix(in.Text(), "via ")
		if text == "exit" {
			fmt.Fprint(os.Stderr, "good bye") // an end without a line's
			os.Exit(3)
		}
		if via {
			text = c.forward(text)
		}
		if _, err := fmt.Fprintln(c.conn, c.name, text); err != nil {
			return
		}
	}
}

func (c *client) forward(text string) string {
	answer, err := c.ask(text)
	if err != nil {
		c.trunk = nil
		return "lost its peer"
	}
	return "heard: " + answer
}

func (c *client) ask(text string) (string, error) {
	if c.trunk == nil {
		trunk, err := net.DialTimeout("tcp", c.peer, 5*time.Second)
		if err != nil {
			return "", err
		}
		c.trunk = trunk
	}
	if _, err := fmt.Fprintln(c.trunk, text); err != nil {
		return "", err
	}
	answer, err := bufio.NewReader(c.trunk).ReadString('\n')
	return strings.TrimSpace(answer), err
}
