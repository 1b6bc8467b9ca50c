// Lost says of each record how many frames its links have lost, and why.
package main

import (
	"log"
	"maps"
	"os"
	"slices"

	"github.com/7aca83c2/multinode/record"
)

var out = log.New(os.Stdout, "", 0)

func main() {
	for _, path := range os.Args[1:] {
		if err := lost(path); err != nil {
			log.Fatalf("%s: %v", path, err)
		}
	}
}

func lost(path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // it was read
	r, err := record.Read(file)
	if err != nil {
		return err
	}
	out.Println(r.Spec)
	for _, link := range r.Links {
		for _, reason := range slices.Sorted(maps.Keys(link.Dropped)) {
			out.Printf("  %s>%s  %d dropped (%s)", r.Role(link.From), r.Role(link.To), link.Dropped[reason], reason)
		}
	}
	return nil
}
