package settings

// Variables of the environment that are no settings: Replay is for people, the others are what a
// process of the harness tells those that it starts.
const (
	Replay           = "MN_REPLAY"              // a file with the schedule of a Nemesis, which does it again
	Instead          = "MN_INSTEAD_OF_VIRTUAL"  // "parallel": what Virtual is in this process
	Tally            = "MN_TALLY"               // a file for what became of each run of a spec with a seed of its own
	ChildOf          = "MN_CHILD_OF"            // makes a test binary a child of the process of that number
	ChildTree        = "MN_CHILD_TREE"          // the top-level containers that the child has to build
	ProgramsCoverage = "MN_PROGRAMS_GOCOVERDIR" // what GOCOVERDIR was where the child was started
)
