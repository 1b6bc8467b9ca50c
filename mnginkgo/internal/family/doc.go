// Package family stops, continues and kills a process together with all that it has
// started: a role's process, the program that this runs, and the workers of that.
//
// Of a process's family are its descendants, whatever group or session they have made
// for themselves; if it leads a process group, all in that group; and all that have the mark in
// their environment that the process was started with, as a daemon has whose parent has
// ended. Not found is a daemon that has neither: one that was started with another
// environment, or has written over it to show a title in ps.
package family
