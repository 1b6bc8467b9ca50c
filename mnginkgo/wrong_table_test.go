package mnginkgo_test

// wrong is a row of the table: what goes wrong on a role, and when. It is done in each
// variant, under go test and under ginkgo.
type wrong struct {
	kind, moment string // of testdata/wrong

	except map[string]string // the variants in which it makes no sense, and why
	env    []string
	role   string // "" for any
	end    end
	at     string   // the comment behind the line that [FAIL] names, if it is not that of the kind
	says   []string // what the failure has in addition to what the kind and the moment imply
}

// end is how it ends.
type end string

const (
	guiltyFails end = ""
	guiltySkips end = "the guilty spec is skipped, nothing is red"
	allStops    end = "the guilty spec is aborted, and what comes behind it is skipped"
	suiteFails  end = "no spec is red, but the suite"
	nothing     end = "nothing is red"
)

// wrongKind is what is known of a kind, whenever it happens.
type wrongKind struct {
	text string // what the user must read
	died string // how it ends its process; "" if that lives on
}

const unequal = "Expected <string>: wrong to equal <string>: right"

var wrongKinds = map[string]wrongKind{
	"none":             {},
	"expect":           {text: unequal},
	"eventually":       {text: unequal},
	"fail":             {text: "this is wrong"},
	"skip":             {text: "not today"},
	"abort":            {text: "stop it all"},
	"errorf":           {text: "this is wrong"},
	"fail-now":         {},
	"new-with-t":       {text: unequal},
	"new-gomega":       {text: unequal},
	"panic":            {text: "panic: out of cheese"},
	"nil-map":          {text: "panic: assignment to entry in nil map"},
	"recovered-fail":   {text: "this is wrong"},
	"recovered-expect": {text: unequal},
	"recovered-panic":  {text: "out of cheese"},
	"goexit":           {text: "the code ended its goroutine (runtime.Goexit)"},
	"error":            {text: "port 80 is taken"},
	"deaf":             {text: "code on a role must end with its context"},
	"exit-0":           {died: "exit status 0"},
	"exit-3":           {died: "exit status 3"},
	"exit-66":          {died: "exit status 66"},
	"log-fatal":        {died: "exit status 1", text: "this is fatal"},
	"kill":             {died: "signal: killed"},
	"segv":             {died: "exit status 2", text: "SIGSEGV: segmentation violation"},
	"unlock":           {died: "exit status 2", text: "fatal error: sync: unlock of unlocked mutex"},
	"overflow":         {died: "exit status 2", text: "stack overflow"},
	"go-panic":         {died: "exit status 2", text: "panic: out of cheese"},
	"race":             {text: "WARNING: DATA RACE"},
}

// Why a way is left out of a variant.
var (
	hasProcess = map[string]string{"in-process": "the process that ends is the one that runs all specs"}
	hasChild   = map[string]string{
		"in-process": "the process that ends is the one that runs all specs",
		"isolated":   "the process has ended with the spec",
	}
	noted = map[string]string{
		"in-process": "Ginkgo or Go itself notes it, which know no roles",
		"isolated":   "the process has ended with the spec",
	}
	killsIt  = map[string]string{"isolated": "the process is killed, and nobody asks the node"}
	outlives = map[string]string{"isolated": "the process has ended with the spec"}
)

// wrongs is the table, without what ends processes.
var wrongs = []wrong{
	{kind: "none", moment: "body", end: nothing},
	{kind: "none", moment: "command", end: nothing},
	{kind: "none", moment: "last", end: nothing},

	{kind: "expect", moment: "boot"},
	{kind: "expect", moment: "before-each-node"},
	{kind: "expect", moment: "before-each"},
	{kind: "expect", moment: "body"},
	{kind: "expect", moment: "after-each"},
	{kind: "expect", moment: "command", at: "commanded"},
	{kind: "expect", moment: "goroutine"},
	{kind: "expect", moment: "left-running"},
	{kind: "expect", moment: "after-return"},
	{kind: "expect", moment: "members", at: "seen"},
	{kind: "expect", moment: "second", at: "restarted"},
	{kind: "expect", moment: "second-command", at: "commanded again"},
	{kind: "expect", moment: "crash", at: "crashed", except: killsIt},
	{kind: "expect", moment: "leave", at: "left"},
	{kind: "expect", moment: "stop"},
	{kind: "expect", moment: "cleanup"},
	{kind: "expect", moment: "over", except: outlives, end: suiteFails},
	{kind: "expect", moment: "last", except: outlives, end: suiteFails},

	{kind: "eventually", moment: "body"},
	{kind: "eventually", moment: "left-running"},

	{kind: "fail", moment: "boot"},
	{kind: "fail", moment: "body"},
	{kind: "fail", moment: "before-each"},
	{kind: "fail", moment: "command", at: "commanded"},
	{kind: "fail", moment: "stop"},
	{kind: "fail", moment: "cleanup"},

	{kind: "skip", moment: "boot", end: guiltySkips},
	{kind: "skip", moment: "before-each", end: guiltySkips},
	{kind: "skip", moment: "body", end: guiltySkips},

	{kind: "abort", moment: "body", end: allStops},

	{kind: "errorf", moment: "body"},
	{kind: "errorf", moment: "command", at: "commanded"},
	{kind: "fail-now", moment: "body"},
	{kind: "new-with-t", moment: "before-each-node"},
	{kind: "new-with-t", moment: "body"},
	{kind: "new-gomega", moment: "after-each"},
	{kind: "new-gomega", moment: "command", at: "commanded"},

	{kind: "panic", moment: "boot"},
	{kind: "panic", moment: "before-each-node"},
	{kind: "panic", moment: "body"},
	{kind: "panic", moment: "command", at: "commanded"},
	{kind: "panic", moment: "members", at: "seen"},
	{kind: "panic", moment: "second", at: "restarted"},
	{kind: "panic", moment: "crash", at: "crashed", except: killsIt},
	{kind: "panic", moment: "stop"},
	{kind: "panic", moment: "cleanup"},
	{kind: "nil-map", moment: "after-each"},

	{kind: "recovered-fail", moment: "goroutine"},
	{kind: "recovered-fail", moment: "left-running"},
	{kind: "recovered-fail", moment: "after-return"},
	{kind: "recovered-fail", moment: "over", except: noted, end: suiteFails},
	{kind: "recovered-expect", moment: "goroutine"},
	{kind: "recovered-expect", moment: "after-return"},
	{kind: "recovered-panic", moment: "goroutine"},

	{kind: "goexit", moment: "boot"},
	{kind: "goexit", moment: "body"},
	{kind: "goexit", moment: "command", at: "commanded"},
	{kind: "goexit", moment: "stop"},

	{kind: "error", moment: "boot"},
	{kind: "error", moment: "second", at: "restarted"},
	{kind: "error", moment: "command", at: "commanded"},
	{kind: "error", moment: "leave", at: "left"},
	{kind: "error", moment: "stop"},

	{kind: "deaf", moment: "boot", env: []string{"MN_BOOT_TIMEOUT=600ms"}},
	{kind: "deaf", moment: "before-each-node", env: []string{"MN_BOOT_TIMEOUT=600ms"}},
	{kind: "deaf", moment: "before-each"},
	{kind: "deaf", moment: "body"},
	{kind: "deaf", moment: "command", at: "commanded"},
	{kind: "deaf", moment: "members", at: "seen"},
	{kind: "deaf", moment: "after-each"},
	{kind: "deaf", moment: "leave"},
	{kind: "deaf", moment: "crash", except: killsIt},
	{kind: "deaf", moment: "stop", env: []string{"MN_STOP_TIMEOUT=500ms"}},
	{kind: "deaf", moment: "cleanup", env: []string{"MN_STOP_TIMEOUT=500ms"}},
}

// deadly is the table of what ends processes.
var deadly = []wrong{
	{kind: "exit-0", moment: "boot", except: hasProcess},
	{kind: "exit-0", moment: "body", except: hasProcess},
	{kind: "exit-0", moment: "after-return", except: hasProcess},
	{kind: "exit-3", moment: "before-each-node", except: hasProcess},
	{kind: "exit-3", moment: "body", except: hasProcess},
	{kind: "exit-3", moment: "command", except: hasProcess},
	{kind: "exit-3", moment: "cleanup", except: hasProcess},
	{kind: "log-fatal", moment: "before-each", except: hasProcess},
	{kind: "log-fatal", moment: "stop", except: hasProcess},
	{kind: "kill", moment: "boot", except: hasProcess},
	{kind: "kill", moment: "body", except: hasProcess},
	{kind: "kill", moment: "command", except: hasProcess},
	{kind: "kill", moment: "left-running", except: hasProcess},
	{kind: "kill", moment: "second", at: "restarted", except: hasProcess},
	{kind: "kill", moment: "stop", except: hasProcess},
	{kind: "segv", moment: "command", except: hasProcess},
	{kind: "segv", moment: "after-each", except: hasProcess},
	{kind: "unlock", moment: "body", except: hasProcess},
	{kind: "overflow", moment: "goroutine", except: hasProcess},
	{kind: "go-panic", moment: "boot", except: hasProcess},
	{kind: "go-panic", moment: "body", except: hasProcess},
	{kind: "go-panic", moment: "command", except: hasProcess},
	{kind: "go-panic", moment: "members", except: hasProcess},
	{kind: "go-panic", moment: "second-command", except: hasProcess},
	{kind: "go-panic", moment: "leave", at: "left", except: hasProcess},
	{kind: "errorf", moment: "goroutine", except: hasProcess},
	{kind: "panic", moment: "goroutine", except: hasProcess},
	{kind: "panic", moment: "left-running", except: hasProcess},
	{kind: "panic", moment: "after-return", except: hasProcess},

	{kind: "panic", moment: "over", except: hasChild, role: "c", end: suiteFails},
	{kind: "exit-3", moment: "over", except: hasChild, role: "c", end: suiteFails},
	{kind: "exit-0", moment: "over", except: hasChild, role: "c", end: suiteFails},
	{kind: "kill", moment: "over", except: hasChild, role: "c", end: suiteFails},
	{kind: "panic", moment: "last", except: hasChild, role: "c", end: suiteFails},
	{kind: "exit-66", moment: "last", except: hasChild, role: "c", end: suiteFails},
	{kind: "exit-0", moment: "last", except: hasChild, role: "c", end: suiteFails},
}

// races are found in processes that look for them.
var races = []wrong{
	{kind: "race", moment: "boot"},
	{kind: "race", moment: "body"},
	{kind: "race", moment: "command"},
	{kind: "race", moment: "after-return"},
	{kind: "race", moment: "stop"},
	{kind: "race", moment: "over", except: noted, role: "c", end: suiteFails},
}
