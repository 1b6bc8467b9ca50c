// Package process starts processes of the operating system, and stops, continues and kills each
// together with all that it has started: a role's process, the program that this runs, and the
// workers of that. It knows what they print, and how they end.
//
// # Families
//
// Of a process's family are its descendants, whatever group or session they have made
// for themselves; if it leads a process group, all in that group; and all that have the mark in
// their environment that the process was started with, as a daemon has whose parent has
// ended. Not found is a daemon that has neither: one that was started with another
// environment, or has written over it to show a title in ps. What a process leaves behind
// at its end is killed at once.
//
// # Last words
//
// An Output cuts what a process prints into lines, and keeps the last of them and the beginning
// of a crash: enough to say, when the process has died, of what.
package process
