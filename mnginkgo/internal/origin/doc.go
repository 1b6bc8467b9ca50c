// Package origin remembers what the process was started with, and starts its program
// again with the same. What code does to the process meanwhile, with os.Chdir or os.Setenv,
// does not count.
package origin
