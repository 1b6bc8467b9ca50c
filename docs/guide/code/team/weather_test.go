//go:build fails

package team_test

import (
	. "github.com/onsi/ginkgo/v2"

	. "github.com/7aca83c2/multinode/mnginkgo"
)

//guide:begin real
var _ = Describe("a team in bad weather", MultiNode(Roles("a", "b", "c", "d"), Boot(boot)), hasOneLeaderAtMost)

//guide:end

//guide:begin virtual
var _ = Describe("a team in virtual weather", MultiNode(Roles("a", "b", "c", "d"), Boot(boot), Virtual()), hasOneLeaderAtMost)

//guide:end
