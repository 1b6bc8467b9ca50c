package company

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/7aca83c2/multinode/mnginkgo/internal/process"
)

// writeCrashTo has the runtime write what it says of a crash, a panic that nothing
// recovers for instance, to a file where process 1 finds it. Ginkgo catches what its
// processes write to their standard error, and loses it when they die.
func writeCrashTo(dir string, process int) error {
	file, err := os.Create(crashFile(dir, process))
	if err != nil {
		return err
	}
	err = debug.SetCrashOutput(file, debug.CrashOptions{})
	return errors.Join(err, file.Close()) // the runtime has its own copy
}

// crashOf returns what the runtime of a process said of its crash, or "".
func crashOf(dir string, process int) string {
	text, err := os.ReadFile(crashFile(dir, process))
	if err != nil {
		return "" // it died before it could join, or the run is over
	}
	return string(text)
}

// lastWords returns what process 1 wrote of its own crash, and takes away the folder
// that it could not take away itself. It returns "" if process 1 did not crash.
func lastWords(dir string) string {
	text := crashOf(dir, 1)
	_ = os.RemoveAll(dir)
	if text == "" {
		return ""
	}
	return process.LastWords(text)
}

func crashFile(dir string, process int) string {
	return filepath.Join(dir, fmt.Sprintf("crash-%d", process))
}
