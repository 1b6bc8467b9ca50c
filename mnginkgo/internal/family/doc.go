// Package family stops, continues and kills a process together with all that it has
// started: a role's process, the program that this runs, and the workers of that.
//
// Of a process's family are its descendants, whatever group or session they have made
// for themselves, and, if it leads a process group, all in that group. A process that has left
// both, as a daemon does when the one that started it has ended, is not found.
package family
