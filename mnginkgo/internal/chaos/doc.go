// Package chaos draws what a nemesis does to the roles of a spec, and has it done in the order of
// its times.
//
// A Step is one harm: when, for how long, a verb, and its arguments. Steps are drawn from a seed
// alone, whatever becomes of the roles meanwhile. A schedule has them a line each, and can be done again
// in place of drawing:
//
//	# schedule of: orders survives
//	1.204s for 340ms: partition a b
//	1.5s for 600ms: lose b c 0.2
//
// What a verb does is up to a Harm. The package knows neither what runs the spec nor Ginkgo: what
// goes wrong is returned, or told to the Nemesis's Failed.
package chaos
