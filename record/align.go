package record

import (
	"regexp"
	"slices"
	"sort"
	"strings"
)

// Pair is a moment that two runs have in common, in the time of each.
type Pair struct {
	Good int64 `json:"good"`
	Bad  int64 `json:"bad"`
}

// alignment is which verbs two runs have in common, which makes stretches of them: one from each of these verbs to the
// next, and one before the first.
type alignment struct {
	pairs         []Pair       // the begin of both runs, and these verbs
	verbs         [][2]int     // their indices in the good run, and in the bad one
	inGood, inBad map[int]bool // the same as sets
}

// align finds the longest sequence of verbs that both runs have, in that order, until the bad one failed.
func align(good, bad *Record) alignment {
	a := alignment{[]Pair{{}}, nil, map[int]bool{}, map[int]bool{}}
	x, y := good.plainVerbs(), bad.plainVerbs()
	i, k := 0, 0
	pair := func() {
		last := a.pairs[len(a.pairs)-1]
		a.verbs, a.inGood[i], a.inBad[k] = append(a.verbs, [2]int{i, k}), true, true
		a.pairs = append(a.pairs, Pair{max(good.Verbs[i].At, last.Good), max(bad.Verbs[k].At, last.Bad)})
		i, k = i+1, k+1
	}
	for i < len(x) && k < len(y) && x[i] == y[k] {
		pair()
	}
	const most = 2000 // verbs from there on, as this takes time and memory in the square of them
	x, y = x[:min(len(x), i+most)], y[:min(len(y), k+most)]
	rest := common(x[i:], y[k:])
	for i0, k0 := i, k; i < len(x) && k < len(y); {
		switch {
		case x[i] == y[k]:
			pair()
		case rest[i-i0+1][k-k0] >= rest[i-i0][k-k0+1]:
			i++
		default:
			k++
		}
	}
	return a
}

// common returns how many texts two lists have in common, in that order, from each place in both on.
func common(x, y []string) [][]int32 {
	rest := make([][]int32, len(x)+1)
	rest[len(x)] = make([]int32, len(y)+1)
	for i := len(x) - 1; i >= 0; i-- {
		rest[i] = make([]int32, len(y)+1)
		for k := len(y) - 1; k >= 0; k-- {
			if x[i] == y[k] {
				rest[i][k] = rest[i+1][k+1] + 1
			} else {
				rest[i][k] = max(rest[i+1][k], rest[i][k+1])
			}
		}
	}
	return rest
}

// plainVerbs returns what the verbs are called apart from numbers, which differ from run to run, as in "release 3 frames
// of a > b". Those in the names of roles stay.
func (r *Record) plainVerbs() []string {
	var names []string
	for _, role := range r.Roles {
		names = append(names, regexp.QuoteMeta(role))
	}
	slices.SortFunc(names, func(x, y string) int { return len(y) - len(x) })
	words := regexp.MustCompile(strings.Join(append(names, `\b\d[\d.]*(ns|µs|ms|s|m|h|%)?`), "|"))
	var texts []string
	for _, v := range r.Verbs {
		if v.At > r.end() {
			break
		}
		texts = append(texts, words.ReplaceAllStringFunc(v.Text, func(word string) string {
			if slices.Contains(r.Roles, word) {
				return word
			}
			return "#"
		}))
	}
	return texts
}

// toBad returns when something that was at that time of the good run would have been in the bad one: between two verbs
// that both have, it is as far along, and after the last one as long after it. toGood is the other way round.
func (a alignment) toBad(t int64) int64 {
	return along(a.pairs, t, func(p Pair) (int64, int64) { return p.Good, p.Bad })
}

func (a alignment) toGood(t int64) int64 {
	return along(a.pairs, t, func(p Pair) (int64, int64) { return p.Bad, p.Good })
}

func along(pairs []Pair, t int64, of func(Pair) (from, to int64)) int64 {
	next := sort.Search(len(pairs), func(i int) bool { from, _ := of(pairs[i]); return from > t })
	from, to := of(pairs[max(next-1, 0)])
	if next == 0 || next == len(pairs) {
		return to + t - from
	}
	nextFrom, nextTo := of(pairs[next])
	return to + int64(float64(t-from)/float64(nextFrom-from)*float64(nextTo-to))
}

// stretch returns the stretch that a time of the bad run is in, by the index of the pair that it begins with, and how
// long it lasts, if the run is over at end.
func (a alignment) stretch(bad, end int64) (index int, length int64) {
	next := sort.Search(len(a.pairs), func(i int) bool { return a.pairs[i].Bad > bad })
	if next < len(a.pairs) {
		end = a.pairs[next].Bad
	}
	index = max(next-1, 0)
	return index, end - a.pairs[index].Bad
}
