package notes_test

import (
	"os/exec"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

func TestNotes(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "Notes")
}

//guide:begin build
var _ = SynchronizedBeforeSuite(func(ctx SpecContext) []byte {
	out, err := exec.CommandContext(ctx, "go", "build", "-o", "bin/notes", "./cmd/notes").CombinedOutput()
	Expect(err).NotTo(HaveOccurred(), string(out))
	return StartBroker(ctx)
}, JoinBroker)

//guide:end
