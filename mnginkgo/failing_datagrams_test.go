package mnginkgo_test

import "testing"

func TestTheReportSaysWhatRolesHaveDroppedThemselves(t *testing.T) {
	t.Parallel()
	eachWay(t, "datagrams", []way{inProcess, ginkgo2, isolated}, func(t *testing.T, o outcome) {
		o.failed(2)
		for _, after := range []string{"a and b", "a and b after crash(b)"} {
			o.shows(after + `
...
    links that lost or delayed frames
      a>b  64 delivered, 100 dropped (no reader at :10), 36 dropped (reader behind at :9, buffer 64000 B)
    roles that dropped what they were sent
      b dropped 100 datagrams from a: no reader at :10
      b dropped 36 datagrams from a: reader behind at :9, buffer 64000 B
      behind: read faster, or set a larger DatagramBuffer or SetReadBuffer
    timeline
`)
		}
	})
}
