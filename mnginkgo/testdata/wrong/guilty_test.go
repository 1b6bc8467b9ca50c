package wrong_test

import (
	"context"
	"slices"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/7aca83c2/multinode/cluster"
	. "github.com/7aca83c2/multinode/mnginkgo"
)

// wrong does what is wrong, if this is the moment and the role.
func wrong(ctx context.Context, moment, role string) error {
	if moment != asked.moment || role != asked.role {
		return nil
	}
	return act(ctx)
}

// limit is how long a body of the guilty spec may take, if something in it heeds no context.
const limit = time.Second

// guilty declares the guilty spec. What runs on roles is declared if it is to go wrong.
func guilty() bool {
	args := append(options(asked.variant), Boot(boot))
	return Describe("suspect", MultiNode(Roles("a", "b", "c"), args...), func() {
		switch asked.moment {
		case "before-each-node":
			BeforeEachNode(func(ctx context.Context, node *Node) { _ = wrong(ctx, "before-each-node", node.Role()) })
		case "before-each":
			BeforeEach(onRole("before-each"), bounds())
		case "after-each":
			AfterEach(onRole("after-each"), bounds())
		}
		switch asked.moment {
		case "body":
			It("guilty", onRole("body"), bounds())
		case "goroutine":
			It("guilty", inGoroutine)
		case "left-running":
			It("guilty", leftRunning)
		case "cleanup":
			It("guilty", inCleanup)
		default:
			It("guilty", conducted, bounds())
		}
	})
}

// bounds bounds a body that does not heed its context.
func bounds() (args []any) {
	if asked.kind != "deaf" {
		return nil
	}
	switch asked.moment {
	case "before-each", "body", "after-each", "crash", "leave": // the others have a limit of their own
		args = append(args, NodeTimeout(limit))
	}
	return args
}

// A body that is awaited by the other roles.
func onRole(moment string) func(SpecContext, *Node) {
	return func(ctx SpecContext, node *Node) {
		_ = wrong(ctx, moment, node.Role())
		node.Barrier("done")
	}
}

// The body waits for the goroutine that it has started.
func inGoroutine(ctx SpecContext, node *Node) {
	done := make(chan struct{})
	go func() {
		defer func() {
			if !ends() || node.Role() != asked.role { // else the process is about to end
				close(done)
			}
		}()
		_ = wrong(ctx, "goroutine", node.Role())
	}()
	<-done
	node.Barrier("done")
}

// The body of the guilty role returns, those of the others wait.
func leftRunning(ctx SpecContext, node *Node) {
	if role := node.Role(); role == asked.role {
		go func() {
			defer mark("acted")
			_ = wrong(context.WithoutCancel(ctx), "left-running", role)
		}()
		return
	}
	await("acted", func() bool { return ctx.Err() != nil || ends() && marked("acting") })
}

func inCleanup(ctx SpecContext, node *Node) {
	role := node.Role()
	DeferCleanup(func(ctx SpecContext) { _ = wrong(ctx, "cleanup", role) })
}

// conducted has commands run on the roles, and verbs act.
func conducted(ctx SpecContext, cluster *Cluster) {
	guilty := cluster.Node(asked.role)
	for _, role := range cluster.Roles() {
		Expect(echo.On(ctx, cluster.Node(role), "here")).To(Equal(role + " here"))
	}
	switch asked.moment {
	case "command":
		ctx, cancel := context.WithTimeout(ctx, limit/2)
		defer cancel()
		Expect(obey.On(ctx, guilty, "command")).To(Equal("done")) // commanded
	case "members":
		Eventually(ctx, cluster).WithTimeout(limit / 2).Should(HaveMembers("a", "b", "c")) // seen
	case "second":
		cluster.Restart(asked.role) // restarted
	case "second-command":
		cluster.Restart(asked.role)
		Expect(obey.On(ctx, guilty, "second-command")).To(Equal("done")) // commanded again
	case "crash":
		cluster.Crash(asked.role) // crashed
	case "leave":
		cluster.Leave(asked.role) // left
	case "after-return", "over", "last":
		Expect(leave.On(ctx, guilty, asked.moment)).To(Equal("done"))
		if asked.moment == "after-return" {
			mark("after-return")
			await("acted", func() bool { return !slices.Contains(cluster.Running(), asked.role) })
		}
	}
}

var obey = Command(func(ctx context.Context, node *Node, moment string) (string, error) {
	return "done", wrong(ctx, moment, node.Role())
})

// leave leaves a goroutine running that acts when it is the moment.
var leave = Command(func(ctx context.Context, node *Node, moment string) (string, error) {
	role := node.Role()
	go func() {
		for !marked(moment) {
			time.Sleep(time.Millisecond)
		}
		defer mark("acted")
		_ = wrong(context.WithoutCancel(ctx), moment, role)
	}()
	return "done", nil
})

// thing is what the guilty spec boots.
type thing struct {
	role  string
	roles []string
}

func boot(ctx context.Context, env *Env) (Instance, error) {
	err := wrong(ctx, "boot", env.Role)
	if env.Incarnation == 2 {
		err = wrong(ctx, "second", env.Role)
	}
	return &thing{env.Role, env.Roles}, err
}

func (t *thing) Stop(ctx context.Context) error  { return wrong(ctx, "stop", t.role) }
func (t *thing) Leave(ctx context.Context) error { return wrong(ctx, "leave", t.role) }
func (t *thing) Crash()                          { _ = wrong(context.Background(), "crash", t.role) }

func (t *thing) Members() (members []Member) {
	_ = wrong(context.Background(), "members", t.role)
	for _, role := range t.roles {
		members = append(members, Member{Role: role, Status: cluster.Up})
	}
	return members
}
