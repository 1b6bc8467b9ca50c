// What is shown of a record, and where. y is in pixels of the canvas of lanes.
let run;                       // what modelOf made of a record: the page's or, see beside.js, that of a run that passed
let pageRun;                   // the page's
let view = [0, 1];             // what is in sight, in time
let cursor = 0;
let shown = new Set();         // the roles that have a lane, by their number in the page's run
let folded = false;            // lines that are as most, and that nothing happened to, are left out
let width = 0, height = 0, gutter = 0, names = 0, rowHeight = 0;
let above = [];                // the rows over the lanes
let lanes = [];
let upper = 0, lower = 0;       // where the rows and lanes of the run begin and end
let firstRow = 2;              // where the first difference is named

const rightEdge = 14, laneGap = 12, leaderHeight = 12, footHeight = 7;

const scale = () => (width-gutter-rightEdge)/(view[1]-view[0]); // pixels per microsecond
const xOf = t => gutter+(t-view[0])*scale();
const tOf = x => view[0]+(x-gutter)/scale();
const clampX = x => Math.max(gutter, Math.min(width-rightEdge, x));
const nameTime = t => finely(run.own(t), 1/scale());

// isShown says whether the role of that name has a lane, in each of the runs.
const isShown = name => [...shown].some(role => pageRun.roles[role] === name);

// arrange puts everything in its place: for another width, other roles, another folding.
function arrange() {
	width = Math.max(300, byId("plot").clientWidth);
	const fonts = measure();
	const longest = Math.max(0, ...run.roles.map(r => fonts.small(r))), widest = Math.max(0, ...run.roles.map(r => fonts.bold(r)));
	const most = width*.14; // of each column of names
	names = Math.round(Math.min(Math.max(widest+30, 46), most));
	gutter = names+Math.round(Math.min(Math.max(longest, fonts.small("leader"))+12, most));
	rowHeight = shown.size <= 4 ? 15 : shown.size <= 6 ? 13 : 11;
	const both = inView(), same = both && String(good.run.roles) === String(run.roles);
	const own = folded && plain(), other = folded && same ? inGood(plain) : own;
	const folds = (role, of) => own && own[role]?.[of] && other[role]?.[of];
	upper = 0;
	arrangeLanes(both && differ.differs ? 20 : 4, folds);
	height = lower;
	if (!both) return;
	const begin = lower+6;
	inGood(() => {
		upper = begin;
		arrangeLanes(upper+headHeight(), folds);
		height = lower;
	});
}

// plain says, for each role and each other, whether that line is as most are, and nothing happened to it.
function plain() {
	const keep = outliers(run, view[0], view[1], (view[1]-view[0])/(width-gutter));
	return roles(run.n, role => roles(run.n, of => !keep[role][of] && !touched(role, of)));
}

// arrangeLanes puts the rows and lanes of a run in their places, from y on.
function arrangeLanes(y, folds) {
	y = arrangeAbove(y)+8;
	lanes = [];
	for (let role = 0; role < run.n; role++) {
		if (!isShown(run.roles[role])) continue;
		const lane = {role, top: y, leader: run.tellLeader ? y : null, lines: [], hidden: []};
		if (run.tellLeader) y += leaderHeight+2;
		lane.y = y;
		for (let of = 0; of < run.n; of++) {
			if (folds(role, of)) lane.hidden.push(of);
			else {
				lane.lines[of] = {y, h: rowHeight-1};
				y += rowHeight;
			}
		}
		lane.rest = y;
		lane.foot = y+(lane.hidden.length ? 4 : 1);
		y += lane.hidden.length ? 12 : footHeight;
		y = Math.max(y, lane.top+(run.tellLeader ? 30 : 26));
		lane.bottom = y;
		lanes.push(lane);
		y += laneGap;
	}
	lower = y-laneGap+6;
}

// touched says whether anything happened to a line that is in sight: a fault, a loss or, to itself, a new life.
function touched(role, of) {
	if (role === of) {
		let lives = 0;
		run.lives[role].each(view[0], view[1], () => lives++);
		return lives > 1 && run.lives[role].at(view[1]).incarnation > 1;
	}
	const link = linkOf(run, of, role), meets = s => s.t < view[1] && s.end > view[0];
	return run.cuts[link].some(meets) || run.others[link].some(meets) || lostSince(run, link, view[0]-1, view[1]) > 0
		|| run.buckets[link].some(b => b.lost && b.t < view[1] && b.t+b.width > view[0]);
}

// arrangeAbove puts the rows over the lanes in their places, from y on, and returns where they end.
function arrangeAbove(y) {
	above = [];
	const add = (kind, h, more) => {
		above.push({kind, y, h, ...more});
		y += h;
	};
	if (flagged().length) {
		const rows = Math.max(...flagsIn(flagged(), wholeX, 3).map(f => f.row))+1;
		add("verbs", rows*14+2, {rows});
	}
	if (run.faults.length) {
		const bars = pack(run.faults.map(f => ({item: f, t: f.t, end: f.until})));
		const h = bars.rows <= 6 ? 14 : bars.rows <= 12 ? 9 : 6;
		add("faults", bars.rows*h+3, {bars: bars.placed, row: h});
	}
	if (run.failure?.waited) add("wait", 13);
	if (run.tellMembers || run.tellLeader) add("differ", 12);
	if (run.operations.length) addOperations(add);
	if (run.complete) add("left", 14);
	return y;
}

// pack gives spans rows such that none covers another, whatever is in sight of them.
function pack(spans, most = Infinity) {
	const least = run.until/400, ends = [];
	const placed = spans.sort((a, b) => a.t-b.t).map(s => {
		let row = ends.findIndex(end => end <= s.t);
		if (row < 0) row = ends.length < most ? ends.length : ends.indexOf(Math.min(...ends));
		ends[row] = Math.max(s.end, s.t+least);
		return {...s, row};
	});
	return {placed, rows: ends.length};
}

// addOperations adds a row for each client or, if these are many, rows that they share.
function addOperations(add) {
	const clients = [...new Set(run.operations.map(o => o.client))];
	const spans = ops => ops.map((o, i) => ({item: o, t: o.t, end: o.end ?? ops.slice(i+1).find(next => next.client === o.client)?.t ?? run.until}));
	if (clients.length > 8) {
		const bars = pack(spans(run.operations), 16);
		add("operations", bars.rows*7+4, {name: count(clients.length, "client"), bars: bars.placed, row: 7});
		return;
	}
	for (const client of clients) {
		const own = run.operations.filter(o => o.client === client), bars = pack(spans(own), 4);
		add("operations", Math.max(12, bars.rows*7+4), {name: own.every(o => o.command) ? "commands" : client, bars: bars.placed, row: bars.rows > 1 ? 7 : 9});
	}
}

// flagged returns the verbs that have no bar of their own, as faults do.
function flagged() {
	const barred = v => run.faults.some(f => f.verb === v.text && f.t >= v.t-millisecond && f.t <= (v.end ?? v.t)+millisecond);
	run.flagged ??= run.verbs.filter(v => v.error || !barred(v));
	return run.flagged;
}

// flagsIn gives verbs flags, and rows in which these do not cover one another, and leaves out the text of those for
// which there is no room. place says where a time is.
function flagsIn(verbs, place, rows) {
	const ends = Array(rows).fill(-Infinity), fonts = measure();
	return verbs.map(verb => {
		const text = verb.text+(verb.error ? " ✗" : ""), x = place(verb.t), w = fonts.small(text);
		const left = Math.min(x+4, width-rightEdge-w), row = left < gutter ? -1 : ends.findIndex(end => end+8 <= left);
		if (row >= 0) ends[row] = left+w;
		return {verb, x, left, w: row < 0 ? 0 : w, row: Math.max(row, 0), text: row < 0 ? "" : text};
	});
}

const byId = id => document.getElementById(id);
