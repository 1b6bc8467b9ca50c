// The address says what is shown: #t=2.506&z=0.4,2.6&r=a,b&fold=1&theme=dark, times in seconds.
let chosenTheme = ""; // by the reader; otherwise the system's
let chosenFold = null;

const seconds = t => String(+(t/second).toFixed(6));

function address() {
	const parts = ["t="+seconds(cursor)];
	if (view[0] > 0 || view[1] < run.until) parts.push(`z=${seconds(view[0])},${seconds(view[1])}`);
	else parts.push("z=all");
	if (shown.size < run.n) parts.push("r="+[...shown].sort((a, b) => a-b).map(r => encodeURIComponent(run.roles[r])).join());
	if (chosenFold !== null) parts.push("fold="+(folded ? 1 : 0));
	if (alone) parts.push("good=0");
	if (chosenTheme) parts.push("theme="+chosenTheme);
	return "#"+parts.join("&");
}

let remembering = 0;
// remember keeps the address up to date, but not for each step of a drag: browsers limit how often that is allowed.
function remember() {
	clearTimeout(remembering);
	remembering = setTimeout(() => history.replaceState(null, "", address()), 120);
}

// follow shows what the address says. What it does not say is as it would be without one.
function follow() {
	const says = new Map(location.hash.slice(1).split("&").map(p => p.split(/=(.*)/s)));
	const time = s => s !== undefined && s !== "" && isFinite(+s) ? Math.round(Math.max(0, Math.min(run.until, +s*second))) : null;
	cursor = time(says.get("t")) ?? run.end;
	const [from, to] = (says.get("z") ?? "").split(",").map(time);
	if (says.get("z") === "all") view = [0, run.until];
	else if (to > from) view = [from, to];
	else view = firstView();
	const named = (says.get("r") ?? "").split(",").map(name => run.roles.indexOf(decode(name))).filter(r => r >= 0);
	shown = new Set(named.length ? named : run.roles.keys());
	chosenFold = says.has("fold") ? says.get("fold") === "1" : null;
	folded = chosenFold ?? run.n > 6;
	alone = good !== null && says.get("good") === "0";
	chosenTheme = ["dark", "light"].includes(says.get("theme")) ? says.get("theme") : "";
	if (cursor < view[0] || cursor > view[1]) view = around(cursor, view[1]-view[0]);
}

function decode(name) {
	try { return decodeURIComponent(name); } catch { return name; }
}

// firstView is all of a record that is short or in which little happened, and otherwise what led to the end: from
// where the wait, the last disagreement or the last faults began, but not more than the last sixth.
function firstView() {
	const whole = run.until;
	if (whole <= 10*second && run.stops.length <= 200 || run.stops.length <= 60) return [0, whole];
	const lasts = spans => spans.filter(s => s.end >= run.end).map(s => s.t);
	const begins = [...lasts(run.differ), ...lasts(run.faults.map(f => ({t: f.t, end: f.until})))];
	if (run.failure?.waited) begins.push(run.end-run.failure.waited);
	const led = Math.min(whole/6, Math.max(run.end-Math.min(...begins, run.end), whole/12));
	return [Math.max(0, Math.round(run.end-led*1.1)), Math.min(whole, Math.round(run.end+led*.03))];
}
