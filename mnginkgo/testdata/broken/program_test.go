package broken_test

import (
	. "github.com/onsi/ginkgo/v2"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

var _ = broken("program", Roles("a"), Boot(Exec("sh", "-c", "echo no license; exit 3 # {{listen 80}}")), func() {
	It("does not start", func(*Cluster) {})
})
