package rendezvous

// Pick returns the candidate that has the key, and "" if there is none.
func Pick(key string, candidates []string) string {
	var best string
	var highest uint64
	salt := hash(key)
	for i, candidate := range candidates {
		w := weight(salt, candidate)
		if i == 0 || w > highest || w == highest && candidate < best {
			best, highest = candidate, w
		}
	}
	return best
}

// weight returns that of a candidate for the key whose hash is salt.
func weight(salt uint64, candidate string) uint64 { return mix(salt ^ mix(hash(candidate))) }

// hash is FNV-1a of 64 bits, after the draft of Fowler, Noll, Vo and Eastlake.
func hash(s string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

// mix spreads each bit of x over all bits, which FNV does not do for the last bytes of
// short names. It is the finaliser of SplitMix64 (Steele, Lea and Flood, "Fast Splittable
// Pseudorandom Number Generators", 2014).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
