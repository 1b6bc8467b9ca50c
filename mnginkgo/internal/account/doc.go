// Package account writes the report of a spec that has failed: what was done to its nodes,
// what was lost, what each node sees, which links lost frames, and the timeline.
//
// An Account is a value: whoever runs the spec fills it in while the nodes still run, and
// what could not be learned is left out. The package asks nobody.
package account
