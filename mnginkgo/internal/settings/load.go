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

// Load returns the settings for the suite in folder dir, which variables of an environment
// such as os.Environ returns override.
func Load(dir string, environ []string) (Settings, error) {
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
	inFile := s.Given
	s.Given = 0
	err = s.readEnvironment(environ)
	s.InEnvironment = s.Given
	s.Given |= inFile
	return s, err
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
		if other := filepath.Join(dir, "ginkgo.yaml"); exists(other) {
			return "", fmt.Errorf("settings: %s is not read: name it %s", other, FileName)
		}
		parent := filepath.Dir(dir)
		if exists(filepath.Join(dir, "go.mod")) || parent == dir {
			return "", nil
		}
		dir = parent
	}
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
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
	for i, k := range keys {
		if k.name != name {
			continue
		}
		if err := k.set(s, text); err != nil {
			return fmt.Errorf("settings: %s: %s is %q: %w", where, name, text, err)
		}
		s.Given |= 1 << i
		return nil
	}
	for _, k := range keys {
		if isNearly(name, k.name) {
			return fmt.Errorf("settings: %s: unknown key %q: is it %s?", where, name, k.name)
		}
	}
	return fmt.Errorf("settings: %s: unknown key %q; the keys are %s", where, name, keyNames())
}

// readEnvironment takes the variables in. One that is nearly a key's is a mistake; others
// with the prefix may be of somebody else.
func (s *Settings) readEnvironment(environ []string) error {
	for _, entry := range environ {
		variable, text, _ := strings.Cut(entry, "=")
		name, ours := strings.CutPrefix(variable, "MN_")
		if !ours || text == "" {
			continue
		}
		name = strings.ToLower(strings.ReplaceAll(name, "_", "-"))
		for _, k := range keys {
			if k.name == name || isNearly(name, k.name) {
				if err := s.set("environment variable "+variable, name, text); err != nil {
					return err
				}
				break
			}
		}
	}
	return nil
}

// isNearly reports whether a word is another one with a letter too many, too few, wrong, or
// two in the wrong order.
func isNearly(word, other string) bool {
	if len(word) < 4 || word == other {
		return false
	}
	i := 0
	for i < len(word) && i < len(other) && word[i] == other[i] {
		i++
	}
	x, y := word[i:], other[i:]
	behind := func(s string) string { return s[min(1, len(s)):] }
	return behind(x) == y || x == behind(y) || behind(x) == behind(y) ||
		len(x) > 1 && len(y) > 1 && x[0] == y[1] && x[1] == y[0] && x[2:] == y[2:]
}
