package wrong_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"syscall"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

// act does what is wrong. What it prints before must not be lost if the process ends.
func act(ctx context.Context) error {
	mark("acting")
	fmt.Println("last words of " + asked.role)
	return acts[asked.kind](ctx)
}

// acts are the kinds of what can go wrong, by name. The test finds their lines by the
// comments behind them.
var acts = map[string]func(context.Context) error{
	"none": func(context.Context) error { return nil },

	"expect": func(context.Context) error {
		Expect("wrong").To(Equal("right")) // expect
		return nil
	},
	"eventually": func(ctx context.Context) error {
		Eventually(ctx, func() string { return "wrong" }).WithTimeout(30 * time.Millisecond).Should(Equal("right")) // eventually
		return nil
	},
	"fail": func(context.Context) error {
		Fail("this is wrong") // fail
		return nil
	},
	"skip": func(context.Context) error {
		Skip("not today") // skip
		return nil
	},
	"abort": func(context.Context) error {
		AbortSuite("stop it all") // abort
		return nil
	},
	"errorf": func(context.Context) error {
		GinkgoT().Errorf("%s is wrong", "this") // errorf
		return nil
	},
	"fail-now": func(context.Context) error {
		GinkgoT().FailNow() // fail-now
		return nil
	},
	"new-with-t": func(context.Context) error {
		NewWithT(GinkgoT()).Expect("wrong").To(Equal("right")) // new-with-t
		return nil
	},
	"new-gomega": func(context.Context) error {
		NewGomega(Fail).Expect("wrong").To(Equal("right")) // new-gomega
		return nil
	},
	"panic": func(context.Context) error {
		panic("out of cheese") // panic
	},
	"nil-map": func(context.Context) error {
		var counts map[string]int
		counts["x"]++ // nil-map
		return nil
	},
	"recovered-fail": func(context.Context) error {
		defer GinkgoRecover()
		Fail("this is wrong") // recovered-fail
		return nil
	},
	"recovered-expect": func(context.Context) error {
		defer GinkgoRecover()
		Expect("wrong").To(Equal("right")) // recovered-expect
		return nil
	},
	"recovered-panic": func(context.Context) error {
		defer GinkgoRecover()
		panic("out of cheese") // recovered-panic
	},
	"goexit": func(context.Context) error {
		runtime.Goexit() // goexit
		return nil
	},
	"error": func(context.Context) error { return errors.New("port 80 is taken") },
	"deaf":  deafToAll,

	"exit-0":    func(context.Context) error { os.Exit(0); return nil },
	"exit-3":    func(context.Context) error { os.Exit(3); return nil },
	"exit-66":   func(context.Context) error { os.Exit(66); return nil },
	"log-fatal": func(context.Context) error { log.Fatal("this is fatal"); return nil },
	"kill":      func(context.Context) error { return signal(syscall.SIGKILL) },
	"segv":      func(context.Context) error { return signal(syscall.SIGSEGV) },
	"unlock":    func(context.Context) error { new(sync.Mutex).Unlock(); return nil },
	"overflow": func(context.Context) error {
		debug.SetMaxStack(1 << 16)
		_ = deeper(0)
		return nil
	},
	"go-panic": func(context.Context) error {
		go func() { panic("out of cheese") }()
		select {}
	},

	"race": func(context.Context) error {
		n, done := 0, make(chan struct{})
		count := func() { n++ } // race
		go func() { count(); close(done) }()
		count()
		<-done
		return nil
	},
}

// ends reports whether what is wrong ends the process.
func ends() bool {
	switch asked.kind {
	case "exit-0", "exit-3", "exit-66", "log-fatal", "kill", "segv", "unlock", "overflow", "go-panic":
		return true
	}
	return inOwnGoroutine() && (asked.kind == "panic" || asked.kind == "errorf")
}

// inOwnGoroutine reports whether nobody but the user has started the goroutine that acts.
func inOwnGoroutine() bool {
	switch asked.moment {
	case "goroutine", "left-running", "after-return", "over", "last":
		return true
	}
	return false
}

// deafToAll does not heed its context.
func deafToAll(context.Context) error {
	<-make(chan struct{}) // deaf
	return nil
}

func signal(s syscall.Signal) error {
	err := syscall.Kill(os.Getpid(), s)
	time.Sleep(time.Second)
	return err
}

//go:noinline
func deeper(n int) int {
	if n < 0 {
		return 0
	}
	return deeper(n+1) + n
}
