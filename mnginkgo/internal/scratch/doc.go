// Package scratch makes folders for what a run needs on disk, and sees to it that nothing
// of a run stays for ever, however its processes ended.
//
// Who makes a folder holds a lock on it (flock(2)) for as long as it lives: the kernel
// takes the lock away when the process ends. The first folder that a process makes is the
// moment to remove all those of earlier runs that nobody holds, of this user and in the
// same temporary folder. Systems without such locks keep what a killed process leaves.
package scratch
