package sharding_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/7aca83c2/multinode/cluster/sharding"
)

func TestDiskStoreFolders(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "a[b]*")
	s, err := sharding.NewDiskStore(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"..", ".", "x y*"} {
		if err := s.Remember(name, "3", "id"); err != nil {
			t.Error(err)
		}
		if shards, err := s.Shards(name); fmt.Sprint(shards) != "[3]" || err != nil {
			t.Errorf("%q: %v %v", name, shards, err)
		}
	}
	dir, _ := os.ReadDir(filepath.Dir(folder))
	if len(dir) != 1 {
		t.Error("outside of the folder:", dir)
	}
}

// TestDiskStoreMendsWhatACrashCutOff only when the shard starts: until then somebody may
// be writing.
func TestDiskStoreMendsWhatACrashCutOff(t *testing.T) {
	folder := t.TempDir()
	s, err := sharding.NewDiskStore(folder)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "type.shards", "3.ids")
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte("+a\n+b\n-a\n+c"), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		do   func() ([]string, error)
		want string
		size int64
	}{
		{func() ([]string, error) { return s.Shards("type") }, "[3]", 11},
		{func() ([]string, error) { return s.Entities("type", "3") }, "[b]", 9},
		{func() ([]string, error) { return nil, s.Remember("type", "3", "d") }, "[]", 12},
		{func() ([]string, error) { return s.Entities("type", "3") }, "[b d]", 12},
	} {
		got, err := step.do()
		info, failure := os.Stat(file)
		if failure != nil {
			t.Fatal(failure)
		}
		if fmt.Sprint(got) != step.want || err != nil || info.Size() != step.size {
			t.Errorf("got %v, %v, %d bytes; want %s, %d bytes", got, err, info.Size(), step.want, step.size)
		}
	}
}
