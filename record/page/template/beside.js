// The run that passed, beneath the one that failed. All that looks up or draws something does so in one of them: in
// that of the page, or within inGood in the other, whose times are those of the page then.
let good = null;    // {run, lanes, above, upper, lower, arrows} of the run that passed
let differ = null;  // how the two compare: see beside.go
let alone = false;  // the reader does not want to see it

const headHeight = () => differ.differs ? 40 : 24; // of what is over the run that passed

const inView = () => good !== null && !alone;

// inGood works in the run that passed, and returns what that returns.
function inGood(work) {
	const page = {run, lanes, above, upper, lower, arrows};
	({run, lanes, above, upper, lower, arrows} = good);
	try {
		return work();
	} finally {
		Object.assign(good, {run, lanes, above, upper, lower, arrows});
		({run, lanes, above, upper, lower, arrows} = page);
	}
}

// along returns a time of one run in that of the other: between two moments that both have it is as far along, and
// after the last one as long after it.
function along(pairs, from, to) {
	const times = pairs.map(p => p[from]);
	return t => {
		const next = after(times, t), p = pairs[Math.max(0, next-1)], q = pairs[next];
		return next === 0 || !q ? p[to]+t-p[from] : p[to]+(t-p[from])/(q[from]-p[from])*(q[to]-p[to]);
	};
}

// aligned returns a record whose times are those of the page, without what was after it.
function aligned(record, map, until) {
	const move = o => {
		const moved = {...o};
		for (const name of ["t", "end"]) if (o[name] !== undefined) moved[name] = map(o[name]);
		if (o.links) moved.links = o.links.map(move);
		if (o.width !== undefined) moved.width = map(o.t+o.width)-moved.t;
		return moved;
	};
	const all = {...record, took: map(record.took), frames: alignedFrames(record.frames || {}, map), leftOut: {...record.leftOut}};
	for (const name of ["lives", "views", "verbs", "faults", "operations", "barriers", "log"]) all[name] = (record[name] || []).map(move).filter(o => o.t <= until);
	all.leftOut.buckets = (all.leftOut.buckets || []).map(move).filter(b => b.t <= until);
	if (all.leftOut.before) all.leftOut.before = map(all.leftOut.before);
	return all;
}

function alignedFrames(frames, map) {
	const sent = [], took = [];
	let own = 0, last = 0;
	(frames.sent || []).forEach((s, i) => {
		const t = map(own += s);
		sent.push(t-last);
		took.push(frames.took[i] < 0 ? -1 : map(own+frames.took[i])-t);
		last = t;
	});
	return {...frames, sent, took};
}

// addGood reads the run that passed, if there is one.
async function addGood() {
	if (!byId("good")) return;
	differ = JSON.parse(byId("differ").textContent);
	const record = await unpack("good"), model = modelOf(aligned(record, along(differ.pairs, "good", "bad"), run.until));
	model.record = record;
	model.over = model.until;
	model.whole = run.until;
	model.until = model.end = Math.min(model.until, run.until);
	model.own = along(differ.pairs, "bad", "good");
	model.logs = roles(model.n, role => model.log.filter(l => l.role === role));
	good = {run: model, lanes: [], above: [], upper: 0, lower: 0, arrows: []};
	if (differ.differs) run.stops = [...new Set([...run.stops, differ.bad])].sort((a, b) => a-b);
}

// aboutGood names the run that passed.
function aboutGood() {
	const r = good.run.record, seed = r.seed && r.seed !== run.record.seed ? `seed ${r.seed}` : r.attempt > 1 ? `attempt ${r.attempt}` : "";
	return ["The run that passed", seed, `took ${span(r.took)}`].filter(Boolean).join(" · ");
}

// drawGood draws the run that passed, faint where it is alike, and what differs first in both.
function drawGood() {
	if (!inView()) return;
	const {upper, lower} = good, x = differ.differs ? xOf(differ.bad) : Infinity;
	inGood(() => {
		drawLanes();
		drawAbove();
		drawArrows();
	});
	rect(pen, 0, upper, width, headHeight(), ink.bg);
	rect(pen, 0, upper, width, 1, ink.soft);
	text(pen, "label", aboutGood(), 8, upper+12, ink.ink, width-rightEdge-8);
	pen.globalAlpha = .4;
	if (x > gutter) rect(pen, gutter, upper+headHeight(), clampX(x)-gutter, lower-upper-headHeight(), ink.bg);
	pen.globalAlpha = 1;
	if (good.run.over <= run.until) drawPassed(xOf(good.run.over));
	if (x >= gutter && x <= width-rightEdge) drawFirst(Math.round(x));
}

// drawPassed marks where the run that passed was over.
function drawPassed(x) {
	if (x < gutter || x > width-rightEdge) return;
	const words = "passed", w = widthIn("label", words), left = x+w+8 > width-rightEdge ? x-w-6 : x+5;
	rect(pen, x, good.upper+headHeight(), width-x, good.lower-good.upper-headHeight(), ink.bg); // nothing was after it
	rect(pen, Math.round(x)-1, good.upper+headHeight(), 2, good.lower-good.upper-headHeight(), ink.good);
	rect(pen, left-2, good.lower-14, w+4, 13, ink.bg);
	text(pen, "label", words, left, good.lower-7, ink.good);
}

// drawFirst marks the first difference in both.
function drawFirst(x) {
	const words = "first difference", w = widthIn("label", words)+10, left = Math.min(x, width-rightEdge-w);
	const mark = from => {
		rect(pen, x-1, from, 2, lower-from, ink.first);
		rect(pen, left, from, w, 15, ink.first);
		text(pen, "label", words, left+5, from+8, ink.bg);
		boxed("first", {t: differ.bad, text: differ.text}, left, from, w, 15);
		markLanes();
	};
	mark(firstRow);
	inGood(() => mark(upper+22));
}

// markLanes marks the lanes of the roles that the first difference is about.
function markLanes() {
	const names = (differ.roles || []).map(role => pageRun.roles[role]);
	for (const lane of lanes) if (names.includes(run.roles[lane.role])) rect(pen, 0, lane.top, 3, lane.bottom-lane.top, ink.first);
}

// goodTip has what floats over the run that passed say so.
const goodTip = what => ({...what, run: "good", text: what.text && (what.kind === "first" ? "" : "in the run that passed:\n")+what.text});

// goodRow returns the row of the table for what a role took the others for in the run that passed.
function goodRow(role, t) {
	return inGood(() => {
		const one = run.roles.indexOf(pageRun.roles[role]), head = make("th", {scope: "row", title: "in the run that passed"}, run.n > 6 ? "" : "passed");
		if (one < 0 || t > run.over) return make("tr", {className: "beside"}, head, make("td", {className: "note", colSpan: pageRun.roles.length}, one < 0 ? "no such role" : "was over"));
		const small = name => {
			const of = run.roles.indexOf(name), value = of < 0 ? "gone" : run.beliefs[one][of].at(t);
			return make("td", {className: classOf(value), title: of < 0 ? "" : goodTip({text: aboutLine(run, one, of, t, nameTime)}).text}, letterOf(value));
		};
		return make("tr", {className: "beside"}, head, ...pageRun.roles.map(small),
			run.tellLeader && make("td", {}, leaderText(run, one, run.leaders[one].at(t)).replace(" (itself)", "")));
	});
}

function toggleGood() {
	if (!good) return;
	alone = !alone;
	rearrange();
}
