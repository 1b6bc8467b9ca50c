package external

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// TestMain is also the program of these tests: it echoes lines at the port of its first
// argument, each behind what the second argument is, or does what PROGRAM says.
func TestMain(m *testing.M) {
	switch os.Getenv("PROGRAM") {
	case "":
		os.Exit(m.Run())
	case "die":
		_, _ = fmt.Fprintln(os.Stdout, "last word")
		os.Exit(3)
	case "stubborn":
		signal.Ignore(syscall.SIGTERM)
		_, _ = fmt.Fprintln(os.Stdout, "stays")
		select {}
	case "linger":
		_, _ = fmt.Fprintln(os.Stdout, "no port")
		select {}
	}
	l, err := net.Listen("tcp", net.JoinHostPort(loopback, os.Args[1]))
	if err != nil {
		_, _ = fmt.Fprintln(os.Stdout, err)
		os.Exit(1)
	}
	_, _ = fmt.Fprintln(os.Stdout, "ready at last")
	for {
		c, err := l.Accept()
		if err != nil {
			os.Exit(1)
		}
		go func() {
			lines := bufio.NewScanner(c)
			for lines.Scan() {
				_, _ = fmt.Fprintln(c, os.Args[2], lines.Text())
			}
			_, _ = fmt.Fprintln(c, "end")
			_ = c.Close()
		}()
	}
}

// streets is a Network of loopback listeners, by role and port.
type streets struct {
	mu sync.Mutex
	at map[string]string
}

// house is the Network of one role.
type house struct {
	*streets
	role string
}

func (h house) Listen(network, address string) (net.Listener, error) {
	l, err := net.Listen(network, loopback+":0")
	if err != nil {
		return nil, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at[h.role+address] = l.Addr().String()
	return l, nil
}

func (h house) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	h.mu.Lock()
	to := h.at[address]
	h.mu.Unlock()
	return new(net.Dialer).DialContext(ctx, network, to)
}

type lab struct {
	*testing.T
	streets *streets
}

func newLab(t *testing.T) *lab { return &lab{t, &streets{at: map[string]string{}}} }

func (l *lab) config(role string, env string, args ...string) Config {
	return Config{
		Path: os.Args[0], Args: args, Env: []string{"PROGRAM=" + env}, Role: role, Roles: []string{"a", "b"}, Dir: l.TempDir(),
		Network: house{l.streets, role}, Log: slog.New(slog.NewTextHandler(l.Output(), nil)),
	}
}

func (l *lab) start(c Config) *Program {
	l.Helper()
	p, err := Start(l.Context(), c)
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(p.Kill)
	return p
}

func (l *lab) dial(address string) net.Conn {
	l.Helper()
	c, err := net.Dial("tcp", address)
	if err != nil {
		l.Fatal(err)
	}
	l.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		l.Fatal(err)
	}
	return c
}

func TestRelaysCarryBothWaysAndHalfCloses(t *testing.T) {
	l := newLab(t)
	l.start(l.config("b", "echo", "{{listen 80}}", "{{role}}"))
	a := l.start(l.config("a", "echo", "{{listen 80}}", "{{role}}"))
	port, err := a.reach("b", 80)
	if err != nil {
		t.Fatal(err)
	}
	c := l.dial(fmt.Sprintf("%s:%d", loopback, port))
	if _, err := io.WriteString(c, "one\ntwo\n"); err != nil {
		t.Fatal(err)
	}
	if err := c.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(c)
	if string(got) != "b one\nb two\nend\n" || err != nil {
		t.Errorf("got %q, error %v", got, err)
	}
}

func TestAProgramThatDiesEndsItsConnections(t *testing.T) {
	l := newLab(t)
	b := l.start(l.config("b", "echo", "{{listen 80}}", "b"))
	a := l.start(l.config("a", "echo", "{{listen 80}}", "a"))
	port, err := a.reach("b", 80)
	if err != nil {
		t.Fatal(err)
	}
	c := l.dial(fmt.Sprintf("%s:%d", loopback, port))
	lines := bufio.NewReader(c)
	if _, err := io.WriteString(c, "one\n"); err != nil {
		t.Fatal(err)
	}
	if got, err := lines.ReadString('\n'); got != "b one\n" {
		t.Fatalf("got %q, error %v", got, err)
	}
	b.Kill()
	if got, err := lines.ReadString('\n'); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %q, error %v, want the end or a reset", got, err)
	}
	if err := b.Ended(); err != nil {
		t.Errorf("what was told to end has ended with %v", err)
	}
}

func TestReadyIsALineOfTheOutput(t *testing.T) {
	l := newLab(t)
	c := l.config("a", "echo", "{{listen 80}}", "a")
	c.Ready = "ready at .*"
	a := l.start(c)
	l.dial(a.Addr(80))
	if err := a.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestStartSaysWhatIsWrong(t *testing.T) {
	l := newLab(t)
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	pattern := l.config("a", "linger")
	pattern.Ready = "ready"
	badPattern := l.config("a", "linger")
	badPattern.Ready = "("
	missing := l.config("a", "")
	missing.Path = "no-such-program"
	for want, c := range map[string]Config{
		"ended before it listened at port 80: exit status 3\nits last output:\n  last word": l.config("a", "die", "{{listen 80}}"),
		`does not listen at 127.0.0.1:`:                                   l.config("a", "linger", "{{listen 80}}"),
		`no line of its output matches "ready"`:                           pattern,
		"pattern of Ready: error parsing regexp":                          badPattern,
		`unknown role "z": the roles are a, b`:                            l.config("a", "linger", `{{reach "z" 80}}`),
		`port 0: a port is a number from 1 to 65535`:                      l.config("a", "linger", `{{listen 0}}`),
		`argument "{{port 80}}": template: :1: function "port" not defin`: l.config("a", "linger", `{{port 80}}`),
		`executable file not found in $PATH`:                              missing,
	} {
		ctx := t.Context()
		if strings.HasPrefix(want, "no line") || strings.HasPrefix(want, "does not") {
			ctx = short
		}
		if p, err := Start(ctx, c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error: %v\nwant %s", err, want)
			if err == nil {
				p.Kill()
			}
		}
	}
}

func TestEndedSaysHow(t *testing.T) {
	l := newLab(t)
	c := l.config("a", "die")
	c.Ready = "last"
	a, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	<-a.exited
	if err := a.Ended(); err == nil || !strings.Contains(err.Error(), "ended: exit status 3\nits last output:\n  last word") {
		t.Errorf("ended with %v", err)
	}
}

func TestStopKillsWhatDoesNotEnd(t *testing.T) {
	l := newLab(t)
	c := l.config("a", "stubborn")
	c.Ready = "stays"
	a := l.start(c)
	short, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if err := a.Stop(short); err == nil || !strings.Contains(err.Error(), "did not end at SIGTERM and was killed") {
		t.Errorf("error %v", err)
	}
	<-a.exited
}

func TestAnErrorHasTheLastLinesOfTheOutput(t *testing.T) {
	l := newLab(t)
	p := &Program{config: l.config("a", "")}
	if err := p.listen(); err != nil {
		t.Fatal(err)
	}
	want := "\nits last output:"
	for n := range 30 {
		_, _ = fmt.Fprintln(p.output, "line", n)
		if n >= 10 {
			want += fmt.Sprint("\n  line ", n)
		}
	}
	if got := p.lastWords(); got != want {
		t.Errorf("got %s\nwant %s", got, want)
	}
}

func TestAPathIsNotRelativeToTheProgramsFolder(t *testing.T) {
	l := newLab(t)
	c := l.config("a", "linger")
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	if c.Path, err = filepath.Rel(here, os.Args[0]); err != nil {
		t.Fatal(err)
	}
	c.Ready = "no port"
	l.start(c)
}
