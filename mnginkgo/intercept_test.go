package mnginkgo_test

import "testing"

func TestInterceptingCatchesWhatRolesAssertInOneProcess(t *testing.T) {
	t.Parallel()
	eachWay(t, "intercepts", append(everyWay, isolated), func(t *testing.T, o outcome) {
		if o.code != 0 {
			t.Errorf("exit code %d, want 0: %s", o.code, o.text)
		}
	})
}
