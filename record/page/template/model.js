// modelOf makes of a record what the page looks things up in. Whoever shows two records makes two.
function modelOf(record) {
	const names = record.roles || [], n = names.length, failure = record.failure || null;
	const m = {record, n, roles: names, failure, frames: framesOf(record, n*n)};
	m.until = Math.max(record.took, failure ? failure.t : 0, 1);
	m.whole = m.until;  // what the page shows
	m.own = t => t;     // when that was, in the time of the run itself
	m.end = failure ? failure.t : m.until;
	m.verbs = record.verbs || [];
	m.faults = (record.faults || []).map(f => ({...f, links: f.links || [], until: f.end ?? Infinity, cut: f.kind === "cut"}));
	m.operations = record.operations || [];
	m.log = record.log || [];
	m.barriers = roles(n, r => (record.barriers || []).filter(b => b.role === r));
	m.left = record.leftOut || {};
	m.complete = m.left.before || 0; // frames from then on are kept
	m.buckets = roles(n*n, () => []);
	for (const b of m.left.buckets || []) m.buckets[b.link].push(b);
	Object.assign(m, believe(record, n, m.until));
	m.faultsOn = roles(n*n, () => []);
	for (const fault of m.faults) {
		for (const l of fault.links) m.faultsOn[l.from*n+l.to].push({t: fault.t, end: l.end ?? fault.until, fault});
	}
	m.cuts = m.faultsOn.map(list => union(list.filter(l => l.fault.cut)));
	m.others = m.faultsOn.map(list => union(list.filter(l => !l.fault.cut)));
	m.tellMembers = (record.views || []).some(v => !v.mute);
	m.tellLeader = (record.views || []).some(v => v.leader !== undefined);
	m.polled = roles(n, r => (record.views || []).some(v => v.role === r && v.polled));
	m.gaps = new Map();
	return m;
}

// union joins spans that touch, which are in order of their begin after it.
function union(spans) {
	const all = [];
	for (const s of [...spans].sort((a, b) => a.t-b.t)) {
		const last = all.at(-1);
		if (last && s.t <= last.end) last.end = Math.max(last.end, s.end);
		else all.push({t: s.t, end: s.end});
	}
	return all;
}

const linkOf = (m, from, to) => from*m.n+to;

const runs = (m, role, t) => m.lives[role].at(t).state === "running";

// heard returns the last frame that a role had got of another by then, -1 if none that was kept.
function heard(m, role, from, t) {
	const came = m.frames.came[linkOf(m, from, role)], i = after(came.t, t)-1;
	return i < 0 ? -1 : came.frame[i];
}

// usualGap returns the median of the times between two frames of a link that came, NaN if it had less than four:
// what is a long silence on one link is none on another.
function usualGap(m, link) {
	if (!m.gaps.has(link)) {
		const t = m.frames.came[link].t;
		const gaps = Float64Array.from({length: Math.max(0, t.length-1)}, (_, i) => t[i+1]-t[i]).sort();
		m.gaps.set(link, gaps.length < 3 ? NaN : gaps[gaps.length >> 1]);
	}
	return m.gaps.get(link);
}

// silent says whether a role has not heard another for much longer than is usual between them.
function silent(m, role, from, t) {
	const link = linkOf(m, from, role), i = heard(m, role, from, t);
	if (i < 0 || !runs(m, role, t)) return false;
	const since = Math.max(m.frames.end[i], m.lives[role].at(t).since);
	const usual = usualGap(m, link);
	return Number.isNaN(usual) ? lostSince(m, link, since, t) > 2 : t-since > Math.max(8*usual, 20*millisecond);
}

// lostSince counts the frames of a link that were lost between two times.
function lostSince(m, link, from, to) {
	const lost = m.frames.lost[link].t;
	return after(lost, to)-after(lost, from);
}

// faultsAt returns what is on a link at a time.
const faultsAt = (m, link, t) => m.faultsOn[link].filter(l => l.t <= t && t < l.end).map(l => l.fault);

// inSight returns the frames that are under way in a range, null if they are more than that many.
function inSight(m, from, to, most) {
	const f = m.frames, found = [];
	let a = before(f.sent, from-f.longest);
	const b = after(f.sent, to);
	if (f.longest < to-from && b-before(f.sent, from) > most) return null;
	for (; a < b; a++) {
		if (f.end[a] < from || (f.end[a] === Infinity && f.sent[a] < from)) continue;
		found.push(a);
		if (found.length > most) return null;
	}
	return found;
}
