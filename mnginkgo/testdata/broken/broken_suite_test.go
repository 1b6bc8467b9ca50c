package broken_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestBroken(t *testing.T) {
	RegisterFailHandler(Fail)
	if is("sets") {
		SetDefaultEventuallyTimeout(3 * time.Second)
	}
	if !is("forgotten") {
		t = VirtualTime(t)
	}
	RunSpecs(t, "Broken")
}

// kind is what to break; a kind may have words after it, as in "members parallel".
var kind, words = func() (string, []string) {
	fields := append(strings.Fields(os.Getenv("MN_BROKEN")), "")
	return fields[0], fields[1:]
}()

// is reports whether a word follows the kind.
func is(word string) bool { return slices.Contains(words, word) }

// broken declares the container of one kind, in the variant that was asked for.
func broken(name string, roles RoleNames, args ...any) bool {
	if kind != name {
		return true
	}
	var options []Option
	decorators := []any{Offset(1)}
	for _, arg := range args {
		if option, ok := arg.(Option); ok {
			options = append(options, option)
		} else {
			decorators = append(decorators, arg)
		}
	}
	return Describe(name, append(decorators, MultiNode(roles, append(options, variant()...)...))...)
}

func variant() []Option {
	switch {
	case is("virtual"):
		return []Option{Virtual()}
	case is("isolated"):
		return []Option{Parallel(Isolated())}
	case is("parallel"):
		return []Option{Parallel()}
	}
	return nil
}

var _ = !is("lineless") && SynchronizedBeforeSuite(StartBroker, JoinBroker)
