// Package figures carries what a suite measured from its processes to who runs it.
package figures

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
)

// Variable names the file that figures are written to. Without it they are dropped.
const Variable = "MN_BENCH_OUT"

// figure is a line of the file. The value is in seconds, or a share.
type figure struct {
	Measure string  `json:"measure"`
	Value   float64 `json:"value"`
}

// Tell appends values of a measure to the file, in one write, so that several
// processes may do it at once. It returns an error if the file cannot be written.
func Tell(measure string, values ...float64) error {
	name := os.Getenv(Variable)
	if name == "" {
		return nil
	}
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, v := range values {
		if err := encoder.Encode(figure{measure, v}); err != nil {
			return fmt.Errorf("figures: %s: %w", measure, err)
		}
	}
	file, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("figures: %w", err)
	}
	_, err = file.Write(lines.Bytes())
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("figures: %w", err)
	}
	return nil
}

// Read returns the values of a file by their measure; none if there is no file.
func Read(name string) (map[string][]float64, error) {
	values := map[string][]float64{}
	data, err := os.ReadFile(name)
	if errors.Is(err, os.ErrNotExist) {
		return values, nil
	}
	if err != nil {
		return nil, fmt.Errorf("figures: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		var f figure
		err := decoder.Decode(&f)
		if err == io.EOF {
			return values, nil
		}
		if err != nil {
			return nil, fmt.Errorf("figures: %s: %w", name, err)
		}
		values[f.Measure] = append(values[f.Measure], f.Value)
	}
}
