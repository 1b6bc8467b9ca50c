package mnginkgo

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/onsi/ginkgo/v2"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/7aca83c2/multinode/mnginkgo/internal/settings"
	"github.com/7aca83c2/multinode/record"
	"github.com/7aca83c2/multinode/record/page"
)

// SpecEntry is the name of the entry that each spec of MultiNode has in its report, as in Ginkgo's JSON. Its value is a
// JSON object: its variant, roles and seed, and the verbs of faults that met no frame.
const SpecEntry = "multinode spec"

// specEntry is its value.
type specEntry struct {
	Variant string   `json:"variant"`
	Roles   []string `json:"roles"`
	Seed    uint64   `json:"seed,string"`
	Idle    []string `json:"idle,omitempty"`
}

// noteSpec puts the entry into the spec's report.
func (c *Cluster) noteSpec() {
	e := specEntry{Variant: c.roles.Variant(), Roles: c.roles.Names, Seed: c.seed}
	for _, f := range c.idle() {
		e.Idle = append(e.Idle, f.Verb)
	}
	if data, err := json.Marshal(e); err == nil {
		ginkgo.AddReportEntry(SpecEntry, ginkgo.ReportEntryVisibilityNever, string(data))
	}
}

// writeIndex writes the index of a run that has left pages: of all its specs, whichever process has run them.
func writeIndex(report ginkgo.Report) {
	if config.Record == settings.RecordNever {
		return
	}
	specs, pages := listed(report)
	if pages == 0 {
		return
	}
	path, err := theShelf().PutIndex(suiteName(), specs)
	if err != nil { // which is no failure of a suite
		_, _ = fmt.Fprintf(os.Stdout, "\nmultinode: there is no index of the pages: %v\n", err)
	} else if pages > 1 {
		_, _ = fmt.Fprintf(os.Stdout, "\nmultinode: %d pages: %s\n", pages, path)
	}
}

// listed returns what an index says of the specs of a run, and how many have pages.
func listed(report ginkgo.Report) (specs []page.Listed, pages int) {
	for _, spec := range report.SpecReports {
		if !spec.LeafNodeType.Is(types.NodeTypeIt) || spec.State.Is(types.SpecStateSkipped|types.SpecStatePending) {
			continue
		}
		l := page.Listed{Spec: spec.FullText(), State: spec.State.String()}
		for _, entry := range spec.ReportEntries {
			switch entry.Name {
			case PageEntry:
				if recorded, err := listedPage(entry.StringRepresentation()); err == nil {
					l = recorded
					pages++
				}
			case SpecEntry:
				var e specEntry
				if json.Unmarshal([]byte(entry.StringRepresentation()), &e) == nil {
					l.Variant, l.Roles, l.Idle = e.Variant, e.Roles, e.Idle
				}
			}
		}
		l.State, l.Suite, l.Place, l.Attempts = spec.State.String(), suiteName(), placeOf(spec.LeafNodeLocation), spec.NumAttempts
		l.Process, l.Began, l.Took = spec.ParallelProcess, spec.StartTime, spec.RunTime
		specs = append(specs, l)
	}
	return specs, pages
}

// listedPage returns what an index says of a spec with a page.
func listedPage(file string) (page.Listed, error) {
	f, err := os.Open(file)
	if err != nil {
		return page.Listed{}, err
	}
	defer func() { _ = f.Close() }() // it was read
	var r *record.Record
	if r, err = page.Read(f); err != nil {
		return page.Listed{}, err
	}
	return page.List(r, filepath.Base(file)), nil
}
