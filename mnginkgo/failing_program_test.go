//go:build unix

package mnginkgo_test

import "testing"

func TestAProgramThatDoesNotStartLeavesItsLastWords(t *testing.T) {
	t.Parallel()
	eachWay(t, "program", []way{inProcess, children}, func(t *testing.T, o outcome) {
		o.failed(1).shows(`
    timeline
          Tms  *  start(a)
...
          Tms  a  INFO no license
`).shows(`
  [FAILED] boot a: exec sh: ended before it listened at port 80: exit status 3
  its last output:
    no license
`)
	})
}
