//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package scratch_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/7aca83c2/multinode/mnginkgo/internal/scratch"
)

func TestAFolderIsThereFromMakeToRemove(t *testing.T) {
	scratch.SetTemporary(t, t.TempDir())
	var f scratch.Folder
	path := f.Path()
	exists := func(want bool) {
		t.Helper()
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("stat %s: %v; want it there: %t", path, err, want)
		}
	}
	exists(false)
	for range 2 {
		if made, err := f.Make(); err != nil || made != path {
			t.Fatalf("made %q, %v; want %q", made, err, path)
		}
		exists(true)
		if err := f.MakeDir(filepath.Join(path, "a", "b")); err != nil {
			t.Fatal(err)
		}
		f.RemoveEmpty()
		exists(true)
		if err := f.Remove(); err != nil {
			t.Fatal(err)
		}
		exists(false)
	}
	if err := f.MakeDir(filepath.Join(path, "a")); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(path, "a")); err != nil {
		t.Fatal(err)
	}
	f.RemoveEmpty()
	exists(false)
	if err := f.MakeDir(t.TempDir() + "/of another"); err != nil {
		t.Fatal(err)
	}
	exists(false)
}

// TestMain runs the tests or, in the process that own starts, makes a folder and waits.
func TestMain(m *testing.M) {
	if os.Getenv("SCRATCH_HELPER") == "" {
		os.Exit(m.Run())
	}
	path, err := scratch.Own.Make()
	if err == nil {
		err = os.WriteFile(filepath.Join(path, "file"), nil, 0o600)
	}
	if err != nil {
		panic(err)
	}
	_, _ = os.Stdout.WriteString(path + "\n")
	_, _ = os.Stdin.Read(make([]byte, 1)) // never comes
}

// own starts a process that makes a folder, and returns the folder and what kills the
// process.
func own(t *testing.T, temporary string) (folder string, kill func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "SCRATCH_HELPER=1", "TMPDIR="+temporary)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = cmd.Process.Kill() // it waits for that
		_ = cmd.Wait()         // it was killed
		_ = stdin.Close()
	})
	t.Cleanup(kill)
	return line[:len(line)-1], kill
}

func TestASweepTakesWhatDeadProcessesHaveLeft(t *testing.T) {
	temporary := t.TempDir()
	dead, kill := own(t, temporary)
	kill()
	living, _ := own(t, temporary) // which sweeps
	unlocked := filepath.Join(temporary, "multinode-run-killed-between")
	other := filepath.Join(temporary, "multinode-data-kept")
	for _, dir := range []string{unlocked, other} {
		if err := os.MkdirAll(filepath.Join(dir, "deep"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(other, filepath.Join(temporary, "multinode-run-link")); err != nil {
		t.Fatal(err)
	}
	scratch.Sweep(temporary)
	for path, want := range map[string]bool{
		dead: false, living: true, filepath.Join(living, "file"): true, unlocked: false, filepath.Join(other, "deep"): true,
	} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s is there: %t, want %t", filepath.Base(path), !want, want)
		}
	}
}

func TestASweepLeavesTheFoldersOfOthers(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("needs to be root")
	}
	temporary := t.TempDir()
	dir := filepath.Join(temporary, "multinode-run-of-another")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(dir, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	scratch.Sweep(temporary)
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}

func TestASweepDoesNotHarmWhoMakesAFolder(t *testing.T) {
	temporary := t.TempDir()
	scratch.SetTemporary(t, temporary)
	done := make(chan struct{})
	var sweeps, makers sync.WaitGroup
	for range 2 {
		sweeps.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
					scratch.Sweep(temporary)
				}
			}
		})
		makers.Go(func() {
			for range 300 {
				var f scratch.Folder
				if err := f.MakeDir(f.Path() + "/data"); err != nil {
					t.Error(err)
				}
				if err := os.WriteFile(f.Path()+"/data/file", nil, 0o600); err != nil {
					t.Error(err)
				}
				if err := f.Remove(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	makers.Wait()
	close(done)
	sweeps.Wait()
	if left, err := os.ReadDir(temporary); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
}
