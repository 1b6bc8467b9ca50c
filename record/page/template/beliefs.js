// Steps are values that change: value[i] is from t[i] to t[i+1], and the first has always been.
class Steps {
	constructor(first) {
		this.t = [-Infinity];
		this.value = [first];
	}
	add(t, value) {
		const last = this.t.length-1;
		if (this.value[last] === value) return;
		if (this.t[last] === t) this.value[last] = value;
		else {
			this.t.push(t);
			this.value.push(value);
		}
	}
	index(t) { return Math.max(0, after(this.t, t)-1); }
	at(t) { return this.value[this.index(t)]; }
	since(t) { return Math.max(0, this.t[this.index(t)]); }
	// each calls visit with each value between two times, and with where it begins and ends, which may be outside.
	each(from, to, visit) {
		for (let i = this.index(from); i < this.t.length && this.t[i] <= to; i++) visit(this.value[i], this.t[i], this.t[i+1] ?? Infinity, i);
	}
}

const blind = ["off", "unknown", "mute", "ended"]; // values of a belief that are no opinion

// opinion returns what a node takes a role for, that it has such a view of.
function opinion(view, of) {
	if (!view) return "unknown";
	if (view.ended) return "ended";
	if (view.mute) return "mute";
	const m = (view.members || []).find(m => m.role === of);
	if (!m) return "gone";
	return m.unreachable && m.status !== "down" ? "unreachable" : m.status;
}

// signature is equal for views that say the same.
function signature(view) {
	const members = (view.members || []).map(m => [m.role < 0 ? m.name : m.role, m.status, !!m.unreachable].join()).sort();
	return members.join(";")+"|"+view.leader;
}

// believe goes through lives and views in the order of time. It returns, for each role, its lives, its leaders and
// its beliefs of each role, all as Steps, and when views of live nodes differed.
function believe(record, n, until) {
	const lives = roles(n, () => new Steps({state: "not started", since: 0}));
	const beliefs = roles(n, () => roles(n, () => new Steps("off")));
	const leaders = roles(n, () => new Steps("off"));
	const differ = [], now = roles(n, () => ({running: false, view: null}));
	let since = null;
	const events = [...(record.lives || []).map(life => ({t: life.t, role: life.role, life})),
		...(record.views || []).map(view => ({t: view.t, role: view.role, view}))].sort((a, b) => a.t-b.t);
	events.forEach((e, i) => {
		const own = now[e.role];
		if (e.life) {
			lives[e.role].add(e.t, {...e.life, since: e.t});
			own.running = e.life.state === "running";
			if (own.incarnation !== e.life.incarnation || e.life.state === "booting") own.view = null;
			own.incarnation = e.life.incarnation;
		} else {
			own.view = e.view;
			own.signature = signature(e.view);
		}
		for (let of = 0; of < n; of++) {
			let value = own.running ? opinion(own.view, of) : "off";
			if (of === e.role && ["unknown", "mute", "up", "gone"].includes(value)) value = "self";
			beliefs[e.role][of].add(e.t, value);
		}
		leaders[e.role].add(e.t, own.running ? own.view?.leader : "off");
		if (events[i+1]?.t === e.t) return;
		const seen = new Set(now.filter(o => o.running && o.view && !o.view.ended).map(o => o.signature));
		if (seen.size > 1 && since === null) since = e.t;
		if (seen.size <= 1 && since !== null) {
			differ.push({t: since, end: e.t});
			since = null;
		}
	});
	if (since !== null) differ.push({t: since, end: until});
	return {lives, beliefs, leaders, differ};
}

const roles = (n, make) => Array.from({length: n}, (_, i) => make(i));

// outliers returns, for each role and each other, whether it had another opinion of it than most had, for longer
// than least, at some time in that range. Where no opinion is that of most, all are outliers.
function outliers(m, from, to, least) {
	const found = roles(m.n, () => roles(m.n, () => false));
	for (let of = 0; of < m.n; of++) {
		const times = new Set([from, to]);
		for (let r = 0; r < m.n; r++) m.beliefs[r][of].each(from, to, (_, t) => t > from && times.add(t));
		const order = [...times].sort((a, b) => a-b);
		for (let i = 0; i+1 < order.length; i++) {
			if (order[i+1]-order[i] < least) continue;
			const count = new Map(), values = m.beliefs.map(b => b[of].at(order[i]));
			for (let r = 0; r < m.n; r++) if (r !== of && !blind.includes(values[r])) count.set(values[r], (count.get(values[r]) || 0)+1);
			const [most, next] = [...count].sort((a, b) => b[1]-a[1]);
			const majority = most && most[1] !== next?.[1] ? most[0] : null;
			for (let r = 0; r < m.n; r++) if (r !== of && !blind.includes(values[r]) && values[r] !== majority) found[r][of] = true;
		}
	}
	return found;
}
