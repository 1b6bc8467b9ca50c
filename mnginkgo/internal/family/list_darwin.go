package family

import "golang.org/x/sys/unix"

// The states of a process in sys/proc.h.
const (
	stateStopped = 4
	stateZombie  = 5
)

// list returns all processes.
func list() ([]process, error) {
	infos, err := unix.SysctlKinfoProcSlice("kern.proc.all")
	if err != nil {
		return nil, err
	}
	all := make([]process, 0, len(infos))
	for _, info := range infos {
		p := process{id: int(info.Proc.P_pid), parent: int(info.Eproc.Ppid), group: int(info.Eproc.Pgid), born: info.Proc.P_starttime.Nano()}
		if info.Proc.P_stat == stateStopped || info.Proc.P_stat == stateZombie {
			p.rest = still
		}
		all = append(all, p)
	}
	return all, nil
}
