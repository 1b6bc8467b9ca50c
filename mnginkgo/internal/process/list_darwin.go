package process

import (
	"errors"

	"golang.org/x/sys/unix"
)

// The states of a process in sys/proc.h.
const (
	stateStopped = 4
	stateZombie  = 5
)

// list returns all processes.
func list() ([]member, error) {
	infos, err := unix.SysctlKinfoProcSlice("kern.proc.all")
	if err != nil {
		return nil, err
	}
	all := make([]member, 0, len(infos))
	for _, info := range infos {
		p := member{id: int(info.Proc.P_pid), parent: int(info.Eproc.Ppid), group: int(info.Eproc.Pgid), born: info.Proc.P_starttime.Nano()}
		switch info.Proc.P_stat {
		case stateStopped:
			p.rest = still
		case stateZombie:
			p.rest = ended
		}
		all = append(all, p)
	}
	return all, nil
}

// environ returns what a process was started with: its arguments and environment, separated by
// zero bytes (KERN_PROCARGS2 of sysctl(3)); nothing if it has ended or is another user's. The
// system hides it for programs of its own.
func environ(id int) []byte {
	data, _ := unix.SysctlRaw("kern.procargs2", id)
	return data
}

// awaitEnd waits until a child has ended, and leaves it a zombie.
func awaitEnd(id int) error {
	queue, err := unix.Kqueue()
	if err != nil {
		return err
	}
	defer func() { _ = unix.Close(queue) }() // nothing was written to it
	var end [1]unix.Kevent_t
	unix.SetKevent(&end[0], id, unix.EVFILT_PROC, unix.EV_ADD)
	end[0].Fflags = unix.NOTE_EXIT
	for {
		_, err := unix.Kevent(queue, end[:], end[:], nil)
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case errors.Is(err, unix.ESRCH): // it has ended before
			return nil
		case err == nil && end[0].Flags&unix.EV_ERROR != 0 && end[0].Data != int64(unix.ESRCH):
			return unix.Errno(end[0].Data)
		}
		return err
	}
}
