// What is where: for what floats over the page, for tests, and for whoever asks in the console.

// at says what is drawn at a place of the canvas of lanes: its kind, its text, and of what it is.
function at(x, y) {
	if (inView() && run !== good.run && y >= good.upper) return inGood(() => goodTip(at(x, y)));
	const t = tOf(x), time = nameTime(t), say = (kind, words, more) => ({kind, t, text: words, ...more});
	if (x < gutter) return atName(x, y, say);
	const arrow = arrowAt(x, y);
	if (arrow) return say("frame", aboutFrame(run, arrow.i, nameTime), {frame: arrow.i, sent: run.frames.sent[arrow.i]});
	const box = run.boxes.findLast(b => x >= b.x-1 && x <= b.x+b.w+1 && y >= b.y && y < b.y+b.h+1);
	if (box) return say(box.kind, aboutBox(box), {item: box.item});
	const lane = lanes.find(l => y >= l.top && y < l.bottom+laneGap);
	if (!lane) return say("nothing", time);
	const role = lane.role;
	if (y < lane.y) {
		const value = run.leaders[role].at(t), words = leaderText(run, role, value);
		return say("leader", words ? `${run.roles[role]} takes ${words === "none" ? "nobody" : words} for the leader\n${time}` : time, {role, value});
	}
	const of = lane.lines.findIndex(l => l && y >= l.y && y < l.y+rowHeight);
	if (of >= 0) return say("line", aboutLine(run, role, of, t, nameTime)+"\n"+time, {role, of, value: run.beliefs[role][of].at(t), faults: faultsAt(run, linkOf(run, of, role), t)});
	const near = 4/scale(), lines = run.logs[role].filter(l => Math.abs(l.t-t) < near);
	if (y >= lane.foot-2 && lines.length) return say("log", [...lines.slice(0, 5).map(l => l.text), lines.length > 5 ? `and ${lines.length-5} more` : ""].filter(Boolean).join("\n"), {role});
	if (lane.hidden.length && y >= lane.rest) return say("folded", `folded, as they are as most see them and nothing happened to them: ${list(lane.hidden.map(h => h === role ? "itself" : run.roles[h]))}`, {role});
	return say("nothing", time);
}

function atName(x, y, say) {
	const lane = lanes.find(l => y >= l.top && y < l.bottom);
	if (!lane) {
		const row = above.find(r => y >= r.y && y < r.y+r.h);
		return say("name", row?.name ?? "");
	}
	const of = x < names ? -1 : lane.lines.findIndex(l => l && y >= l.y && y < l.y+rowHeight);
	const life = run.lives[lane.role].at(view[1]);
	if (of >= 0 && of !== lane.role) return say("name", `${run.roles[of]}, as ${run.roles[lane.role]} sees it`, {role: lane.role, of});
	return say("name", `${run.roles[lane.role]}: ${lifeOf(life)}`, {role: lane.role});
}

function aboutBox({kind, item}) {
	if (kind === "fault") return aboutFault(run, item, nameTime);
	if (kind === "operation") return aboutOperation(run, item, nameTime);
	if (kind === "wait") return `what Eventually or Consistently looked at, until ${nameTime(item.t)}`;
	if (kind === "first") return item.text;
	if (kind === "differ") return `views of live nodes differ\nfrom ${nameTime(item.t)} to ${nameTime(item.end)}`;
	return [item.text, `at ${nameTime(item.t)}`+(item.end > item.t ? `, took ${lasted(run, item.t, item.end)}` : ""), item.error].filter(Boolean).join("\n");
}

// place says where a line is, or a role's leader if of is "leader", and where on it a time: {x, y, width, height},
// null if it is not shown.
function place(role, of, t) {
	const lane = laneOf(run.roles.indexOf(role));
	if (!lane) return null;
	if (of === "leader") return lane.leader === null ? null : {x: xOf(t), y: lane.leader, left: gutter, right: width-rightEdge, height: leaderHeight};
	const line = lane.lines[run.roles.indexOf(of)];
	return line ? {x: xOf(t), y: line.y, left: gutter, right: width-rightEdge, height: line.h} : null;
}

// boxes returns what is drawn above the lanes.
const boxes = () => run.boxes.map(({kind, item, ...box}) => ({kind, text: item.verb ?? item.text ?? item.input ?? "", t: item.t, ...box}));
const arrowsOf = all => all.map(({i, ...line}) => ({frame: i, ...line}));

window.multinode = {
	at, place,
	get record() { return run.record; },
	// The run that passed, if there is one, and what differs first.
	get good() { return good && {record: good.run.record, shown: inView(), differ, place: (...line) => inView() ? inGood(() => place(...line)) : null, get boxes() { return inGood(boxes); }, get arrows() { return arrowsOf(good.arrows); }}; },
	get view() { return [...view]; },
	get cursor() { return cursor; },
	get boxes() { return boxes(); },
	get folded() { return lanes.flatMap(l => l.hidden.map(of => [run.roles[l.role], run.roles[of]])); },
	get arrows() { return arrowsOf(arrows); },
	ink: name => getComputedStyle(document.documentElement).getPropertyValue("--"+name).trim(),
};
