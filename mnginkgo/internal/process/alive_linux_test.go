package process

import (
	"bytes"
	"fmt"
	"os"
)

// alive reports whether a process is there, and no zombie.
func alive(id int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", id))
	return err == nil && !bytes.Contains(stat, []byte(") Z "))
}
