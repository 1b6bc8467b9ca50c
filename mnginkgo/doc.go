// Package mnginkgo runs Ginkgo specs on the nodes of a cluster: a decorator says which nodes a
// spec has, verbs cut, crash and restart them, and matchers say what they see.
//
//	func TestOrders(t *testing.T) {
//		RegisterFailHandler(Fail)
//		RunSpecs(t, "Orders")
//	}
//
//	var _ = SynchronizedBeforeSuite(StartBroker, JoinBroker)
//
//	var _ = Describe("orders", MultiNode(Roles("a", "b"), Parallel()), func() {
//		It("survive a cut", func(ctx SpecContext, cluster *Cluster) {
//			Eventually(ctx, cluster).Should(HaveMembers("a", "b"))
//			cluster.Partition("a", "b")
//			Eventually(ctx, cluster.Node("a")).Should(HaveUnreachable("b"))
//		})
//	})
//
// # Words
//
// A role is the name of a node in a spec; its node may crash and come back, each time as
// a new incarnation. A plan is what one MultiNode says: the roles, and the options. Its
// variant is in-process, where all nodes are in the process of the spec, virtual, where
// that is so and their clock is one of the spec's own, or, with Parallel, parallel, where
// each role has an OS process of its own. The director is the
// process that runs the spec, and hosts none of its roles. A host is a process that runs
// a role: one of Ginkgo's, but the first, that waits for its turn, or a child, which is
// the test binary started once more because there are not enough of those, or because
// roles are isolated: with Parallel(Isolated()) each incarnation of a role has a fresh
// child. The broker, in process 1, lends hosts to specs and routes what their nodes
// send. A body is directed if it takes a *Cluster, and runs on the roles if it takes a
// *Node. A command is code of a role that the director calls.
//
// # What is promised
//
//   - Parallel is the whole difference: every body, verb and matcher means the same in
//     all variants. Messages between nodes are encoded in all.
//   - After Partition, Isolate or Split returns, no frame crosses, one under way included.
//     After Crash or Kill returns, nothing that the node ever sent is delivered.
//   - A spec gets all its hosts at once or none, in the order of asking, and before its
//     clock starts: waiting costs nothing of its SpecTimeout.
//   - Each spec has nodes of its own, booted before the first BeforeEach of the container
//     that has MultiNode, and stopped after its last DeferCleanup. MultiNode on an Ordered
//     container, or outside of one, keeps the nodes for the whole of that container.
//   - Each attempt of FlakeAttempts and MustPassRepeatedly has new nodes.
//   - A fault lasts until it is undone, and acts on each frame that is sent meanwhile. One
//     that had no effect is named in the spec's entry, or fails the spec: see MustBite.
//   - No frame is lost in silence: the report of a failed spec, and Traffic, count those that
//     a fault has dropped, and those that a role has because it reads too slowly.
//   - With Virtual, one seed is one run, down to the bytes of each frame, of the actors and
//     the cluster of this module: see Virtual and Env.SystemOptions.
//   - A Nemesis does the same again for the same schedule: see Unleash.
//   - What the default boot draws at random comes from a seed that Ginkgo's --seed and the
//     spec's name determine, and that a failure prints. Other code takes it from Env.Rand.
//
// Boot starts whatever there is to test: Env.Network is to it what package net is, with
// roles as hosts, which have IP addresses if IPAddresses says so, and Exec and Program run other programs on it.
//
// What a node does outside Env.Network feels no fault: files, sockets and global variables
// are the process's. In-process, all roles share
// those; isolated roles share none. A spec with Parallel cannot be Serial, as its hosts
// would have exited. Hosts are processes of one machine, with Linux or macOS.
//
// A node that was downed or replaced still runs, but is no member any more. It has no
// say in what a matcher finds of a *Cluster, and fails those of its own view; HaveEnded
// is about it. Restart brings it back.
//
// Crash is the death of a machine: silence. Kill is that of a process, whose machine resets
// connections and refuses new ones. Any other end of a process leaves its machine as Kill
// does. What uses no connections, as actors, sees no difference.
//
// # Isolated roles
//
// With Parallel(Isolated()) Crash and Kill are SIGKILL, Restart a new process, and after
// Leave the process exits. Pause and Resume stop it and let it go on; Exit has it exit, and
// MayExit allows it to end by itself. HaveExited and HaveBeenKilled say how it ended; an
// end that nobody planned fails the spec. Nothing survives but what is in Env.DataDir,
// which all variants have. A paused node is asked nothing, and has no say in what a
// matcher finds of a *Cluster. At the end of a spec its processes have ended, and they
// do not outlive process 1, paused or not. Isolated specs of several Ginkgo processes
// run at once.
//
// # Order and concurrency
//
// Verbs act in the director, one after another, and return when they are done. Start,
// Crash, Kill, Restart, Pause, Resume and Exit act on all their roles at once, Leave on one
// after another. A body with a *Node runs on all roles that run, at once, each in a
// goroutine of its own; Barrier lines them up. Its first failure ends the context of the
// others. Commands may be called, and a History kept, from several goroutines.
//
// Code on a role may do what code of a spec does: assert, in goroutines too, call Fail,
// Skip or GinkgoT(), print, use DeferCleanup, which undoes when its node has ended. What
// goes wrong fails its spec at its own line, and no other spec; when its spec is over,
// the run. It must heed its context, or it is shown with its stack, and not use its
// *Node after it has returned. A failed assertion ends its goroutine with
// runtime.Goexit. docs/roles.md has all of it.
//
// A child starts in the folder and with the environment and the flags that the suite was
// started with, and counts for its coverage unless a signal ends it. Children do not run
// BeforeSuite. What every role needs belongs into Boot or BeforeEachNode. All processes
// must build the same tree: Command is called in a package variable or a container, and
// nothing in the tree depends on the process. A child leaves out top-level containers
// that have nothing of this package in them.
//
// # Reading its failures
//
// A verb that is given nonsense fails the spec with one line, such as `partition(a, z):
// unknown role "z": the roles are a, b, c`. So does a matcher that names no role of the
// spec or is given what it does not take, code on a role that uses a *Cluster, and a
// spec that uses that of one that is over. A matcher prints a row for each node with
// what it sees, and "as wanted" where that was right. What fails on a role names it: `on
// role b (process 4711), at orders_test.go:31:`. A role that lost its process ends any
// Eventually at once; the message says how the process died and its last words.
//
// Below each failure stands the entry "multinode". It begins with what happened, in words: what failed and when, whose
// views differ and since when, which faults were on, and who has not heard whom. Then come the path of a page that
// shows it, the variant and seed, the views, the links that lost or delayed frames, where goroutines were if something
// timed out, and a timeline with the nodes' logs and the latest commands that failed, where "*" is the spec. ginkgo -v
// adds it to specs that pass; ^T shows what each role does and which barriers wait for whom.
//
// The page is one HTML file in the folder multinode-failures beside the suite, with the record that it is drawn from as
// JSON, and an index.html of the run; package record has the format. The folder keeps the last 20, and git ignores it.
// The report of the spec names the page in the entry PageEntry, and JUnit's as an attachment for Jenkins and GitLab.
// "go run github.com/7aca83c2/multinode/cmd/multinode show" opens the latest.
//
// # Settings
//
// The nearest ginkgo.yml counts, from the suite's folder up to that of go.mod. The first
// four are Gomega's: one that neither the file nor its variable names is what the suite
// sets with SetDefaultEventuallyTimeout..., or GOMEGA_DEFAULT_EVENTUALLY_TIMEOUT..., on
// all roles, and only without those the default below. The keys, each with the
// environment variable that overrides it:
//
//	eventually-timeout     5s     MN_EVENTUALLY_TIMEOUT     also with a context
//	eventually-polling     2ms    MN_EVENTUALLY_POLLING
//	consistently-duration  200ms  MN_CONSISTENTLY_DURATION
//	consistently-polling   5ms    MN_CONSISTENTLY_POLLING
//	gossip-interval        100ms  MN_GOSSIP_INTERVAL        of the default boot
//	heartbeat-interval     150ms  MN_HEARTBEAT_INTERVAL     of the default boot
//	unreachable-after      500ms  MN_UNREACHABLE_AFTER      without a heartbeat
//	down-after             off    MN_DOWN_AFTER             a duration, or off
//	hosts-wait             1m     MN_HOSTS_WAIT             of a spec, for its hosts
//	max-children           16     MN_MAX_CHILDREN           beside Ginkgo's processes
//	boot-timeout           30s    MN_BOOT_TIMEOUT           with BeforeEachNode
//	stop-timeout           10s    MN_STOP_TIMEOUT           of a node, and of a SIGTERM
//	barrier-timeout        5s     MN_BARRIER_TIMEOUT
//	time                   real   MN_TIME                   virtual: see Virtual
//	virtual-limit          1h     MN_VIRTUAL_LIMIT          of a node of Ginkgo's, in virtual time
//	virtual-still          10s    MN_VIRTUAL_STILL          of its clock, in real time
//	seeds                  1      MN_SEEDS                  for each spec in virtual time: see Seeds
//	seed                   drawn  MN_SEED                   of each spec; what a report names
//	flakes                 0      MN_FLAKES                 seeds for its share that passes: see Seeds
//	same                   1      MN_SAME                   runs with one seed, to be the same: see Seeds
//	shrink                 10s    MN_SHRINK                 for a smaller schedule, or off: see Virtual
//	log-level              info   MN_LOG_LEVEL              debug, info, warn, error
//	trace                  false  MN_TRACE                  each frame, to standard error
//	keep-data              false  MN_KEEP_DATA              what is in each Env.DataDir
//	record                 failed MN_RECORD                 specs that leave a page: failed, always, never
//	record-dir             multinode-failures MN_RECORD_DIR where; from the suite's folder
//	record-keep            20     MN_RECORD_KEEP            pages that stay there, the latest
//
// The other variables have no key. All but the first two are set by the harness alone, for the processes
// that it starts:
//
//	MN_REPLAY               a file with the schedule of a Nemesis, to do it again: see Cluster.Unleash
//	MN_INSTEAD_OF_VIRTUAL   "parallel" has Virtual be Parallel
//	MN_TALLY                where a process writes what became of each seed, for MN_FLAKES
//	MN_CHILD_OF             makes a test binary a child of the process of that number
//	MN_CHILD_TREE           the top-level containers that a child builds
//	MN_PROGRAMS_GOCOVERDIR  GOCOVERDIR for the programs that a child runs
//	MULTINODE_PIPE_FD       the number of the first descriptor of a child's pipes
//	MULTINODE_FAMILY        marks a process and all that it starts, to find them again
package mnginkgo
