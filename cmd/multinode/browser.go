package main

import (
	"io"
	"os"
	"os/exec"
	"runtime"
)

// isTerminal reports whether somebody looks at what is written.
func isTerminal(out io.Writer) bool {
	file, is := out.(*os.File)
	if !is {
		return false
	}
	info, err := file.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// browse opens an address in the browser, if there is one. The address is told anyway, so that nothing is said if not.
func browse(address string) {
	command := opener(runtime.GOOS, address)
	if command == nil {
		return
	}
	browser := exec.Command(command[0], command[1:]...)
	if browser.Start() == nil {
		go func() { _ = browser.Wait() }()
	}
}

// opener returns the command that opens an address on an operating system, nil if that would open it in this terminal.
func opener(system, address string) []string {
	switch {
	case system == "darwin":
		return []string{"open", address}
	case system == "windows":
		return []string{"rundll32", "url.dll,FileProtocolHandler", address}
	case os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "":
		return nil
	}
	return []string{"xdg-open", address}
}
