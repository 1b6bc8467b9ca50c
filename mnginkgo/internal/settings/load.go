package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// FileName is the name of the settings' file.
const FileName = "ginkgo.yml"

// Load returns the settings for the suite in folder dir, which environment
// variables read through getenv override.
func Load(dir string, getenv func(string) string) (Settings, error) {
	s := Default()
	file, err := find(dir)
	if err != nil {
		return s, err
	}
	if file != "" {
		if err := s.readFile(file); err != nil {
			return s, err
		}
	}
	return s, s.readEnvironment(getenv)
}

// find returns the nearest file from dir upwards, or "" if there is none before
// the folder that holds go.mod, or in it.
func find(dir string) (string, error) {
	for {
		file := filepath.Join(dir, FileName)
		switch _, err := os.Stat(file); {
		case err == nil:
			return file, nil
		case !errors.Is(err, fs.ErrNotExist):
			return "", fmt.Errorf("settings: %w", err)
		}
		parent := filepath.Dir(dir)
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil || parent == dir {
			return "", nil
		}
		dir = parent
	}
}

func (s *Settings) readFile(file string) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return fmt.Errorf("settings: %s: %w", file, err)
	}
	if len(doc.Content) == 0 {
		return nil // an empty file, or comments only
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return fmt.Errorf("settings: %s:%d: must be a list of \"key: value\" lines; the keys are %s", file, top.Line, keyNames())
	}
	seen := map[string]int{}
	for i := 0; i < len(top.Content); i += 2 {
		name, value := top.Content[i], top.Content[i+1]
		where := fmt.Sprintf("%s:%d", file, name.Line)
		if line, twice := seen[name.Value]; twice {
			return fmt.Errorf("settings: %s: %q is set a second time; the first is on line %d", where, name.Value, line)
		}
		seen[name.Value] = name.Line
		if value.Kind != yaml.ScalarNode {
			return fmt.Errorf("settings: %s: %q must have one plain value", where, name.Value)
		}
		if err := s.set(where, name.Value, value.Value); err != nil {
			return err
		}
	}
	return nil
}

func (s *Settings) set(where, name, text string) error {
	for _, k := range keys {
		if k.name != name {
			continue
		}
		if err := k.set(s, text); err != nil {
			return fmt.Errorf("settings: %s: %s is %q: %w", where, name, text, err)
		}
		return nil
	}
	return fmt.Errorf("settings: %s: unknown key %q; the keys are %s", where, name, keyNames())
}

func (s *Settings) readEnvironment(getenv func(string) string) error {
	for _, k := range keys {
		variable := "MN_" + strings.ToUpper(strings.ReplaceAll(k.name, "-", "_"))
		if text := getenv(variable); text != "" {
			if err := s.set("environment variable "+variable, k.name, text); err != nil {
				return err
			}
		}
	}
	return nil
}
